import { randomBytes, scrypt } from 'node:crypto';

import { isSame } from '../isSame.ts';

/** scrypt's cost: about 20 ms and 16 MiB a password. */
const cost = { N: 16_384, r: 8, p: 1 };
const keyBytes = 32;

const derive = (password: string, salt: Buffer): Promise<Buffer> =>
  new Promise((resolve, reject) => {
    scrypt(password.normalize('NFC'), salt, keyBytes, cost, (failure, key) =>
      failure ? reject(failure) : resolve(key),
    );
  });

/** What is kept of a password: `scrypt$salt$key`. */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(16);
  return ['scrypt', salt.toString('base64url'), (await derive(password, salt)).toString('base64url')].join('$');
}

export async function isPassword(password: string, hash: string): Promise<boolean> {
  const [, salt = '', key = ''] = hash.split('$');
  const given = await derive(password, Buffer.from(salt, 'base64url'));
  return isSame(given.toString('base64url'), key);
}
