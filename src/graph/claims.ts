import * as z from 'zod';

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

const written = z.record(z.string(), z.unknown());

export type Claims = z.output<typeof claimsSchema>;

/** What a token says. */
export interface Said {
  /** All of it, as it stands there. */
  readonly written: Readonly<Record<string, unknown>>;
  /** What is gone by. */
  readonly claims: Claims;
}

/**
 * What a token says; undefined for what is no JWT. Whether it is still good is asked at every call (`caller.ts`), and the
 * signature is `signature.ts`'s matter.
 */
export function readToken(token: string): Said | undefined {
  const [, payload, signature] = token.split('.');
  if (payload === undefined || signature === undefined) return undefined;
  try {
    const said: unknown = JSON.parse(Buffer.from(payload, 'base64url').toString());
    return { written: written.parse(said), claims: claimsSchema.parse(said) };
  } catch {
    return undefined;
  }
}
