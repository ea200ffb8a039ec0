import { type Access, type Entered, noRights, type Rights, type Sharing, union } from '../access.ts';
import { ancestorsOf } from '../drive/ancestors.ts';
import { type Item, itemPartition } from '../drive/item.ts';
import { findItem, isOpenTo } from '../drive/locate.ts';
import { findByWebPath } from '../drive/webUrl.ts';
import { GraphError } from '../errors.ts';
import { isSame } from '../isSame.ts';
import type { Caller, Context } from '../operation.ts';
import type { ShareReference } from '../reference.ts';
import { accessTo, rightsOfLink } from './access.ts';
import { isExpired } from './kept.ts';
import { type Link, linkKind } from './link.ts';
import { isLinkUrl, type LinkAddress } from './linkUrl.ts';
import { policyOn } from './policy.ts';
import { redeem } from './redemption.ts';
import { addressOf } from './seededToken.ts';
import { readShareKey } from './shareKey.ts';

/** A share that has been opened. Without a link it was the plain URL of an item (F6.1). */
export interface OpenShare extends Entered {
  readonly shared: Item;
  readonly link?: Link;
  /** What the caller may do with the shared item itself. */
  readonly access: Access;
}

/**
 * Follows a share's key to its item (F6).
 *
 * @throws GraphError `invalidSharesKey`, `foreignSite`; `itemNotFound` for the URL of an item that is not there, or not
 * for this caller; `linkGone`, `passwordRequired` for a link that leads this caller nowhere (F6.3)
 */
export async function openShare(share: ShareReference, caller: Caller, context: Context): Promise<OpenShare> {
  const { url, token } = readShareKey(share.key);
  const address = await addressOf(token, caller.tenant, context);
  if (address) return openLink(address, url, share, caller, context);
  if (!url) throw new GraphError('linkGone');
  if (!isOf(url, share.origin)) throw new GraphError('foreignSite');
  if (isLinkUrl(url)) throw new GraphError('linkGone');
  const { drive, item } = await findByWebPath(namesOf(url), caller, context);
  return opened({ drive, item }, { rights: noRights }, caller, context);
}

/** URLs compare as they are understood: a request may spell its host in capitals, or name the port that goes without saying. */
const isOf = (url: URL, origin: string): boolean => URL.canParse(origin) && new URL(origin).origin === url.origin;

/** The link that a token names, if it is there and good, else why not: one point read. The page behind a link asks this too. */
export async function lookUpLink(
  { tenant, driveId, itemId, row, secret }: LinkAddress,
  context: Context,
): Promise<{ readonly link: Link } | 'gone' | 'expired'> {
  const { store, clock } = context;
  const partition = itemPartition(tenant, { driveId, id: itemId });
  const link = (await store.rows(linkKind).get({ partition, row }))?.value;
  // What was made in a workbook session that does not persist is for that session alone (F8).
  if (!link || !isSame(secret, link.secret) || link.session !== undefined) return 'gone';
  // Links for anyone work again once they are allowed again [guess].
  if (link.scope === 'anonymous' && !policyOn(driveId, context).anonymousLinks) return 'gone';
  return isExpired(link, clock()) ? 'expired' : { link };
}

/** As `lookUpLink`, for callers of this tenant alone: tenants are worlds apart. */
async function findLink(address: LinkAddress, tenant: string, context: Context): Promise<Link | undefined> {
  if (address.tenant !== tenant) return undefined;
  const found = await lookUpLink(address, context);
  return typeof found === 'string' ? undefined : found.link;
}

async function openLink(
  address: LinkAddress,
  url: URL | undefined,
  { origin, prefer }: ShareReference,
  caller: Caller,
  context: Context,
): Promise<OpenShare> {
  const { tenant, user } = caller;
  const link = await findLink(address, tenant, context);
  if (url && ![origin, link && new URL(link.webUrl).origin].includes(url.origin)) throw new GraphError('foreignSite');
  // An application redeems nothing (F6.3 [seen]).
  if (!link || !user) throw new GraphError('linkGone');
  const { driveId, itemId } = address;
  const place = await findItem(driveId, { anchor: { at: 'item', id: itemId }, path: [] }, caller, context);
  const own = await accessTo(place, caller, context);
  const applied = preferenceIn(prefer);
  const given = rightsByHolding(link, applied !== undefined);
  if (union(own.rights, given).size === 0) throw new GraphError(link.passwordHash ? 'passwordRequired' : 'linkGone');
  const keep = async (): Promise<void> => {
    if (applied !== 'redeemSharingLink' || given.size === 0 || isOpenTo(place.drive, caller)) return;
    await redeem(link, user, { item: place.item, tenant }, context);
  };
  const through = { rights: given, through: link.id, ...(applied && { preference: { applied, keep } }) };
  return { link, ...(await opened(place, through, caller, context)) };
}

/**
 * What having the URL gives. People who are named in a link have their access by that, not by the URL; what is for the
 * whole organisation has to be redeemed first (F6.3 [seen]); what is for anyone is open to anyone [guess].
 * There is no way to pass a password through the API (F6.3 [guess]).
 */
function rightsByHolding(link: Link, isRedeemed: boolean): Rights {
  if (link.passwordHash) return noRights;
  const isGood = { anonymous: true, organization: isRedeemed, users: false }[link.scope];
  return isGood ? rightsOfLink(link) : noRights;
}

const preferences = ['redeemSharingLink', 'redeemSharingLinkIfNecessary'] as const;

/** `Prefer` is a list of words, in any case; of both the lasting one counts (F6.2). */
function preferenceIn(prefer: string): (typeof preferences)[number] | undefined {
  const words = new Set(prefer.split(',').map((word) => word.trim().toLowerCase()));
  return preferences.find((each) => words.has(each.toLowerCase()));
}

/** The shared item with what is below it; `through` is what the share gives on top of what the caller has. */
async function opened(
  { drive, item: shared }: Parameters<Sharing['accessTo']>[0],
  through: Access,
  caller: Caller,
  context: Context,
): Promise<OpenShare> {
  const accessBelow = async (item: Item): Promise<Access> => {
    const heritage = await heritageOf(item, shared, caller.tenant, context);
    if (heritage === 'none') return { rights: noRights };
    const { rights } = await accessTo({ drive, item }, caller, context);
    return heritage === 'cut' ? { rights } : { ...through, rights: union(rights, through.rights) };
  };
  return { drive, shared, access: await accessBelow(shared), accessTo: accessBelow };
}

/** What an item has of what is given on a shared one: it all, nothing since it inherits no more, or nothing since it is elsewhere. */
export async function heritageOf(
  item: Item,
  shared: Item,
  tenant: string,
  context: Context,
): Promise<'whole' | 'cut' | 'none'> {
  const line = item.id === shared.id ? [item] : [...(await ancestorsOf(item, tenant, context)), item];
  const at = line.findIndex(({ id }) => id === shared.id);
  if (at < 0) return 'none';
  return line.slice(at + 1).some(({ inheritsNothing }) => inheritsNothing) ? 'cut' : 'whole';
}

/** The decoded names of a path. @throws GraphError `itemNotFound` for what nothing can be called */
function namesOf({ pathname }: URL): string[] {
  try {
    return pathname
      .split('/')
      .filter((name) => name !== '')
      .map((name) => decodeURIComponent(name));
  } catch {
    throw new GraphError('itemNotFound');
  }
}
