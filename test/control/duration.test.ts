import { readDuration } from '../../src/control/duration.ts';

const from = Date.parse('2028-01-31T12:00:00Z');

test.each([
  ['PT36H', '2028-02-02T00:00:00.000Z'],
  ['P1D', '2028-02-01T12:00:00.000Z'],
  ['p1w', '2028-02-07T12:00:00.000Z'],
  ['P1M', '2028-02-29T12:00:00.000Z'],
  ['P1Y', '2029-01-31T12:00:00.000Z'],
  ['P1Y2M3DT4H5M6.5S', '2029-04-03T16:05:06.500Z'],
  ['-PT12H', '2028-01-31T00:00:00.000Z'],
  ['-P1M', '2027-12-31T12:00:00.000Z'],
])('%s after 31 January 2028, noon, is %s', (text, expected) => {
  expect(new Date(readDuration(text)?.(from) ?? 0).toISOString()).toBe(expected);
});

test.each(['', 'P', 'PT', 'P1', '1D', 'PT1D', 'P1H', 'P-1D', 'P1.5D', ' P1D', 'P1D ', 'PT5M3H', 'P99999999999Y'])(
  '%j is no duration',
  (text) => {
    expect(readDuration(text)).toBeUndefined();
  },
);
