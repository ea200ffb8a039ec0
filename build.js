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

/** What lies in a file of its own beside the bundle: much code that is wanted only where a setting asks for it. */
const asides = {
  /** Where something is kept in Table Storage. */
  azure: { modules: { '@azure/data-tables': '*', '@azure/identity': '*' } },
  /** Where counters are sent. Of its ES modules a fifth is left, of the others everything. */
  opentelemetry: {
    modules: {
      '@opentelemetry/sdk-metrics': '{ MeterProvider, PeriodicExportingMetricReader }',
      '@opentelemetry/exporter-metrics-otlp-proto': '{ OTLPMetricExporter }',
      '@opentelemetry/resources': '{ detectResources, envDetector, resourceFromAttributes }',
    },
    mainFields: ['module', 'main'],
  },
  /** Where tokens are signed, sealed or verified. */
  jose: { modules: { jose: '*' } },
  /** Where `$metadata` is written. */
  xml: { modules: { 'fast-xml-parser': '{ XMLBuilder }' } },
  /** Where a seed is read, or the state shown as one. */
  yaml: { modules: { yaml: '*' } },
  /** Where a certificate is made: on a machine of one's own, so no part of what is deployed. */
  asn1: { modules: { '@peculiar/asn1-schema': '*', '@peculiar/asn1-x509': '*' }, isLocal: true },
};

await rm('dist', { recursive: true, force: true });
await Promise.all([
  deployable('dist/package'),
  ...Object.entries(asides).map(aside),
  build({
    ...common,
    entryPoints: { cli: 'src/local/cli.ts', azurite: 'src/local/azuriteThread.ts', index: 'src/index.ts' },
    // Loaded only when a setting asks for it; what lies beside the bundle that is deployed, from there.
    external: [...asidesIn('./package').external, 'azurite'],
    alias: {
      ...asidesIn('./package').alias,
      // Nobody is there whom the library could tell of the app's functions.
      '@azure/functions': './src/local/noFunctions.ts',
    },
  }),
  declarations(),
]);

/** Leads to the files that hold what few need. */
function asidesIn(folder) {
  const files = Object.entries(asides).map(([name, { modules, isLocal }]) => ({
    file: `${isLocal ? '.' : folder}/${name}.cjs`,
    modules,
  }));
  const alias = files.flatMap(({ file, modules }) => Object.keys(modules).map((module) => [module, file]));
  return { external: files.map(({ file }) => file), alias: Object.fromEntries(alias) };
}

function aside([name, { modules, mainFields, isLocal }]) {
  const contents = Object.entries(modules).map(([module, names]) => `export ${names} from '${module}';`);
  const stdin = { contents: contents.join('\n'), resolveDir: '.' };
  const outdir = isLocal ? 'dist' : 'dist/package';
  return build({ ...common, outdir, stdin, entryNames: name, ...(mainFields && { mainFields }) });
}

/** Everything that a Functions host needs, and no node_modules; the worker supplies the one module left out. */
async function deployable(outdir) {
  await build({
    ...common,
    outdir,
    entryPoints: { functions: 'functions/index.ts' },
    alias: {
      ...asidesIn('.').alias,
      // Their sources, which they publish too: what is built of them is webpack's, of which nothing can be left out, and
      // which V8 parses three times over.
      '@azure/functions': './node_modules/@azure/functions/src/index.ts',
      '@azure/functions-extensions-base': './node_modules/@azure/functions-extensions-base/src/index.ts',
    },
    external: ['@azure/functions-core', ...asidesIn('.').external],
  });
  const { name, version, license, engines } = JSON.parse(await readFile('package.json', 'utf8'));
  const manifest = { name, version, license, private: true, main: 'functions.cjs', engines };
  await mkdir(outdir, { recursive: true });
  await writeFile(`${outdir}/package.json`, `${JSON.stringify(manifest, undefined, 2)}\n`);
  await copyFile('host.json', `${outdir}/host.json`);
  await copyFile('.funcignore', `${outdir}/.funcignore`);
  // Whoever deploys has what GRAPH_MOCK_SEED is to name there in this folder.
  if (existsSync('seeds')) await cp('seeds', `${outdir}/seeds`, { recursive: true });
}

/** The types of src/index.ts, which lean on no other file: nothing is resolved or checked (`npm run check` does that). */
async function declarations() {
  const flags = ['--ignoreConfig', '--declaration', '--emitDeclarationOnly', '--noCheck', '--noResolve'];
  const language = ['--module', 'nodenext', '--target', 'es2023', '--types', '', '--allowImportingTsExtensions'];
  const tsc = ['node_modules/typescript/bin/tsc', 'src/index.ts', ...flags, ...language, '--outDir', 'dist'];
  await promisify(execFile)(process.execPath, tsc);
  await rename('dist/index.d.ts', 'dist/index.d.cts');
}
