// Texts in few bytes: a GUID is 16 bytes and not 36 characters. What does not have the form it usually has is kept as
// the text it is, so that nothing is lost.

/** A form that texts of one kind usually have, and how many bytes such a text is. */
export interface Form {
  readonly size: number;
  readonly pack: (text: string) => Buffer;
  readonly unpack: (bytes: Buffer) => string;
}

const guid: Form = {
  size: 16,
  pack: (text) => Buffer.from(text.replaceAll('-', ''), 'hex'),
  unpack(bytes) {
    const digits = bytes.toString('hex');
    return [0, 8, 12, 16, 20].map((start, at) => digits.slice(start, [8, 12, 16, 20, 32][at])).join('-');
  },
};

const encoded = (encoding: 'hex' | 'base64url', size: number, prefix = ''): Form => ({
  size,
  pack: (text) => Buffer.from(text.slice(prefix.length), encoding),
  unpack: (bytes) => prefix + bytes.toString(encoding),
});

export const forms = {
  guid,
  /** The id of a library (F1.4). */
  library: encoded('base64url', 48, 'b!'),
  /** The hash in a link's row. */
  hash: encoded('hex', 8),
  secret: encoded('base64url', 16),
  /** One that nothing has. */
  text: { size: 0, pack: () => Buffer.alloc(0), unpack: () => '' },
} satisfies Record<string, Form>;

/** A bit for each text that has its form, then the texts; one that has not is preceded by its length. */
export function pack(texts: readonly string[], expected: readonly Form[]): Buffer {
  let packed = 0;
  const parts = expected.map((form, at) => {
    const text = texts[at] ?? '';
    const bytes = form.pack(text);
    if (bytes.length === form.size && form.unpack(bytes) === text) {
      packed |= 1 << at;
      return bytes;
    }
    const plain = Buffer.from(text);
    return Buffer.concat([Buffer.from([plain.length >> 8, plain.length & 255]), plain]);
  });
  return Buffer.concat([Buffer.from([packed]), ...parts]);
}

/** What `pack` was given; undefined for what it has not made. */
export function unpack(bytes: Buffer, expected: readonly Form[]): string[] | undefined {
  const packed = bytes[0] ?? 0;
  let at = 1;
  const texts = expected.map((form, index) => {
    const isPacked = (packed & (1 << index)) !== 0;
    const size = isPacked ? form.size : ((bytes[at] ?? 0) << 8) + (bytes[at + 1] ?? 0);
    const start = isPacked ? at : at + 2;
    at = start + size;
    const part = bytes.subarray(start, at);
    return isPacked ? form.unpack(part) : part.toString();
  });
  return pack(texts, expected).equals(bytes) ? texts : undefined;
}
