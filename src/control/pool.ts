/** A piece of memory outside of V8's heap, in which texts lie one after the other. */
interface Piece {
  readonly bytes: Buffer;
  /** The same memory. */
  readonly lengths: DataView;
  /** How many still want what they have put there. */
  holders: number;
}

/** Where somebody's texts lie. */
export interface Pooled {
  readonly piece: Piece;
  readonly start: number;
  readonly end: number;
}

/** In bytes: what a dozen usual requests say, and any but a few. */
const pieceSize = 32 * 1024;

function newPiece(size: number): Piece {
  const bytes = Buffer.allocUnsafeSlow(size);
  return { bytes, lengths: new DataView(bytes.buffer), holders: 0 };
}

let current = newPiece(0);
let used = 0;
/** Pieces of the usual size that are to be written again. */
const free: Piece[] = [];

/** How many texts there are, and how long each of them is, stand before them. */
const lengthSize = 4;

/** Puts texts outside of the heap, in memory that is used again once nobody wants what was there. */
export function pooled(texts: readonly string[]): Pooled {
  let joined = '';
  for (const text of texts) joined += text;
  const size = lengthSize * (1 + texts.length) + Buffer.byteLength(joined);
  if (used + size > current.bytes.length) {
    current = size > pieceSize ? newPiece(size) : (free.pop() ?? newPiece(pieceSize));
    used = 0;
  }
  const { bytes, lengths } = current;
  const start = used;
  lengths.setUint32(start, texts.length);
  used += lengthSize;
  for (const { length } of texts) {
    lengths.setUint32(used, length);
    used += lengthSize;
  }
  used += bytes.write(joined, used);
  current.holders += 1;
  return { piece: current, start, end: used };
}

export function textsIn({ piece: { bytes, lengths }, start, end }: Pooled): string[] {
  const count = lengths.getUint32(start);
  const joined = bytes.toString('utf8', start + lengthSize * (1 + count), end);
  let from = 0;
  return Array.from({ length: count }, (_, at) => {
    const length = lengths.getUint32(start + lengthSize * (1 + at));
    return joined.slice(from, (from += length));
  });
}

/** Nobody wants these texts any more. Where this is not said, the collector finds out. */
export function release({ piece }: Pooled): void {
  piece.holders -= 1;
  if (piece.holders === 0 && piece !== current && piece.bytes.length === pieceSize) free.push(piece);
}
