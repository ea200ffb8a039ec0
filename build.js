// Builds what runs: dist/functions.cjs for the Functions host, dist/cli.cjs for the command line, and dist/index.cjs with
// its types for whoever imports the package.
import { execFile } from 'node:child_process';
import { rename, rm } from 'node:fs/promises';
import { promisify } from 'node:util';

import { build } from 'esbuild';

const common = {
  bundle: true,
  platform: 'node',
  target: 'node20',
  format: 'cjs',
  outdir: 'dist',
  outExtension: { '.js': '.cjs' },
  sourcemap: true,
  logLevel: 'warning',
};

await rm('dist', { recursive: true, force: true });
await Promise.all([
  // Deployed with host.json and package.json it needs no node_modules; the worker supplies the one module left out.
  build({ ...common, entryPoints: { functions: 'functions/index.ts' }, external: ['@azure/functions-core'] }),
  build({
    ...common,
    entryPoints: { cli: 'src/local/cli.ts', index: 'src/index.ts' },
    // Large, and loaded only when a setting asks for them.
    external: ['@azure/identity', 'azurite'],
    // Where there is no worker, our own module stands in for its.
    alias: { '@azure/functions-core': './src/local/functionsCore.ts' },
  }),
  declarations(),
]);

/** The types of src/index.ts, which lean on no other file: nothing is resolved or checked (`npm run check` does that). */
async function declarations() {
  const flags = ['--ignoreConfig', '--declaration', '--emitDeclarationOnly', '--noCheck', '--noResolve'];
  const language = ['--module', 'nodenext', '--target', 'es2023', '--types', '', '--allowImportingTsExtensions'];
  const tsc = ['node_modules/typescript/bin/tsc', 'src/index.ts', ...flags, ...language, '--outDir', 'dist'];
  await promisify(execFile)(process.execPath, tsc);
  await rename('dist/index.d.ts', 'dist/index.d.cts');
}
