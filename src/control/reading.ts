/** A text as somebody reads it. */
export interface Reading {
  readonly text: string;
  /** Where in the text as it was sent each of these characters begins, and the last one ends; its own place where unsaid. */
  readonly starts?: Uint32Array;
}

/** So often escapes are taken off: a path may hold the URL of a link, and that of a page which leads to it. */
const deepest = 3;

/** What holds the parts of a URL or of a sentence apart, by its code. */
const isDelimiter = Array.from({ length: 256 }, (_, code) => /[\0-\x20"#&'()/<=>?]/.test(String.fromCharCode(code)));

/**
 * Every way to read a text that may be escaped: as it was sent; as whoever takes it apart first and decodes the parts,
 * for whom `%2F` is no slash; decoded as a whole; and the same again of what came out. Bytes beyond ASCII are a
 * character each, and what is no escape stays as it is: this is for finding ASCII in, not for showing.
 */
export function* readings(sent: string): Generator<Reading> {
  let reading: Reading = { text: sent };
  yield reading;
  for (let depth = 0; depth < deepest && /%[\da-f]{2}/i.test(reading.text); depth += 1) {
    yield unescaped(reading, (code) => !isDelimiter[code]);
    reading = unescaped(reading, () => true);
    yield reading;
  }
}

function unescaped({ text, starts }: Reading, isDecoded: (code: number) => boolean): Reading {
  const codes = new Uint16Array(text.length);
  const found = new Uint32Array(text.length + 1);
  let length = 0;
  for (let at = 0; at < text.length; at += 1) {
    const code = escapedAt(text, at);
    const isEscape = code !== undefined && isDecoded(code);
    found[length] = starts?.[at] ?? at;
    codes[length] = isEscape ? code : text.charCodeAt(at);
    length += 1;
    if (isEscape) at += 2;
  }
  found[length] = starts?.[text.length] ?? text.length;
  return { text: Buffer.from(codes.buffer, 0, 2 * length).toString('utf16le'), starts: found };
}

function escapedAt(text: string, at: number): number | undefined {
  if (text[at] !== '%') return undefined;
  const digits = text.slice(at + 1, at + 3);
  return /^[\da-f]{2}$/i.test(digits) ? Number.parseInt(digits, 16) : undefined;
}
