import { isPersonalDrive } from '../drive/ids.ts';
import type { Located } from '../drive/locate.ts';
import { urlLetterOf } from '../drive/mimeType.ts';
import { remember } from '../remember.ts';
import { forms, pack, unpack } from './packing.ts';

/** Everything a link's token says: where its permission lies, and the secret that makes it this link and no other. */
export interface LinkAddress {
  readonly tenant: string;
  readonly driveId: string;
  readonly itemId: string;
  readonly row: string;
  readonly secret: string;
}

/** Real tokens begin with this letter (F2.6). */
const mark = 'E';

/** The forms that the parts of an address usually have, in the order of the token. An item's id says most as it is. */
const parts = [forms.guid, forms.library, forms.text, forms.hash, forms.secret];

/** A link's token: its own address, so that following it is one point read, with 128 random bits inside. */
export function toToken({ tenant, driveId, itemId, row, secret }: LinkAddress): string {
  return mark + pack([tenant, driveId, itemId, row.replace('link|', ''), secret], parts).toString('base64url');
}

/** Undefined for what is no token of ours. Whether the link is there is for the store to say. */
export function readToken(token: string): LinkAddress | undefined {
  if (!token.startsWith(mark)) return undefined;
  const texts = unpack(Buffer.from(token.slice(mark.length), 'base64url'), parts);
  if (!texts) return undefined;
  const [tenant = '', driveId = '', itemId = '', row = '', secret = ''] = texts;
  return { tenant, driveId, itemId, row: `link|${row}`, secret };
}

/** What a link leads to, and how it was come to, which is no matter where a seed has made the link. */
type Place = Pick<Located, 'drive' | 'item'> & Partial<Pick<Located, 'reference'>>;

/** The link's URL, in the shape that clients take apart (F2.6): only the origin is the mock's. */
export function webUrlOfLink({ drive, item, reference }: Place, token: string, origin: string): string {
  const kind = item.kind === 'folder' ? 'f' : urlLetterOf(item.name);
  if (isPersonalDrive(drive.id)) return `${origin}/${kind}/c/${drive.id.toLowerCase()}/${token}`;
  const letter = reference?.anchor.at === 'listItem' ? 'li' : kind;
  return `${origin}/:${letter}:/${homeOf(drive.webPath)}/${token}`;
}

/** A drive has many links. */
const homeOf = remember((webPath) => {
  const [, place = '', owner = ''] = webPath.split('/');
  return place === 'personal' ? `g/personal/${owner}` : `s/${place === 'sites' ? owner : 'root'}`;
}, 1000);

/** The URL of an embed link on a personal drive. */
export const embedUrlOf = ({ drive, item }: Place, token: string, origin: string): string =>
  `${origin}/embed?resid=${encodeURIComponent(item.id)}&cid=${drive.id.toLowerCase()}&authkey=${token}`;

/** The URL with another parameter. */
export const withParameter = (url: string, name: string, value: string): string =>
  `${url}${url.includes('?') ? '&' : '?'}${name}=${encodeURIComponent(value)}`;

/** Whether a URL has the shape of a link, whatever its token is. */
export const isLinkUrl = ({ pathname }: URL): boolean => /^\/(:\w+:\/|\w\/c\/|embed$)/.test(pathname);

/** The token in the URL of a link. */
export function tokenIn(webUrl: string): string {
  const { pathname, searchParams } = new URL(webUrl);
  return searchParams.get('authkey') ?? pathname.slice(pathname.lastIndexOf('/') + 1);
}

/** `u!` and the base64url of the URL (F6.1). */
export const shareIdOf = (webUrl: string): string => `u!${Buffer.from(webUrl).toString('base64url')}`;
