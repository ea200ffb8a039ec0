import { calls } from './calls.mjs';

const whole = (number) => (Number.isFinite(number) ? Math.round(number).toLocaleString('en') : '–');
const two = (number) => (Number.isFinite(number) ? number.toFixed(2) : '–');
/** `12 (10–15)` */
const shown = ({ median, low, high }, format) => `${format(median)} (${format(low)}–${format(high)})`;

function table(title, heads, rows) {
  const line = (cells) => `| ${cells.join(' | ')} |`;
  return [`### ${title}`, '', line(heads), line(heads.map(() => '---')), ...rows.map(line), ''].join('\n');
}

/** Each part of the report from its part of the results. */
const parts = {
  throughput: ({ rows, failed }) =>
    [
      table(
        'Requests, 32 connections: median (lowest–highest) of the rounds',
        [
          'call',
          'subject',
          'requests/s',
          'of the floor',
          'p99 ms',
          'of the floor',
          'server µs/request',
          'of the floor',
        ],
        rows.map((row) => [
          calls[row.call].title,
          row.subject,
          shown(row.rate, whole),
          shown(row.ratio, two),
          shown(row.p99, whole),
          two(row.p99Ratio.median),
          shown(row.used, whole),
          two(row.usedRatio.median),
        ]),
      ),
      ...failed.map(({ subject, error }) => `Not run: ${subject}: ${error}\n`),
    ].join('\n'),
  tables: ({ operations, one, two: both, transaction, mock, ofOne, ofTwo, transactionOfOne }) =>
    table(
      'Azurite, new links, 32 connections',
      ['', 'per second'],
      [
        ['bare createEntity', shown(one, whole)],
        ['bare getEntity and createEntity', shown(both, whole)],
        ['bare transaction of createEntity and a row that has to be there', shown(transaction, whole)],
        ['createLink', shown(mock, whole)],
        ['createLink of createEntity', shown(ofOne, two)],
        ['createLink of getEntity and createEntity', shown(ofTwo, two)],
        ['the transaction of createEntity', shown(transactionOfOne, two)],
        ...Object.entries(operations).map(([operation, times]) => [`${operation}, for each createLink`, two(times)]),
      ],
    ),
  startUp: (rows) =>
    table(
      'Start-up: spawn to first 201',
      ['', 'ms', 'ratio'],
      rows.map(({ name, milliseconds, ratio }) => [name, shown(milliseconds, whole), ratio ? shown(ratio, two) : '']),
    ),
  memory: ({ links, resident, perLink }) =>
    table(
      'Memory',
      ['links', 'resident MB above the empty process', 'heap bytes a link'],
      [[whole(links), whole(resident / 1e6), whole(perLink)]],
    ),
  growth: (rows) =>
    table(
      'Growth',
      ['links', 'where', 'call', 'requests/s', 'of that at 1,000'],
      rows.map(({ links, layout, call, rate, ratio }) => [
        whole(links),
        layout,
        calls[call].title,
        shown(rate, whole),
        shown(ratio, two),
      ]),
    ),
  cycles: ({ count, first, start, close, left, listeners }) =>
    table(
      'startGraphMock() in one process',
      ['cycles', 'first start ms', 'start ms', 'close ms', 'handles left', 'listeners left'],
      [[count, two(first), shown(start, two), shown(close, two), left, listeners]],
    ),
};

export const toReport = ({ machine, ...results }) =>
  [
    `${machine.cores} cores, Node ${machine.node}, ${machine.platform}; load ${machine.load.map(two).join(' → ')}\n`,
    ...Object.entries(parts).flatMap(([name, show]) => (results[name] ? [show(results[name])] : [])),
  ].join('\n');
