// Asks npm twice: of everything, for the packages that a bundle was made of (devDependencies all of them, known by the
// source maps), and without devDependencies, for what is installed beside it: optional ones. Fails where one is known to be
// vulnerable, and where npm cannot ask. Where the registry has no answer, it says why and claims nothing.
import { execFile } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { promisify } from 'node:util';

const folders = ['dist', 'dist/package'];
const maps = folders.flatMap((folder) =>
  readdirSync(folder).flatMap((file) => (file.endsWith('.map') ? [`${folder}/${file}`] : [])),
);
const sources = maps.flatMap((map) => JSON.parse(readFileSync(map, 'utf8')).sources);
const packageOf = (source) => /.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(source)?.[1];
const bundled = new Set(sources.map(packageOf).filter(Boolean));

const questions = [
  { flags: [], isOurs: ({ name }) => bundled.has(name), of: `of ${bundled.size} packages that are bundled` },
  { flags: ['--omit=dev'], isOurs: () => true, of: 'that are installed with it, optional ones included,' },
];

/** What npm has found, or why it has not; `isUnanswered` where that is the registry's doing. */
async function ask(flags) {
  // It ends with 1 for whatever is not clean, and tells of it on standard output all the same.
  const { stdout, stderr } = await promisify(execFile)('npm', ['audit', '--json', ...flags], {
    maxBuffer: Infinity,
  }).catch((ended) => ended);
  try {
    const { vulnerabilities, message, error } = JSON.parse(stdout);
    if (vulnerabilities) return { found: Object.values(vulnerabilities) };
    // Of a request that has failed there is the message, which begins with the status where there was one.
    if (message) return { problem: message, isUnanswered: true };
    return { problem: `${error.code} ${error.summary}` };
  } catch {
    return { problem: stdout || stderr || 'npm has said nothing' };
  }
}

for (const { flags, isOurs, of } of questions) {
  const { found, problem, isUnanswered } = await ask(flags);
  const command = ['npm audit', ...flags].join(' ');
  if (found) {
    const ours = found.filter(isOurs);
    for (const { name, severity, range } of ours) process.stderr.write(`${severity}: ${name} ${range}\n`);
    process.stdout.write(`${command}: ${ours.length} ${of} are known to be vulnerable\n`);
    if (ours.length > 0) process.exitCode = 1;
  } else {
    const whose = isUnanswered ? 'the registry gives no answer' : 'npm has failed';
    process.stderr.write(`${command}: NOT CHECKED, ${whose}: ${problem.trim()}\n`);
    if (!isUnanswered) process.exitCode = 1;
  }
}
