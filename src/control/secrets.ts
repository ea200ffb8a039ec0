import { recent } from '../recent.ts';
import { readToken } from '../sharing/linkUrl.ts';
import { readings } from './reading.ts';

/** What stands for a secret. */
const dots = '•••';

/** What holds a secret, by its name, whatever stands before that: `sharing-password`, `x-access-token`. */
const secretNames =
  '(?:[\\w-]*[-_])?(?:password|(?:client_?)?secret|(?:client_)?assertion|code|code_verifier|device_code|user_code|(?:refresh_?|access_?|id_?)?token|tempauth|authkey|sig|signature)';

/** Of properties, headers and parameters alike. */
const isSecretName = new RegExp(`^(?:${secretNames}|(?:[\\w-]*-)?authorization)$`, 'i');

const isSecretHeader = /^(cookie|set-cookie|x-functions-key|x-mock-key|x-ms-.*token.*)$/i;

/** Where a text may hold a secret: behind the first group, which stays. */
interface Place {
  readonly pattern: RegExp;
  /** Where the pattern alone does not tell. */
  readonly isSecret?: (found: string) => boolean;
}

// Whoever sends these texts chooses them. A pattern that may begin anywhere begins only where a run of its characters
// does, so that no run is read again from each of its places.

/** A character of what stands between two slashes. */
const part = String.raw`[^\0-\x20"#&'()/<>?]`;

const inText: readonly Place[] = [
  // A parameter of a URL or form: download URLs, upload sessions, embed links, tokens.
  { pattern: new RegExp(String.raw`((?<![\w-])${secretNames}=)[^\0-\x20"&<>]+`, 'gi') },
  // The key of a share, which is a link's URL in base64 (F6.1): with its mark or without, and where somebody has left a
  // slash in it.
  { pattern: new RegExp(String.raw`((?<!\w)(?:[us]!|(?=aHR0c)))${part}{8,}(?:\/[\w+=-]{12,})*`, 'gi') },
  // The URL of a link (F2.6).
  { pattern: new RegExp(String.raw`(\/:\w+:\/(?:g\/personal|\w)\/[^/]*\/)${part}{8,}`, 'gi') },
  { pattern: new RegExp(String.raw`((?:^|:\/\/[^/]+)\/\w\/c\/[^/]*\/)${part}{8,}`, 'gi') },
  { pattern: new RegExp(String.raw`(\/\w\/c\/[\da-f]{16}\/)${part}{8,}`, 'gi') },
  // The token of a link, which tells that it is one, whatever somebody has put it in.
  { pattern: /((?<![\w-]))E[\w-]{63,}/g, isSecret: (found) => readToken(found) !== undefined },
  // A JWT, wherever it stands.
  { pattern: /((?<![\w-]))(?=[\w-]*eyJ[\w-]{8})[\w-]+\.[\w-]+(?:\.[\w-]*)+/g },
];

/** In a query, a parameter ends at the next one and nowhere else. */
const inQuery: readonly Place[] = [{ pattern: new RegExp(`((?:^|&)${secretNames}=)[^&]+`, 'gi') }, ...inText];

/** From where to where a secret stands in a text as it was sent. */
type Range = readonly [start: number, end: number];

function secretsIn(text: string, places: readonly Place[]): Range[] {
  const secrets: Range[] = [];
  for (const { text: read, starts } of readings(text))
    for (const { pattern, isSecret } of places) {
      // Not `matchAll`, which makes a pattern of its own at each call. This one begins anew, whatever became of the last text.
      pattern.lastIndex = 0;
      for (let found = pattern.exec(read); found; found = pattern.exec(read)) {
        if (isSecret && !isSecret(found[0])) continue;
        const start = found.index + (found[1]?.length ?? 0);
        const end = found.index + found[0].length;
        secrets.push(starts ? [starts[start] ?? start, starts[end] ?? end] : [start, end]);
      }
    }
  return secrets;
}

function without(secrets: readonly Range[], text: string): string {
  if (secrets.length === 0) return text;
  let shown = '';
  let end = 0;
  for (const [from, to] of secrets.toSorted(([a], [b]) => a - b)) {
    // What begins in another one is one with it.
    if (from >= end) shown += text.slice(end, from) + dots;
    end = Math.max(end, to);
  }
  return shown + text.slice(end);
}

/** Texts that hold no secret: most of what a request says others have said before it. Longer ones are not held. */
const harmless = recent(2000);
const longestHeld = 200;

/** A text without its secrets, however they are escaped. One that has none comes out as it was. */
export function maskedText(text: string): string {
  if (harmless.has(text)) return text;
  const shown = without(secretsIn(text, inText), text);
  if (shown === text && text.length <= longestHeld) harmless.add(text);
  return shown;
}

/** The same of a URL's query. */
export const maskedQuery = (query: string): string => without(secretsIn(query, inQuery), query);

/** A value without its secrets, at any depth. */
export function masked(value: unknown, depth = 0): unknown {
  if (typeof value === 'string') return maskedText(value);
  if (typeof value !== 'object' || value === null) return value;
  // Deeper than anything that Graph takes.
  if (depth > 32) return dots;
  if (Array.isArray(value)) return value.map((each) => masked(each, depth + 1));
  return Object.fromEntries(
    Object.entries(value).map(([name, held]) => [
      maskedText(name),
      held !== null && isSecretName.test(name) ? dots : masked(held, depth + 1),
    ]),
  );
}

export const maskedHeader = (name: string, value: string): string =>
  isSecretHeader.test(name) || isSecretName.test(name) ? dots : maskedText(value);

/** Headers without their secrets. Of a token its claims remain, or that there was one. */
export function maskedHeaders(
  headers: Iterable<[string, string]>,
  claims: Readonly<Record<string, unknown>> | undefined,
): Record<string, unknown> {
  return Object.fromEntries(
    Array.from(headers, ([given, value]) => {
      const name = given.toLowerCase();
      if (name === 'authorization') return [name, claims ? masked(claims) : dots];
      return [name, maskedHeader(name, value)];
    }),
  );
}
