import type { Drive } from '../drive/drive.ts';
import type { Item } from '../drive/item.ts';
import type { Identity } from '../operation.ts';
import type { Context } from '../operation.ts';
import type { Grantee } from './grantee.ts';
import type { Link, LinkScope, LinkType } from './link.ts';
import { linkRow, newLinkId } from './link.ts';
import { embedUrlOf, type LinkAddress, readToken, toToken, webUrlOfLink } from './linkUrl.ts';
import { withTenant } from './seededToken.ts';

/** What a seed says of a link. */
export interface LinkGiven {
  readonly id?: string;
  readonly type: LinkType;
  readonly scope: LinkScope;
  readonly preventsDownload: boolean;
  readonly token?: string;
  readonly grantees?: readonly Grantee[];
  readonly expirationDateTime?: string;
  readonly passwordHash?: string;
  readonly application: Identity;
  readonly createdBy?: Identity;
  readonly createdDateTime: string;
  readonly session?: string;
}

export interface SeededLink {
  readonly row: string;
  readonly link: Link;
  /** Set where the token does not tell where its link lies. */
  readonly lookup?: { readonly token: string; readonly address: LinkAddress };
}

/** The link that a seed asks for, with its id and token where it says them. */
export function seededLink(
  { token: given, id, ...facts }: LinkGiven,
  place: { readonly drive: Drive; readonly item: Item; readonly tenant: string; readonly origin: string },
  context: Context,
): SeededLink {
  const { drive, item, tenant, origin } = place;
  const row = linkRow(facts);
  const at = { tenant, driveId: drive.id, itemId: item.id, row };
  const told = given === undefined ? undefined : readToken(given);
  const isOwn = told !== undefined && toToken({ ...at, secret: told.secret }) === given;
  const secret = isOwn ? told.secret : Buffer.from(context.newSecret(16)).toString('base64url');
  const token = given ?? toToken({ ...at, secret });
  const webUrl = facts.type === 'embed' ? embedUrlOf(place, token, origin) : webUrlOfLink(place, token, origin);
  const link: Link = {
    kind: 'link',
    ...facts,
    id: id ?? newLinkId(row, context.newId),
    webUrl: withTenant(webUrl, token, tenant),
    secret,
  };
  return { row, link, ...(given !== undefined && !isOwn && { lookup: { token, address: { ...at, secret } } }) };
}
