import { calls } from '../calls.mjs';
import { drive } from '../drive.mjs';
import { awake } from '../process.mjs';
import { spread } from '../statistics.mjs';

/**
 * Every call on every subject that knows it, taking turns within each round, so that what the machine does besides
 * falls on all of them. `subjects` are `{name, start, calls}`; the first is the floor.
 *
 * @returns rows `{call, subject, rate, p99, used, ratio, …}` and `failed`, the subjects that could not be run
 */
export async function throughput({ subjects, rounds, seconds, warmUp }, say) {
  const failed = [];
  const running = [];
  try {
    for (const subject of subjects) {
      try {
        const server = await subject.start(running);
        running.push({ subject, server });
        await awake(server, async () => {
          for (const call of subject.calls) await drive(server, call, { seconds: warmUp });
        });
      } catch (failure) {
        failed.push({ subject: subject.name, error: failure.message });
        const at = running.findIndex((each) => each.subject === subject);
        if (at >= 0) await running.splice(at, 1)[0].server.stop();
      }
    }
    const samples = new Map();
    for (let round = 1; round <= rounds; round += 1)
      for (const call of Object.keys(calls))
        for (const { subject, server } of running) {
          if (!subject.calls.includes(call)) continue;
          const sample = await awake(server, () => drive(server, call, { seconds }));
          say(`round ${round} · ${call} · ${subject.name} · ${Math.round(sample.rate)}/s`);
          const key = `${call}|${subject.name}`;
          samples.set(key, [...(samples.get(key) ?? []), sample]);
        }
    return { rows: rowsOf(samples, subjects[0].name), failed };
  } finally {
    for (const { server } of running) await server.stop();
  }
}

/** A ratio is taken within each round, and the median is that of the ratios. */
function rowsOf(samples, floor) {
  return [...samples].map(([key, taken]) => {
    const [call, subject] = key.split('|');
    const floors = samples.get(`${call}|${floor}`) ?? [];
    const against = (property) =>
      spread(taken.map((sample, at) => sample[property] / (floors[at]?.[property] || Number.NaN)));
    return {
      call,
      subject,
      rate: spread(taken.map(({ rate }) => rate)),
      p99: spread(taken.map(({ p99 }) => p99)),
      used: spread(taken.map(({ used = Number.NaN }) => used)),
      ratio: against('rate'),
      p99Ratio: against('p99'),
      usedRatio: against('used'),
    };
  });
}
