import * as z from 'zod';

/** One of these words; the case they come in does not matter, the answer has the word as it stands here (F2.1 [seen]). */
export const oneOf = <const Words extends readonly [string, ...string[]]>(words: Words) =>
  z
    .string()
    .meta({ enum: [...words] })
    .transform((given, check): Words[number] => {
      const word = words.find((each) => each.toLowerCase() === given.toLowerCase());
      if (word !== undefined) return word;
      check.issues.push({ code: 'invalid_value', values: [...words], input: given });
      return z.NEVER;
    });

/** `yyyy-MM-ddTHH:mm:ssZ`, with a fraction or an offset where they come (F2.1); the answer is in UTC and whole seconds. */
export const dateTimeOffset = z.iso.datetime({ offset: true }).transform((given, check) => {
  const date = new Date(given);
  if (date.getUTCFullYear() <= 9999) return `${date.toISOString().slice(0, 19)}Z`;
  // An offset has led beyond the years that four digits can say.
  check.issues.push({ code: 'invalid_format', format: 'datetime', input: given });
  return z.NEVER;
});

/** `2030-01-31T00:00:00Z` */
export const wholeSeconds = (dateTime: string): string => dateTime.replace(/\.\d+Z$/, 'Z');
