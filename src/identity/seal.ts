import type * as z from 'zod';

import type { Context } from '../operation.ts';
import { IdentityError } from './errors.ts';
import { jose } from './jose.ts';
import { keysOf } from './keys.ts';

// Codes and refresh tokens carry what they stand for, encrypted: nothing has to be kept of what is never redeemed, any
// instance can open them, and nobody else can read or change them.

/** What is sealed: its purpose, how long it is good for in seconds, and the schema of what it carries. */
export interface Sealed<Content> {
  readonly purpose: string;
  readonly lifetime: number;
  readonly schema: z.ZodType<Content>;
}

/** An opaque text that carries this content. Its `jti` is new each time. */
export async function seal<Content extends object>(
  { purpose, lifetime }: Sealed<Content>,
  content: Content,
  context: Context,
): Promise<string> {
  const { EncryptJWT } = await jose();
  const now = Math.floor(context.clock().getTime() / 1000);
  return new EncryptJWT({ content })
    .setProtectedHeader({ alg: 'dir', enc: 'A256GCM' })
    .setAudience(purpose)
    .setJti(context.newId())
    .setIssuedAt(now)
    .setExpirationTime(now + lifetime)
    .encrypt((await keysOf(context)).sealingKey);
}

/** What a text carries, and its `jti`. @throws IdentityError `grantExpired`, `badGrant` */
export async function unseal<Content extends object>(
  { purpose, schema }: Sealed<Content>,
  text: string,
  context: Context,
): Promise<Content & { readonly jti: string }> {
  const { errors, jwtDecrypt } = await jose();
  const { sealingKey } = await keysOf(context);
  try {
    const { payload } = await jwtDecrypt(text, sealingKey, { audience: purpose, currentDate: context.clock() });
    return { ...schema.parse(payload['content']), jti: payload.jti ?? '' };
  } catch (cause) {
    throw new IdentityError(cause instanceof errors.JWTExpired ? 'grantExpired' : 'badGrant', { cause });
  }
}
