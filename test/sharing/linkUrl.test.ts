import { readToken, shareIdOf, toToken } from '../../src/sharing/linkUrl.ts';

const address = {
  tenant: '63c17a55-01d0-5275-a8e1-5595ba336d98',
  driveId: 'b!V5ql9wwkD1GELAF6BJZ5PfoaJQUkYhBbhWliv5iBn85xhOHi6O03XI9IIPSHhVji',
  itemId: 'an id of é and /',
  row: 'link|0123456789abcdef',
  secret: 'Zm9v',
};

const usual = {
  ...address,
  itemId: '012ZE7IAHUR4AEMPLYXF7KJYSUWET3BUOM',
  secret: Buffer.alloc(16, 7).toString('base64url'),
};

test.each([
  ['the usual ids', usual],
  ['an item id and a secret of other forms', address],
  ['a personal drive', { ...usual, driveId: '8C41D9A07B52E63F', itemId: '8C41D9A07B52E63F!s0e5b7f926a1d' }],
  ['a tenant that is no GUID', { ...usual, tenant: 'contoso' }],
  ['a tenant in capitals', { ...usual, tenant: usual.tenant.toUpperCase() }],
  ['an item id that is long', { ...usual, itemId: 'é'.repeat(10_000) }],
  ['parts that could be taken for the next', { ...usual, itemId: 'a\nb\u0000\u0001', secret: 'a\nb' }],
  ['parts that are empty', { tenant: '', driveId: '', itemId: '', row: 'link|', secret: '' }],
])('a token begins like a real one, is fit for a URL, and tells the address of its link: %s', (_, given) => {
  const token = toToken(given);
  expect(token).toMatch(/^E[\w-]+$/);
  expect(readToken(token)).toEqual(given);
});

test('a token of the usual ids is short', () => {
  expect(toToken(usual).length).toBeLessThan(170);
});

test.each(['', 'E', 'nonsense', 'Enonsense', `${toToken(address)}x`.slice(1), `${toToken(usual)}AAAA`, 'E_w', 'EAP__'])(
  '%j tells nothing',
  (token) => {
    expect(readToken(token)).toBeUndefined();
  },
);

test('a text in which bytes are no characters tells nothing, however long it is', () => {
  const [length, text] = [22_900, Buffer.alloc(22_900, 0xff)];
  const bytes = Buffer.concat([Buffer.from([0, length >> 8, length & 0xff]), text]);
  expect(readToken(`E${bytes.toString('base64url')}`)).toBeUndefined();
});

test('no part of a token tells anything', () => {
  const token = toToken(usual);
  for (let length = 0; length < token.length; length += 1) expect(readToken(token.slice(0, length))).toBeUndefined();
});

test('a share id is the URL, encoded as Graph documents it', () => {
  expect(shareIdOf('https://mock.example.com/:w:/s/x/E?>')).toBe('u!aHR0cHM6Ly9tb2NrLmV4YW1wbGUuY29tLzp3Oi9zL3gvRT8-');
});
