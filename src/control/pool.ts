/** A piece of memory outside of V8's heap, in which texts lie one after the other. */
interface Piece {
  readonly bytes: Buffer;
  /** How many of its texts are still wanted. */
  texts: number;
}

/** Where a text lies. */
export interface Pooled {
  readonly piece: Piece;
  readonly start: number;
  readonly end: number;
}

/** In bytes: a dozen usual texts, and any but a few. */
const pieceSize = 32 * 1024;

const newPiece = (size: number): Piece => ({ bytes: Buffer.allocUnsafeSlow(size), texts: 0 });

let current = newPiece(0);
let used = 0;
/** Pieces of the usual size that are to be written again. */
const free: Piece[] = [];

/** Puts a text outside of the heap, in memory that is used again once nobody wants what was there. */
export function pooled(text: string): Pooled {
  const size = Buffer.byteLength(text);
  if (used + size > current.bytes.length) {
    current = size > pieceSize ? newPiece(size) : (free.pop() ?? newPiece(pieceSize));
    used = 0;
  }
  const start = used;
  used += current.bytes.write(text, start);
  current.texts += 1;
  return { piece: current, start, end: used };
}

export const textIn = ({ piece: { bytes }, start, end }: Pooled): string => bytes.toString('utf8', start, end);

/** Nobody wants the text any more. Where this is not said, the collector finds out. */
export function release({ piece }: Pooled): void {
  piece.texts -= 1;
  if (piece.texts === 0 && piece !== current && piece.bytes.length === pieceSize) free.push(piece);
}
