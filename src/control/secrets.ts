/** What stands for a secret. */
const dots = '•••';

/** Properties and parameters that hold a secret, by their names. */
const secretNames =
  'password|(?:client_?)?secret|(?:client_)?assertion|code|code_verifier|device_code|user_code|(?:refresh_?|access_?|id_?)?token|tempauth|authkey|sig|signature';

const isSecretName = new RegExp(`^(?:${secretNames}|authorization)$`, 'i');

const isSecretHeader = /^(cookie|set-cookie|proxy-authorization|x-functions-key|x-mock-key|x-ms-.*token.*)$/i;

/** Where a text may hold a secret, behind a part that stays. */
const secretTexts: readonly RegExp[] = [
  // A parameter of a URL or form: download URLs, upload sessions, embed links, tokens.
  new RegExp(String.raw`((?:^|[?&;#])(?:${secretNames})=)[^&\s"'<>]+`, 'gi'),
  // The key of a share, which is a link's URL in base64 (F6.1).
  /((?:^|\/shares\/)[us](?:!|%21))[\w+=-]{8,}/gi,
  // The URL of a link (F2.6).
  /(\/(?::|%3a)\w+(?::|%3a)\/(?:g\/personal|\w)\/[^/\s"']+\/)[\w-]{8,}/gi,
  /(\/\w\/(?:c\/[\da-f]{16}\/|s(?:!|%21)))[\w-]{8,}/gi,
  // A JWT, wherever it stands.
  /(\b)eyJ[\w-]{8,}\.[\w-]+\.[\w-]*/g,
];

export const maskedText = (text: string): string =>
  secretTexts.reduce((rest, pattern) => rest.replaceAll(pattern, `$1${dots}`), text);

/** A value without its secrets, at any depth. */
export function masked(value: unknown, depth = 0): unknown {
  if (typeof value === 'string') return maskedText(value);
  if (typeof value !== 'object' || value === null) return value;
  // Deeper than anything that Graph takes.
  if (depth > 32) return dots;
  if (Array.isArray(value)) return value.map((each) => masked(each, depth + 1));
  return Object.fromEntries(
    Object.entries(value).map(([name, held]) => [
      name,
      held !== null && isSecretName.test(name) ? dots : masked(held, depth + 1),
    ]),
  );
}

export const maskedHeader = (name: string, value: string): string =>
  isSecretHeader.test(name) ? dots : maskedText(value);

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
