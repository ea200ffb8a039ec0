import { GraphError } from '../errors.ts';

/** What a share's key holds: a URL, with the text in it that may be a link's token, or the token alone. */
export interface ShareKey {
  readonly url?: URL;
  readonly token: string;
}

/**
 * Reads `u!` and a URL in base64, padded or not, mapped to base64url or not (F6.1 [seen]), or `s!` and a token.
 *
 * @throws GraphError `invalidSharesKey`
 */
export function readShareKey(key: string): ShareKey {
  const [, form, text = ''] = /^(u|s)!(.+)$/s.exec(key) ?? [];
  if (form === 's') return { token: text };
  const url = form === 'u' ? urlIn(text) : undefined;
  if (!url) throw new GraphError('invalidSharesKey');
  // An embed link has its token in a parameter, every other one at the end of the path.
  return { url, token: url.searchParams.get('authkey') ?? url.pathname.split('/').at(-1) ?? '' };
}

function urlIn(encoded: string): URL | undefined {
  // A slash that the sender had not mapped arrives encoded: it cannot stand in a segment.
  const mapped = encoded.replaceAll(/%2f/gi, '/').replaceAll('_', '/').replaceAll('-', '+');
  const [, base64] = /^([A-Za-z\d+/]+)=*$/.exec(mapped) ?? [];
  if (base64 === undefined) return undefined;
  try {
    const url = new URL(new TextDecoder('utf-8', { fatal: true }).decode(Buffer.from(base64, 'base64')));
    return /^https?:$/.test(url.protocol) ? url : undefined;
  } catch {
    return undefined;
  }
}
