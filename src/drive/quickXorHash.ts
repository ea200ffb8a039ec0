const bits = 160;
const shift = 11;

/** The hash as far as it has come: a ring of 160 bits. */
export const emptyRing = (): Uint8Array => new Uint8Array(bits / 8);

/**
 * OneDrive's content hash, base64: each byte is XORed into a ring of 160 bits, 11 bits further than the one before it;
 * the length goes into the last 64 bits.
 *
 * @see https://learn.microsoft.com/onedrive/developer/code-snippets/quickxorhash
 */
export const quickXorHash = (content: Uint8Array): string =>
  hashOfRing(addToRing(emptyRing(), content, 0), content.length);

/** The ring after the bytes that stand at this offset of the content. */
export function addToRing(before: Uint8Array, content: Uint8Array, offset: number): Uint8Array {
  const ring = Uint8Array.from(before);
  let at = (offset * shift) % bits;
  for (const byte of content) {
    const index = at >> 3;
    const spread = byte << (at & 7);
    ring[index] = (ring[index] ?? 0) ^ (spread & 0xff);
    const next = (index + 1) % ring.length;
    ring[next] = (ring[next] ?? 0) ^ (spread >> 8);
    at = (at + shift) % bits;
  }
  return ring;
}

/** The hash of a content of this length, all of which has been added. */
export function hashOfRing(ring: Uint8Array, length: number): string {
  const whole = Uint8Array.from(ring);
  const view = new DataView(whole.buffer);
  view.setBigUint64(12, view.getBigUint64(12, true) ^ BigInt(length), true);
  return Buffer.from(whole).toString('base64');
}
