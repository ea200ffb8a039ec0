const bits = 160;
const shift = 11;

/**
 * OneDrive's content hash, base64: each byte is XORed into a ring of 160 bits, 11 bits further than the one before it;
 * the length goes into the last 64 bits.
 *
 * @see https://learn.microsoft.com/onedrive/developer/code-snippets/quickxorhash
 */
export function quickXorHash(content: Uint8Array): string {
  const ring = new Uint8Array(bits / 8);
  let at = 0;
  for (const byte of content) {
    const index = at >> 3;
    const spread = byte << (at & 7);
    ring[index] = (ring[index] ?? 0) ^ (spread & 0xff);
    const next = (index + 1) % ring.length;
    ring[next] = (ring[next] ?? 0) ^ (spread >> 8);
    at = (at + shift) % bits;
  }
  const view = new DataView(ring.buffer);
  view.setBigUint64(12, view.getBigUint64(12, true) ^ BigInt(content.length), true);
  return Buffer.from(ring).toString('base64');
}
