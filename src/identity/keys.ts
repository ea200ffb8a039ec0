import { createPrivateKey, createPublicKey, generateKeyPair, type KeyObject } from 'node:crypto';
import { promisify } from 'node:util';

import type { JWK } from 'jose';

import type { Context } from '../operation.ts';
import type { Key, Kind, Store } from '../store/store.ts';
import { jose } from './jose.ts';

/** What tokens are made with. Neither the private key nor the sealing key is ever answered or logged. */
export interface Keys {
  /** The `kid` of what is signed here: the key's thumbprint (RFC 7638). */
  readonly id: string;
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
  readonly publicJwk: JWK;
  /** Encrypts what only the mock itself has to read: codes and refresh tokens. */
  readonly sealingKey: Uint8Array;
}

/** The keys as they are kept: PKCS #8 in PEM, and base64url. */
interface Kept {
  readonly privateKey: string;
  readonly sealingKey: string;
}

/**
 * One row for the whole deployment, and so in no tenant's partition. It is none of `kinds`: a reset forgets what was
 * written, and not by whom tokens were signed that are still about.
 */
const keysKind: Kind<Kept> = { table: 'keys', json: [] };
const key: Key = { partition: 'deployment', row: 'current' };

/** A row that is there never changes, so that each instance may keep what it has read. */
const opened = new WeakMap<Store, Keys>();

/** They are no tenant's, and so lie in none of its generations. */
const storeOf = ({ base, store }: Context): Store => base?.store ?? store;

/** The deployment's keys; undefined as long as nothing has been issued. */
export async function findKeys(context: Context): Promise<Keys | undefined> {
  const store = storeOf(context);
  const known = opened.get(store);
  if (known) return known;
  const stored = await store.rows(keysKind).get(key);
  return stored && open(store, stored.value);
}

/** The deployment's keys, made by the first who asks: one conditional insert, so that all instances have the same. */
export async function keysOf(context: Context): Promise<Keys> {
  const found = await findKeys(context);
  if (found) return found;
  const store = storeOf(context);
  const { value } = await store.rows(keysKind).insert(key, await newKeys(context));
  return open(store, value);
}

async function newKeys({ newSecret }: Context): Promise<Kept> {
  const { privateKey } = await promisify(generateKeyPair)('rsa', { modulusLength: 2048 });
  return {
    privateKey: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    sealingKey: Buffer.from(newSecret(32)).toString('base64url'),
  };
}

async function open(store: Store, kept: Kept): Promise<Keys> {
  const { calculateJwkThumbprint, exportJWK } = await jose();
  const privateKey = createPrivateKey(kept.privateKey);
  const publicKey = createPublicKey(privateKey);
  const publicJwk = await exportJWK(publicKey);
  const keys = {
    id: await calculateJwkThumbprint(publicJwk),
    privateKey,
    publicKey,
    publicJwk,
    sealingKey: new Uint8Array(Buffer.from(kept.sealingKey, 'base64url')),
  };
  opened.set(store, keys);
  return keys;
}
