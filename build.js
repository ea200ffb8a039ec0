// Builds what runs: dist/package, the folder that is deployed and that `func start` runs; dist/cli.cjs for the command
// line, and dist/index.cjs with its types for whoever imports the package.
import { execFile } from 'node:child_process';
import { copyFile, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
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

// Read at each start, so small: what is wrong is told in the names of the sources all the same, by the map beside it.
Object.assign(common, { minify: true, legalComments: 'external', sourcesContent: false });

/** Most of the code, and wanted only where something is kept in Table Storage: a file beside the bundles, read then. */
const azure = { '@azure/data-tables': './azure.cjs', '@azure/identity': './azure.cjs' };

await rm('dist', { recursive: true, force: true });
await Promise.all([
  deployable('dist/package'),
  build({
    ...common,
    entryPoints: { cli: 'src/local/cli.ts', index: 'src/index.ts' },
    // Where there is no worker, our own module stands in for its.
    alias: { ...azure, '@azure/functions-core': './src/local/functionsCore.ts' },
    external: ['./azure.cjs', 'azurite'],
  }),
  azureBundle('dist'),
  declarations(),
]);

/** Everything that a Functions host needs, and no node_modules; the worker supplies the one module left out. */
async function deployable(outdir) {
  await Promise.all([
    build({
      ...common,
      outdir,
      entryPoints: { functions: 'functions/index.ts' },
      alias: azure,
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
