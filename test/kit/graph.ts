import { randomUUID } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';

import { dispatch } from '../../functions/index.ts';
import { openContext } from '../../src/context.ts';
import { settleJournals } from '../../src/control/journal.ts';
import { startHost } from '../../src/local/host.ts';
import type { Context } from '../../src/operation.ts';
import { sample } from '../../src/sample.ts';
import { type Settings, settingsOf } from '../../src/settings.ts';
import { openStore } from '../../src/store/openStore.ts';
import { holdAgainstModel } from './model.ts';
import { azurite, freshStore, isDeployed, type StoreName } from './stores.ts';

/** Items of the sample, under the ids that the README documents. */
export const ids = {
  drive: 'b!V5ql9wwkD1GELAF6BJZ5PfoaJQUkYhBbhWliv5iBn85xhOHi6O03XI9IIPSHhVji',
  report: '012ZE7IAHUR4AEMPLYXF7KJYSUWET3BUOM',
  projects: '012ZE7IAF432WTH6VKMV3BLN5ZWHDPY4QM',
  budget: '012ZE7IACHIPVPZAHMZFXF7TRFFAV6LVGI',
  logo: '012ZE7IAYXI2ZVPYM57VVOJP54MGAVFILM',
  unknown: '012ZE7IAK7XJ2CA7EG2FPC7VP25ZBE4HSQ',
  personalDrive: '8C41D9A07B52E63F',
  list: '8C41D9A07B52E63F!sb1c5076eef365e248c4823e8dd89d1c0',
  site: 'contoso.sharepoint.com,da992cda-fc31-5353-a727-73545115b521,811a5255-906e-5cad-b19f-3db16842e2c6',
  library: 'b!2iyZ2jH8U1OnJ3NUURW1IVVSGoFukK1csZ89sWhC4saaIGaPeUUxVbZMKcjCeXqE',
  libraryList: '8f66209a-4579-5531-b64c-29c8c2797a84',
  launch: '01F3RZ5ITIDI4XY5IQLVXP4OFHYT3J3ZRU',
};

/** What came back; a JSON body is parsed, any other is text. */
export interface Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  // oxlint-disable-next-line typescript/no-explicit-any -- tests look into whatever came
  readonly body: any;
}

export interface Graph {
  readonly url: string;
  readonly context: Context;
  /** A tenant of this test's own, so that no two tests meet. */
  readonly tenant: string;
  readonly token: (claims?: Readonly<Record<string, unknown>>) => string;
  readonly get: (path: string, headers?: Record<string, string>) => Promise<Reply>;
  readonly delete: (path: string, headers?: Record<string, string>) => Promise<Reply>;
  readonly post: (path: string, body?: unknown, headers?: Record<string, string>) => Promise<Reply>;
  readonly put: (path: string, body?: unknown, headers?: Record<string, string>) => Promise<Reply>;
  readonly send: (method: string, path: string, body?: unknown, headers?: Record<string, string>) => Promise<Reply>;
  /** Moves the mock's clock. */
  readonly advance: (milliseconds: number) => void;
  readonly close: () => Promise<void>;
}

interface Options {
  readonly store?: StoreName;
  readonly settings?: Readonly<Record<string, string>>;
  readonly replaced?: Partial<Context>;
}

const deployments = process.env['TEST_DEPLOYMENTS'] ?? '';

/** In milliseconds: what one instance has been told all of them go by then, and what one has noted all of them read. */
const latest = 1000;
const isShared = (path: string): boolean => isDeployed && path.startsWith('/_mock/');

const base64url = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');

/** An unsigned JWT, as the mock reads it. */
export const tokenOf = (claims: Readonly<Record<string, unknown>>): string =>
  `${base64url({ alg: 'none', typ: 'JWT' })}.${base64url(claims)}.unsigned`;

/** A mock of its own, over real HTTP on a free port. Close it. */
export async function startGraph({ store = 'memory', settings = {}, replaced = {} }: Options = {}): Promise<Graph> {
  let offset = 0;
  const parsed: Settings = settingsOf({ GRAPH_MOCK_STORAGE: 'memory', ...settings });
  const context = await openContext(parsed, {
    store: await (isDeployed ? openStore(azurite()) : freshStore(store)),
    clock: () => new Date(Date.now() + offset),
    ...replaced,
  });
  const host = isDeployed
    ? { url: await deploymentOf(settings), close: async () => {} }
    : await startHost({ dispatch, context, host: '127.0.0.1', port: 0 });
  const tenant = randomUUID();
  const token = (claims: Readonly<Record<string, unknown>> = {}): string =>
    tokenOf({
      aud: 'https://graph.microsoft.com',
      tid: tenant,
      appid: sample.app.id,
      app_displayname: sample.app.displayName,
      oid: sample.users.ada.id,
      upn: sample.users.ada.userPrincipalName,
      name: sample.users.ada.displayName,
      scp: 'Files.ReadWrite.All',
      exp: Math.floor(Date.now() / 1000) + 3600,
      ...claims,
    });

  async function send(
    method: string,
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ): Promise<Reply> {
    // What the others have noted is to be read, or forgotten, too.
    if (isShared(path) && (method === 'GET' || path.startsWith('/_mock/requests'))) await setTimeout(latest);
    const isRaw = typeof body === 'string' || body instanceof Uint8Array;
    const response = await fetch(host.url + path, {
      method,
      redirect: 'manual',
      headers: {
        authorization: `Bearer ${token()}`,
        ...(body !== undefined && { 'content-type': isRaw ? 'application/octet-stream' : 'application/json' }),
        ...headers,
      },
      ...(body !== undefined && { body: isRaw ? body : JSON.stringify(body) }),
    });
    const text = await response.text();
    if (isShared(path) && method !== 'GET') await setTimeout(latest);
    const isJson = response.headers.get('content-type')?.startsWith('application/json');
    const reply = {
      status: response.status,
      headers: Object.fromEntries(response.headers),
      body: isJson && text ? JSON.parse(text) : text,
    };
    holdAgainstModel(method, host.url + path, reply);
    return reply;
  }

  return {
    url: host.url,
    context,
    tenant,
    token,
    send,
    get: (path, headers) => send('GET', path, undefined, headers),
    delete: (path, headers) => send('DELETE', path, undefined, headers),
    post: (path, body, headers) => send('POST', path, body, headers),
    put: (path, body, headers) => send('PUT', path, body, headers),
    advance: (milliseconds) => {
      if (isDeployed) throw new Error('The clock is that of other processes: see test/instances/exceptions.js');
      offset += milliseconds;
    },
    async close() {
      await host.close();
      await settleJournals(context);
      await context.tenants.close();
      await context.store.close();
    },
  };
}

/** The mock with these settings that runs elsewhere (`test/instances`): its URL. */
async function deploymentOf(settings: Readonly<Record<string, string>>): Promise<string> {
  const response = await fetch(deployments, { method: 'POST', body: JSON.stringify(settings) });
  if (!response.ok) throw new Error(await response.text());
  return response.text();
}

/** Every permission entity that a tenant has on an item of Ada's business drive. */
export async function entitiesOn(graph: Graph, itemId: string, driveId = ids.drive): Promise<number> {
  const { permissionKind } = await import('../../src/sharing/kept.ts');
  let count = 0;
  for await (const _ of graph.context.store.rows(permissionKind).list(`${graph.tenant}|${driveId}|${itemId}|`))
    count += 1;
  return count;
}
