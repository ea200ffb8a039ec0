// Prints what is deployed: the size of each file, and how long the bundle takes from nothing to all triggers registered,
// in processes of their own, beside what node takes to start and end here. Run by `npm run package`.
import { execFileSync } from 'node:child_process';
import { readdirSync, statSync } from 'node:fs';
import path from 'node:path';

const folder = path.resolve('dist/package');
for (const file of readdirSync(folder)) {
  const { size } = statSync(path.join(folder, file));
  process.stdout.write(`${String(size).padStart(9)}  ${file}\n`);
}

/** As the worker does it: the module that it supplies, and then the app. */
const script = `
  const Module = require('node:module');
  let count = 0;
  const none = () => ({ dispose() {} });
  const core = { version: '4', registerFunction: () => ((count += 1), none()), setProgrammingModel: none, getProgrammingModel: none, registerHook: none, log: none };
  const load = Module._load;
  Module._load = (request, ...rest) => (request === '@azure/functions-core' ? core : load(request, ...rest));
  const start = performance.now();
  require(${JSON.stringify(path.join(folder, 'functions.cjs'))});
  console.log(JSON.stringify([performance.now() - start, count]));
`;
const runs = Array.from({ length: 9 }, () =>
  JSON.parse(execFileSync(process.execPath, ['--eval', script], { encoding: 'utf8' })),
);
const times = runs.map(([time]) => time).toSorted((a, b) => a - b);
const starts = Array.from({ length: 9 }, () => {
  const start = performance.now();
  execFileSync(process.execPath, ['--eval', '0']);
  return performance.now() - start;
}).toSorted((a, b) => a - b);
process.stdout.write(
  `${runs[0][1]} triggers registered in ${times[4].toFixed(0)} ms (median of 9; fastest ${times[0].toFixed(0)} ms); node alone starts and ends in ${starts[4].toFixed(0)} ms\n`,
);
