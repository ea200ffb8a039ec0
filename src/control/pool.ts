/** A piece of memory outside of V8's heap, in which facts lie one after the other. */
interface Piece {
  readonly bytes: Buffer;
  /** The same memory. */
  readonly view: DataView;
  /** How many still want what they have put there. */
  holders: number;
}

/** Where somebody's facts lie. */
export interface Pooled {
  readonly piece: Piece;
  readonly start: number;
  readonly end: number;
}

/** In bytes: what a dozen usual requests say, and any but a few. */
const pieceSize = 32 * 1024;

function newPiece(size: number): Piece {
  const bytes = Buffer.allocUnsafeSlow(size);
  return { bytes, view: new DataView(bytes.buffer), holders: 0 };
}

let current = newPiece(0);
let used = 0;
/** Pieces of the usual size that are to be written again. */
const free: Piece[] = [];

/** What somebody puts aside. */
export interface Facts {
  readonly numbers: readonly number[];
  readonly texts: readonly string[];
}

/** Of how many numbers and texts there are, and of how long each text is. */
const countSize = 4;
const numberSize = 8;

/**
 * Puts numbers and texts outside of the heap, in memory that is used again once nobody wants what was there. Texts lie there
 * as UTF-8: half of a character that meets no other half comes back as U+FFFD.
 */
export function pooled({ numbers, texts }: Facts): Pooled {
  const joined = texts.join('');
  const size = countSize * (2 + texts.length) + numberSize * numbers.length + Buffer.byteLength(joined);
  if (used + size > current.bytes.length) {
    current = size > pieceSize ? newPiece(size) : (free.pop() ?? newPiece(pieceSize));
    used = 0;
  }
  const { bytes, view } = current;
  const start = used;
  view.setUint32(used, numbers.length);
  view.setUint32(used + countSize, texts.length);
  used += 2 * countSize;
  for (const number of numbers) {
    view.setFloat64(used, number);
    used += numberSize;
  }
  for (const { length } of texts) {
    view.setUint32(used, length);
    used += countSize;
  }
  used += bytes.write(joined, used);
  current.holders += 1;
  return { piece: current, start, end: used };
}

export function factsIn({ piece: { bytes, view }, start, end }: Pooled): Facts {
  const [numberCount, textCount] = [view.getUint32(start), view.getUint32(start + countSize)];
  const firstNumber = start + 2 * countSize;
  const firstLength = firstNumber + numberSize * numberCount;
  const joined = bytes.toString('utf8', firstLength + countSize * textCount, end);
  let from = 0;
  return {
    numbers: Array.from({ length: numberCount }, (_, at) => view.getFloat64(firstNumber + numberSize * at)),
    texts: Array.from({ length: textCount }, (_, at) =>
      joined.slice(from, (from += view.getUint32(firstLength + countSize * at))),
    ),
  };
}

/** Nobody wants these facts any more. Where this is not said, the collector finds out. */
export function release({ piece }: Pooled): void {
  piece.holders -= 1;
  if (piece.holders === 0 && piece !== current && piece.bytes.length === pieceSize) free.push(piece);
}
