import { GraphError } from '../errors.ts';
import { checkPath } from './limits.ts';

/** Where a request leads: the parameters of its route, and the paths that stood between colons (F1.2). */
export interface Place {
  /** Decoded, but for `%2F`. */
  readonly params: Readonly<Record<string, string>>;
  /** The names from the addressed item downwards: `root:/A/B.docx:` has `['A', 'B.docx']`. */
  readonly itemPath?: readonly string[];
  /** The server-relative path of a site: `sites/{host}:/sites/marketing:` has `['sites', 'marketing']`. */
  readonly sitePath?: readonly string[];
  /** What a share's key has to be read with: the mock's origin, and the `Prefer` header. */
  readonly origin?: string;
  readonly prefer?: string;
}

const isColonized = (segment: string): boolean => /(:|%3A)$/i.test(segment);
const withoutColon = (segment: string): string => segment.replace(/(:|%3A)$/i, '');

/** The path of an absolute URL as it was sent: `URL` would resolve dots and re-encode. */
export function pathOf(url: string): string {
  const start = url.indexOf('/', url.indexOf('://') + 3);
  if (start < 0) return '/';
  const [query, fragment] = [url.indexOf('?', start), url.indexOf('#', start)];
  const end = query < 0 || (fragment >= 0 && fragment < query) ? fragment : query;
  return end < 0 ? url.slice(start) : url.slice(start, end);
}

/** Whether the path may be written in another way than routes are declared in, so that `normalize` has to look at it. */
export const isWrittenOtherwise = (raw: string): boolean =>
  !isLinkPath(raw) && /:|%3A|\.graph\.|\(('|%27|\))/i.test(raw);

/** The URL of a link on a business drive begins with a mark between colons, which are none of a path's (F2.6). */
const isLinkPath = (raw: string): boolean => /^\/:\w+:\//.test(raw);

/**
 * Brings every way to write an address into the one that routes are declared in:
 * - what stands between colons is taken out: `/root:/A/B.docx:/createLink` is `/root/createLink` with an item path;
 * - a namespace in front of an action goes: `/microsoft.graph.createLink` (F1.3 [seen]);
 * - a function without parameters loses its parentheses: `/sharedWithMe()`;
 * - key syntax becomes slashes: `/drives('x')/items('y')` (F1.3 [guess]);
 * - a path that stands escaped in the place of an id is a path: `/items/root%3A%2FA%2FB.docx%3A`.
 *
 * @param raw the path as sent; segments stay encoded, names are decoded once, one by one.
 * @throws GraphError `emptyPath`, `malformedUri`, `pathTooLong`
 */
export function normalize(raw: string): { path: string } & Omit<Place, 'params'> {
  if (!isWrittenOtherwise(raw)) return { path: raw };
  const kept: string[] = [];
  const paths: { itemPath?: string[]; sitePath?: string[] } = {};
  const segments = raw.split('/').flatMap((segment, at, all) => (takesPath(all[at - 1]) ? opened(segment) : segment));
  for (let at = 0; at < segments.length; at += 1) {
    const segment = segments[at] ?? '';
    kept.push(...plain(isColonized(segment) ? withoutColon(segment) : segment));
    if (!isColonized(segment) || at + 1 === segments.length) continue;

    const rest = segments.slice(at + 1);
    const closing = rest.findIndex(isColonized);
    const taken = closing < 0 ? rest : rest.slice(0, closing + 1);
    at += taken.length;
    const kind = pathAfter(kept);
    if (kind === undefined || paths[kind]) throw new GraphError('malformedUri');
    paths[kind] = namesOf(taken);
    checkPath(paths[kind]);
  }
  return { path: kept.join('/'), ...paths };
}

const takesPath = (collection = ''): boolean => /^(items|sites)$/i.test(collection);

/**
 * What Kiota's clients (msgraph-sdk for TypeScript, Python, Java, .NET 5) make of `items.byDriveItemId('root:/A/B.docx:')`,
 * which is their way to say it [seen]: they escape an id as a whole.
 */
const opened = (segment: string): string[] =>
  /%3A%2F/i.test(segment) ? segment.replace(/%3A(?=%2F)/i, ':').split(/%2F/i) : [segment];

/** What a path between colons belongs to where it may stand at all: a site's host, or an item (F1.1, F1.2). */
function pathAfter(kept: readonly string[]): 'sitePath' | 'itemPath' | undefined {
  const [collection = '', last = ''] = kept.slice(-2).map((segment) => segment.toLowerCase());
  if (collection === 'sites') return 'sitePath';
  const isItem = ['items', 'special'].includes(collection) || ['root', 'driveitem'].includes(last);
  return isItem ? 'itemPath' : undefined;
}

/** The decoded names of a path between colons; a slash at its end is ignored. */
function namesOf(taken: readonly string[]): string[] {
  const raw = taken.map((segment, at) => (at === taken.length - 1 ? withoutColon(segment) : segment));
  if (raw.length > 1 && raw.at(-1) === '') raw.pop();
  if (raw.every((name) => name === '')) throw new GraphError('emptyPath');
  try {
    return raw.map((name) => decodeURIComponent(name));
  } catch {
    throw new GraphError('malformedUri');
  }
}

function plain(segment: string): string[] {
  const [, name, key] = /^(\w+)\('(.*)'\)$/.exec(segment.replaceAll('%27', "'")) ?? [];
  if (name !== undefined && key !== undefined) return [name, key.replaceAll("''", "'")];
  return [segment.replace(/^microsoft\.graph\./i, '').replace(/\(\)$/, '')];
}
