import { newSecret } from '../src/secret.ts';

test.each([1, 6, 16, 32, 4096, 4097, 10_000])('a secret of %i bytes has as many', (bytes) => {
  expect(newSecret(bytes)).toHaveLength(bytes);
});

test('no two secrets are alike, however many are asked for', () => {
  const secrets = Array.from({ length: 2000 }, () => Buffer.from(newSecret(16)).toString('hex'));
  expect(new Set(secrets).size).toBe(2000);
});

test('a secret is nobody else’s memory: what comes later does not change it', () => {
  const secret = newSecret(16);
  const text = Buffer.from(secret).toString('hex');
  for (let n = 0; n < 1000; n += 1) newSecret(16);
  expect(Buffer.from(secret).toString('hex')).toBe(text);
  expect(secret.buffer.byteLength).toBe(16);
});
