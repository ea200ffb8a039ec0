/** Prints what a test has counted, in one line: `storage faults: calls 812, acknowledged 640, lost 0`. */
export function printFigures(what: string, figures: Readonly<Record<string, number | string>>): void {
  const list = Object.entries(figures).map(([name, figure]) => `${name} ${figure}`);
  process.stderr.write(`${what}: ${list.join(', ')}\n`);
}
