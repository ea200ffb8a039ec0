import Module, { createRequire } from 'node:module';
import path from 'node:path';

import * as core from '../../src/local/functionsCore.ts';
import { invoke, type RpcRequest } from './worker.ts';

// A process that does what the Functions worker does: supplies the module `@azure/functions-core`, loads the file that
// `main` of a deployed folder's package.json names, and calls what that has registered.

/** What the process is asked, and under which number it answers. */
export interface Question {
  readonly number: number;
  /** Absent to be told of everything that is registered; `terminate` to be ended as the Functions host ends a worker. */
  readonly call?: { readonly name: string; readonly request: RpcRequest } | 'terminate';
}

interface Loader {
  readonly _load: (request: string, ...rest: unknown[]) => unknown;
}

// oxlint-disable-next-line typescript/no-unsafe-type-assertion -- node's own way in, and the worker's; it has no type
const loader = Module as unknown as Loader;
const { _load: load } = loader;
Object.assign(loader, {
  _load: (request: string, ...rest: unknown[]) => (request === '@azure/functions-core' ? core : load(request, ...rest)),
});

const [folder = ''] = process.argv.slice(2);
const require = createRequire(path.join(folder, 'package.json'));
require(path.join(folder, String(require('./package.json').main)));

process.on('message', ({ number, call }: Question) => {
  if (call === 'terminate') return void terminate();
  void answer(call).then((result) => process.send?.({ number, result, loaded: Object.keys(require.cache) }));
});
async function terminate(): Promise<void> {
  for (const hook of core.terminateHooks) await hook({ hookData: {}, appHookData: {} });
  process.exit(0);
}

async function answer(call: Exclude<Question['call'], 'terminate'>): Promise<unknown> {
  if (!call) return core.registrations.map(({ metadata }) => metadata);
  const { status, headers, body } = await invoke(call.name, call.request, core);
  return { status, headers, body: new Uint8Array(body) };
}
