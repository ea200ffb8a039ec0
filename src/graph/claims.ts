import * as z from 'zod';

import { remember } from '../remember.ts';

const text = z
  .string()
  .min(1)
  .refine((given) => given.isWellFormed())
  .optional()
  .catch(undefined);
/** An id is compared as Graph compares it: without regard to case. */
const idText = text.transform((given) => given?.toLowerCase());

/** The claims of F14.2 that are read. A claim of another type counts as absent. */
const claimsSchema = z.object({
  aud: text,
  tid: idText,
  oid: idText,
  appid: text,
  azp: text,
  app_displayname: text,
  scp: text,
  roles: z.array(z.string()).optional().catch(undefined),
  idtyp: text,
  upn: text,
  preferred_username: text,
  unique_name: text,
  name: text,
  email: text,
  exp: z.number().optional().catch(undefined),
  nbf: z.number().optional().catch(undefined),
});

export type Claims = z.output<typeof claimsSchema>;

/**
 * What a token says; undefined for what is no JWT. Whether it is still good is asked at every call (`caller.ts`), and the
 * signature is `signature.ts`'s matter.
 */
export const claimsOf = remember(read, 256);

function read(token: string): Claims | undefined {
  const [, payload, signature] = token.split('.');
  if (payload === undefined || signature === undefined) return undefined;
  try {
    return claimsSchema.parse(JSON.parse(Buffer.from(payload, 'base64url').toString()));
  } catch {
    return undefined;
  }
}
