import { hash } from 'node:crypto';

/** The GUID that belongs to these words, the same one everywhere and always. */
export function guidOf(...words: readonly string[]): string {
  const digits = hash('sha256', JSON.stringify(words), 'hex');
  const variant = '89ab'[Number.parseInt(digits.slice(16, 17), 16) % 4];
  return `${digits.slice(0, 8)}-${digits.slice(8, 12)}-5${digits.slice(13, 16)}-${variant}${digits.slice(17, 20)}-${digits.slice(20, 32)}`;
}

export const isGuid = (text: string): boolean => /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i.test(text);

/** A GUID's 16 bytes as Microsoft stores them: the first three groups little-endian. */
export function guidBytes(guid: string): Uint8Array {
  const bytes = Buffer.from(guid.replaceAll('-', ''), 'hex');
  return Buffer.concat([
    bytes.subarray(0, 4).toReversed(),
    bytes.subarray(4, 6).toReversed(),
    bytes.subarray(6, 8).toReversed(),
    bytes.subarray(8),
  ]);
}

/** The GUID of 16 such bytes. */
export function guidFromBytes(bytes: Uint8Array): string {
  const hex = Buffer.from(guidBytes(Buffer.from(bytes).toString('hex'))).toString('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}
