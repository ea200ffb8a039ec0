import { createHash } from 'node:crypto';

// A key may not hold / \ # ? nor control characters, and `%` is not safe on the way (Table Storage's rules). What is
// not plain is written as `~` and its four hex digits, UTF-16 unit by unit, so that nothing is lost and no two texts meet.
const plain = /^[\w.,!|@-]*$/;
const special = /[^\w.,!|@-]/g;

/** Table Storage takes 1 KiB of UTF-16. What is longer keeps its start, by which it can be listed, and ends in a hash. */
const longest = 400;
export const keptStart = 200;

/** A text as part of a key. The encoding of a start of it is a start of its encoding; `~~` stands in no text's encoding. */
export function encodeKey(text: string): string {
  if (plain.test(text) && text.length <= longest) return text;
  const encoded = text.replace(special, (unit) => `~${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
  if (encoded.length <= longest) return encoded;
  return `${encoded.slice(0, keptStart)}~~${createHash('sha256').update(encoded).digest('hex')}`;
}
