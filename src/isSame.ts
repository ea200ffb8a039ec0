import { hash, timingSafeEqual } from 'node:crypto';

const digestOf = (text: string): Uint8Array => hash('sha256', text, 'buffer');

/** Whether what is given is the secret. As hashes, which are of one length, so that the time it takes tells nothing of it. */
export const isSame = (given: string, secret: string): boolean => timingSafeEqual(digestOf(given), digestOf(secret));
