// Bundles the soak test, as the app itself is bundled, and runs it: `npm run soak -- --seconds 30`.
import { spawn } from 'node:child_process';

import { build } from 'esbuild';

await build({
  bundle: true,
  platform: 'node',
  target: 'node20',
  format: 'cjs',
  entryPoints: { soak: 'test/soak/soak.ts' },
  outdir: 'dist',
  outExtension: { '.js': '.cjs' },
  logLevel: 'warning',
  external: ['@azure/identity', 'azurite'],
  alias: { '@azure/functions-core': './src/local/functionsCore.ts' },
});
spawn(process.execPath, ['dist/soak.cjs', ...process.argv.slice(2)], { stdio: 'inherit' }).once('close', (code) => {
  process.exitCode = code ?? 1;
});
