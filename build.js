// Builds what runs: dist/package, the folder that is deployed and that `func start` runs; dist/cli.cjs for the command
// line, and dist/index.cjs with its types for whoever imports the package.
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { copyFile, cp, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { promisify } from 'node:util';

import { build } from 'esbuild';

const common = {
  bundle: true,
  platform: 'node',
  target: 'node20',
  format: 'cjs',
  // What is loaded later is so by `require`: within a Jest process nothing else works.
  supported: { 'dynamic-import': false },
  outdir: 'dist',
  outExtension: { '.js': '.cjs' },
  // Read at each start, so small: an error is told in the names of the sources all the same, by the map beside it.
  minify: true,
  legalComments: 'external',
  sourcemap: true,
  sourcesContent: false,
  logLevel: 'warning',
};

await rm('dist', { recursive: true, force: true });
await Promise.all([
  deployable('dist/package'),
  build({
    ...common,
    entryPoints: { cli: 'src/local/cli.ts', azurite: 'src/local/azuriteThread.ts', index: 'src/index.ts' },
    // Large, and loaded only when a setting asks for them; Azure's SDKs lie beside the bundle that is deployed.
    external: ['./package/azure.cjs', 'azurite'],
    alias: {
      ...azureIn('./package/azure.cjs'),
      // Nobody is there whom the library could tell of the app's functions.
      '@azure/functions': './src/local/noFunctions.ts',
    },
  }),
  declarations(),
]);

/** Leads to the file that holds Azure's SDKs: most of the code, and wanted only where something is kept in Table Storage. */
function azureIn(file) {
  return { '@azure/data-tables': file, '@azure/identity': file };
}

/** Everything that a Functions host needs, and no node_modules; the worker supplies the one module left out. */
async function deployable(outdir) {
  await Promise.all([
    build({
      ...common,
      outdir,
      entryPoints: { functions: 'functions/index.ts' },
      alias: azureIn('./azure.cjs'),
      external: ['@azure/functions-core', './azure.cjs'],
    }),
    azureBundle(outdir),
  ]);
  const { name, version, license, engines } = JSON.parse(await readFile('package.json', 'utf8'));
  const manifest = { name, version, license, private: true, main: 'functions.cjs', engines };
  await mkdir(outdir, { recursive: true });
  await writeFile(`${outdir}/package.json`, `${JSON.stringify(manifest, undefined, 2)}\n`);
  await copyFile('host.json', `${outdir}/host.json`);
  await copyFile('.funcignore', `${outdir}/.funcignore`);
  // Whoever deploys has what GRAPH_MOCK_SEED is to name there in this folder.
  if (existsSync('seeds')) await cp('seeds', `${outdir}/seeds`, { recursive: true });
}

function azureBundle(outdir) {
  const contents = "export * from '@azure/data-tables'; export * from '@azure/identity';";
  return build({ ...common, outdir, stdin: { contents, resolveDir: '.' }, entryNames: 'azure' });
}

/** The types of src/index.ts, which lean on no other file: nothing is resolved or checked (`npm run check` does that). */
async function declarations() {
  const flags = ['--ignoreConfig', '--declaration', '--emitDeclarationOnly', '--noCheck', '--noResolve'];
  const language = ['--module', 'nodenext', '--target', 'es2023', '--types', '', '--allowImportingTsExtensions'];
  const tsc = ['node_modules/typescript/bin/tsc', 'src/index.ts', ...flags, ...language, '--outDir', 'dist'];
  await promisify(execFile)(process.execPath, tsc);
  await rename('dist/index.d.ts', 'dist/index.d.cts');
}
