import { readToken, shareIdOf, toToken } from '../../src/sharing/linkUrl.ts';

const address = {
  tenant: '63c17a55-01d0-5275-a8e1-5595ba336d98',
  driveId: 'b!V5ql9wwkD1GELAF6BJZ5PfoaJQUkYhBbhWliv5iBn85xhOHi6O03XI9IIPSHhVji',
  itemId: 'an id of é and /',
  row: 'link|0123456789abcdef',
  secret: 'Zm9v',
};

test('a token begins like a real one, is fit for a URL, and tells the address of its link', () => {
  const token = toToken(address);
  expect(token).toMatch(/^E[\w-]+$/);
  expect(readToken(token)).toEqual(address);
});

test.each(['', 'E', 'nonsense', 'Enonsense', `${toToken(address)}x`.slice(1), toToken({ ...address, secret: 'a\nb' })])(
  '%j tells nothing',
  (token) => {
    expect(readToken(token)).toBeUndefined();
  },
);

test('a share id is the URL, encoded as Graph documents it', () => {
  expect(shareIdOf('https://mock.example.com/:w:/s/x/E?>')).toBe('u!aHR0cHM6Ly9tb2NrLmV4YW1wbGUuY29tLzp3Oi9zL3gvRT8-');
});
