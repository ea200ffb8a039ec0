// npm run bench [-- --quick] [-- --only=throughput,memory]: measures, prints a table, and writes bench/results.json. Never fails on a figure.
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { availableParallelism, loadavg } from 'node:os';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const here = fileURLToPath(new URL('.', import.meta.url));
const { values } = parseArgs({ options: { quick: { type: 'boolean', default: false }, only: { type: 'string' } } });

/** The peers are large: the short mode does without them where they are not installed. */
function install() {
  const has = (name) => existsSync(`${here}node_modules/${name}`);
  const isComplete = has('autocannon') && (values.quick || has('@stoplight/prism-cli'));
  if (isComplete) return;
  const flags = ['ci', '--ignore-scripts', '--no-audit', '--no-fund', ...(values.quick ? ['--omit=optional'] : [])];
  execFileSync('npm', flags, { cwd: here, stdio: 'inherit' });
}

install();
const { plans } = await import('./plans.mjs');
const { toReport } = await import('./report.mjs');

const say = (line) => process.stderr.write(`${line}\n`);
const wanted = values.only?.split(',');
const loadBefore = loadavg()[0];
const results = {};
for (const [name, measure] of Object.entries(plans[values.quick ? 'quick' : 'full']))
  if (!wanted || wanted.includes(name)) results[name] = await measure(say);

const machine = {
  cores: availableParallelism(),
  node: process.versions.node,
  platform: `${process.platform} ${process.arch}`,
  load: [loadBefore, loadavg()[0]],
};
const all = { machine, ...results };
if (!values.quick) await writeFile(`${here}results.json`, `${JSON.stringify(all, undefined, 2)}\n`);
process.stdout.write(`${toReport(all)}\n`);
