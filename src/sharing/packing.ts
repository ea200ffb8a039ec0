import { isUtf8 } from 'node:buffer';

import { remember } from '../remember.ts';

// Texts in few bytes: a GUID is 16 bytes and not 36 characters. What does not have the form it usually has is kept as
// the text it is, so that nothing is lost.

/** A form that texts of one kind usually have, and how many bytes such a text is. */
export interface Form {
  readonly size: number;
  /** What is written of a text. */
  readonly pieceOf: (text: string) => Piece;
  readonly unpack: (bytes: Buffer) => string;
}

interface Piece {
  /** Whether the text has the form; else it stands here as it is, preceded by its length. */
  readonly isPacked: boolean;
  readonly bytes: Uint8Array;
}

interface Encoding {
  readonly size: number;
  /** The texts that come back from their bytes as they were. */
  readonly fits: RegExp;
  readonly write: (text: string) => Buffer;
  readonly read: (bytes: Buffer) => string;
}

const formOf = ({ size, fits, write, read }: Encoding): Form => ({
  size,
  pieceOf: (text) => (fits.test(text) ? { isPacked: true, bytes: write(text) } : plainPiece(text)),
  unpack: read,
});

function plainPiece(text: string): Piece {
  const bytes = Buffer.alloc(2 + Buffer.byteLength(text));
  bytes.writeUInt16BE(bytes.length - 2);
  bytes.write(text, 2);
  return { isPacked: false, bytes };
}

/** Of texts that come again and again: a tenant has many links, as has a drive, an item, and an application. */
function common({ pieceOf, ...others }: Form): Form {
  // A copy, since of what node has pooled eight kilobytes would be kept with each byte.
  const ownPieceOf = (text: string): Piece => {
    const { isPacked, bytes } = pieceOf(text);
    return { isPacked, bytes: new Uint8Array(bytes) };
  };
  return { ...others, pieceOf: remember(ownPieceOf, 10_000, 200) };
}

const guid = formOf({
  size: 16,
  fits: /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/,
  write: (text) => Buffer.from(text.replaceAll('-', ''), 'hex'),
  read(bytes) {
    const digits = bytes.toString('hex');
    return [0, 8, 12, 16, 20].map((start, at) => digits.slice(start, [8, 12, 16, 20, 32][at])).join('-');
  },
});

const encoded = (encoding: 'hex' | 'base64url', size: number, fits: RegExp, prefix = ''): Form =>
  formOf({
    size,
    fits,
    write: (text) => Buffer.from(text.slice(prefix.length), encoding),
    read: (bytes) => prefix + bytes.toString(encoding),
  });

export const forms = {
  guid: common(guid),
  /** The id of a library (F1.4). */
  library: common(encoded('base64url', 48, /^b![\w-]{64}$/, 'b!')),
  /** The hash in a link's row. */
  hash: common(encoded('hex', 8, /^[\da-f]{16}$/)),
  /** Of 22 characters the last says two bits alone. */
  secret: encoded('base64url', 16, /^[\w-]{21}[AQgw]$/),
  /** One that nothing has. */
  text: common(formOf({ size: 0, fits: /^$/, write: () => Buffer.alloc(0), read: () => '' })),
} satisfies Record<string, Form>;

/** A bit for each text that has its form, then the texts. */
export function pack(texts: readonly string[], expected: readonly Form[]): Buffer {
  const pieces = expected.map(({ pieceOf }, at) => pieceOf(texts[at] ?? ''));
  let size = 1;
  for (const { bytes } of pieces) size += bytes.length;
  const packed = Buffer.allocUnsafe(size);
  let bits = 0;
  let end = 1;
  pieces.forEach(({ isPacked, bytes }, at) => {
    if (isPacked) bits |= 1 << at;
    packed.set(bytes, end);
    end += bytes.length;
  });
  packed[0] = bits;
  return packed;
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
