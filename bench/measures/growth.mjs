import { prepare, report } from '../calls.mjs';
import { drive } from '../drive.mjs';
import { awake } from '../process.mjs';
import { spread } from '../statistics.mjs';
import { mockOn } from '../subjects/mock.mjs';

const sizes = [1000, 10_000, 100_000];

/** Whether calls get slower with what is there already: a mock for each size, which take turns. */
const layouts = [
  { layout: 'in one drive', files: 100, call: 'existing' },
  { layout: 'in one drive', files: 100, call: 'share' },
  { layout: 'on one item', files: 0, call: 'existing' },
  { layout: 'on one item', files: 0, call: 'share' },
];

/** @returns rows `{layout, call, links, rate, ratio}`; a ratio is against the smallest size, within a round */
export async function growth({ rounds, seconds }, say) {
  const rows = [];
  for (const files of new Set(layouts.map((each) => each.files))) {
    const servers = [];
    try {
      for (const links of sizes) {
        const server = await mockOn('memory').start({ prepares: false });
        servers.push(server);
        const prepared = await prepare(server.url, files);
        if (files === 0) prepared.paths.push(report);
        Object.assign(server, { prepared });
        await drive(server, 'new', { amount: links });
      }
      for (const { layout, call } of layouts.filter((each) => each.files === files))
        rows.push(...(await compare(servers, { layout, call, rounds, seconds }, say)));
    } finally {
      for (const server of servers) await server.stop();
    }
  }
  return rows;
}

async function compare(servers, { layout, call, rounds, seconds }, say) {
  for (const server of servers) await awake(server, () => drive(server, call, { seconds }));
  const taken = servers.map(() => []);
  const turns = [...servers.entries()];
  for (let round = 1; round <= rounds; round += 1) {
    // To and fro, so that nobody always comes after the same other.
    turns.reverse();
    for (const [at, server] of turns) {
      const { rate } = await awake(server, () => drive(server, call, { seconds }));
      taken[at].push(rate);
      say(`growth ${round} · ${layout} · ${call} · ${sizes[at]} links · ${Math.round(rate)}/s`);
    }
  }
  return sizes.map((links, at) => ({
    layout,
    call,
    links,
    rate: spread(taken[at]),
    ratio: spread(taken[at].map((rate, round) => rate / taken[0][round])),
  }));
}
