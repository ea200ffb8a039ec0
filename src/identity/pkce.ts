import { createHash } from 'node:crypto';

import { isSame } from '../isSame.ts';
import { IdentityError } from './errors.ts';

// Proof Key for Code Exchange, RFC 7636.

const unreserved = /^[\w.~-]{43,128}$/;

const hashOf = (verifier: string): string => createHash('sha256').update(verifier).digest('base64url');

/** A challenge as it is kept: hashed, by whichever method it came. @throws IdentityError `badChallenge` */
export function keptChallenge(challenge: string | undefined, method: string = 'plain'): string | undefined {
  if (challenge === undefined) return undefined;
  if (!unreserved.test(challenge) || !['plain', 'S256'].includes(method)) throw new IdentityError('badChallenge');
  return method === 'S256' ? challenge : hashOf(challenge);
}

/**
 * A verifier is asked for where there was a challenge, and refused where there was none: else whoever steals a code
 * could leave the challenge out of the request (RFC 9700, 2.1.1).
 *
 * @throws IdentityError `wrongVerifier`
 */
export function checkVerifier(challenge: string | undefined, verifier: string | undefined): void {
  if (challenge === undefined && verifier === undefined) return;
  if (challenge === undefined || verifier === undefined || !isSame(hashOf(verifier), challenge))
    throw new IdentityError('wrongVerifier');
}
