import { isUtf8 } from 'node:buffer';

import { remember } from '../remember.ts';

// Texts in few bytes: a GUID is 16 bytes and not 36 characters. What does not have the form it usually has is kept as
// the text it is, so that nothing is lost.

/** A form that texts of one kind usually have, and how many bytes such a text is. */
export interface Form {
  readonly size: number;
  /** The texts that come back from these bytes as they were. */
  readonly fits: RegExp;
  readonly write: (text: string, bytes: Buffer, at: number) => void;
  readonly unpack: (bytes: Buffer) => string;
}

const encoded = (encoding: 'hex' | 'base64url', size: number, fits: RegExp, prefix = ''): Form => ({
  size,
  fits,
  write: (text, bytes, at) => void bytes.write(text.slice(prefix.length), at, encoding),
  unpack: (bytes) => prefix + bytes.toString(encoding),
});

/** Of texts that come again and again: a tenant has many links, a drive as well, and an application many of one kind. */
function common(form: Form): Form {
  const bytesOf = remember((text) => {
    const bytes = Buffer.alloc(form.size);
    form.write(text, bytes, 0);
    return bytes;
  }, 1000);
  return { ...form, write: (text, bytes, at) => bytes.set(bytesOf(text), at) };
}

const guid: Form = {
  size: 16,
  fits: /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/,
  write: (text, bytes, at) => void bytes.write(text.replaceAll('-', ''), at, 'hex'),
  unpack(bytes) {
    const digits = bytes.toString('hex');
    return [0, 8, 12, 16, 20].map((start, at) => digits.slice(start, [8, 12, 16, 20, 32][at])).join('-');
  },
};

export const forms = {
  guid: common(guid),
  /** The id of a library (F1.4). */
  library: common(encoded('base64url', 48, /^b![\w-]{64}$/, 'b!')),
  /** The hash in a link's row. */
  hash: common(encoded('hex', 8, /^[\da-f]{16}$/)),
  /** Of 22 characters the last says two bits alone. */
  secret: encoded('base64url', 16, /^[\w-]{21}[AQgw]$/),
  /** One that nothing has. */
  text: { size: 0, fits: /^$/, write: () => {}, unpack: () => '' },
} satisfies Record<string, Form>;

/** A bit for each text that has its form, then the texts; one that has not is preceded by its length. */
export function pack(texts: readonly string[], expected: readonly Form[]): Buffer {
  let packed = 0;
  let size = 1;
  for (const [at, { fits, size: short }] of expected.entries()) {
    const text = texts[at] ?? '';
    const isPacked = fits.test(text);
    if (isPacked) packed |= 1 << at;
    size += isPacked ? short : 2 + Buffer.byteLength(text);
  }
  const bytes = Buffer.allocUnsafe(size);
  let end = bytes.writeUInt8(packed);
  for (const [at, form] of expected.entries()) {
    const text = texts[at] ?? '';
    if (packed & (1 << at)) {
      form.write(text, bytes, end);
      end += form.size;
    } else {
      const length = bytes.write(text, end + 2);
      bytes.writeUInt16BE(length, end);
      end += 2 + length;
    }
  }
  return bytes;
}

/** What `pack` was given; undefined for what it has not made. */
export function unpack(bytes: Buffer, expected: readonly Form[]): string[] | undefined {
  const packed = bytes[0] ?? 0;
  let at = 1;
  let isText = true;
  const texts = expected.map((form, index) => {
    const isPacked = (packed & (1 << index)) !== 0;
    const size = isPacked ? form.size : ((bytes[at] ?? 0) << 8) + (bytes[at + 1] ?? 0);
    const start = isPacked ? at : at + 2;
    at = start + size;
    const part = bytes.subarray(start, at);
    isText &&= isPacked || isUtf8(part);
    return isPacked ? form.unpack(part) : part.toString();
  });
  // What is no UTF-8 would come back as another text, and a longer one.
  return isText && pack(texts, expected).equals(bytes) ? texts : undefined;
}
