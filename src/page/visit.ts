import { noRights, type Rights } from '../access.ts';
import { entriesOf, findEntry } from '../directory/directory.ts';
import { childrenOf } from '../drive/change.ts';
import { downloadUrlOf } from '../drive/content.ts';
import type { Drive } from '../drive/drive.ts';
import type { Item } from '../drive/item.ts';
import { lookForItem } from '../drive/locate.ts';
import type { Caller, Context, User } from '../operation.ts';
import { sample } from '../sample.ts';
import { rightsOfLink } from '../sharing/access.ts';
import type { Link } from '../sharing/link.ts';
import type { LinkAddress } from '../sharing/linkUrl.ts';
import { isPassword } from '../sharing/password.ts';
import { redeem } from '../sharing/redemption.ts';
import { addressOf } from '../sharing/seededToken.ts';
import { heritageOf, lookUpLink } from '../sharing/share.ts';
import { readTicket, type Ticket, ticketLifetime, toTicket } from './ticket.ts';

/** Somebody who has followed a link with a browser. */
export interface Visitor {
  readonly token: string;
  /** Whose link it is, by its URL. */
  readonly tenant: string;
  /** The signed ticket of an earlier visit. */
  readonly ticket?: string;
  /** What they have just filled in. */
  readonly form?: { readonly password?: string; readonly userId?: string };
  /** The names below the shared folder. */
  readonly path: readonly string[];
  readonly origin: string;
}

/** What the visitor gets to see. */
export type Visit =
  | { readonly sees: 'nothing'; readonly why: 'unknown' | 'gone' | 'expired' | 'itemGone' }
  | { readonly sees: 'door'; readonly asks: Asks; readonly problem?: Problem }
  | { readonly sees: 'inside'; readonly ticket: string }
  | { readonly sees: 'item'; readonly shown: Shown };

/** What the door asks for: the password, and who it is, of these. */
export interface Asks {
  readonly password: boolean;
  readonly users?: readonly User[];
}

export type Problem = 'wrongPassword' | 'notForYou';

export interface Shown {
  readonly item: Item;
  readonly link: Link;
  readonly user?: User;
  readonly path: readonly string[];
  /** Undefined where there is none to offer: a folder, or a link that prevents it. */
  readonly downloadUrl?: string;
  /** A folder's, by name, where the link lets one look. */
  readonly children?: readonly Item[];
}

/** Decides what there is to see behind a link: what is shown of it is for `views.ts`. */
export async function visit(visitor: Visitor, context: Context): Promise<Visit> {
  const address = await addressOf(visitor.token, visitor.tenant, context);
  // The context is that tenant's: by its clock and policy no link of another one is looked at.
  if (address?.tenant !== visitor.tenant) return { sees: 'nothing', why: 'unknown' };
  const found = await lookUpLink(address, context);
  if (typeof found === 'string') return { sees: 'nothing', why: found };
  const { link } = found;
  const { tenant } = address;
  await context.tenants.enter(tenant);
  const ticket = visitor.ticket === undefined ? undefined : readTicket(visitor.ticket, link, context.clock());
  if (visitor.form) return enter(visitor.form, { link, ticket, tenant, address }, context);
  const user = await userOf(ticket?.userId, tenant, context);
  const asks = {
    password: link.passwordHash !== undefined && !ticket?.hasPassword,
    ...(link.scope !== 'anonymous' && !user && { users: await usersOf(tenant, context) }),
  };
  if (asks.password || asks.users) return { sees: 'door', asks };
  const start = { driveId: address.driveId, itemId: address.itemId };
  const shared = await itemAt(start, [], user, tenant, context);
  if (!shared) return { sees: 'nothing', why: 'itemGone' };
  const rights = await rightsOf(shared, link, user, tenant, context);
  if (rights.size === 0)
    return { sees: 'door', asks: { password: false, users: await usersOf(tenant, context) }, problem: 'notForYou' };
  const place = await itemAt(start, visitor.path, user, tenant, context);
  if (!place || (await heritageOf(place.item, shared.item, tenant, context)) !== 'whole')
    return { sees: 'nothing', why: 'itemGone' };
  return {
    sees: 'item',
    shown: await show(place.item, rights, { link, visitor, tenant, ...(user && { user }) }, context),
  };
}

/** Whether a URL leads to a link of its tenant, be it that the link has expired. */
export async function isOfLink(
  { token, tenant }: Pick<Visitor, 'token' | 'tenant'>,
  context: Context,
): Promise<boolean> {
  const address = await addressOf(token, tenant, context);
  return address?.tenant === tenant && (await lookUpLink(address, context)) !== 'gone';
}

interface Door {
  readonly link: Link;
  readonly ticket: Ticket | undefined;
  readonly tenant: string;
  readonly address: LinkAddress;
}

/** Checks what was filled in; what is right is written on a ticket, so that it need not be asked for again. */
async function enter(
  { password, userId }: NonNullable<Visitor['form']>,
  { link, ticket, tenant, address }: Door,
  context: Context,
): Promise<Visit> {
  const isOpen = ticket?.hasPassword === true || link.passwordHash === undefined;
  const hasPassword = isOpen || (password !== undefined && (await isPassword(password, link.passwordHash ?? '')));
  const user = (await userOf(userId, tenant, context)) ?? (await userOf(ticket?.userId, tenant, context));
  if (!hasPassword) {
    const users = link.scope === 'anonymous' ? undefined : await usersOf(tenant, context);
    return { sees: 'door', asks: { password: true, ...(users && { users }) }, problem: 'wrongPassword' };
  }
  // Whoever opens what is for the whole organisation can reach it from then on without the link, as on SharePoint (F6.2).
  if (user && link.scope === 'organization')
    await redeem(link, user, { item: { driveId: address.driveId, id: address.itemId }, tenant }, context);
  const expires = context.clock().getTime() + ticketLifetime;
  return { sees: 'inside', ticket: toTicket({ hasPassword, ...(user && { userId: user.id }), expires }, link) };
}

async function userOf(userId: string | undefined, tenant: string, context: Context): Promise<User | undefined> {
  return userId === undefined ? undefined : findEntry(tenant, 'user', userId, context);
}

/** The tenant's people, by name. */
async function usersOf(tenant: string, context: Context): Promise<User[]> {
  const entries = await entriesOf(tenant, context);
  const users = entries.flatMap((entry) => (entry.kind === 'user' ? [entry] : []));
  return users.toSorted((a, b) => a.displayName.localeCompare(b.displayName));
}

type Place = { readonly drive: Drive; readonly item: Item };

const callerOf = (user: User | undefined, tenant: string): Caller => ({
  tenant,
  app: sample.app,
  ...(user && { user }),
});

const itemAt = (
  { driveId, itemId }: { readonly driveId: string; readonly itemId: string },
  path: readonly string[],
  user: User | undefined,
  tenant: string,
  context: Context,
): Promise<Place | undefined> =>
  lookForItem(driveId, { anchor: { at: 'item', id: itemId }, path }, callerOf(user, tenant), context);

/** What the link gives, and what the user may do anyway; a link for named people gives nothing to others. */
async function rightsOf(
  place: Place,
  link: Link,
  user: User | undefined,
  tenant: string,
  context: Context,
): Promise<Rights> {
  if (link.scope !== 'users') return rightsOfLink(link);
  const { rights } = await context.sharing.accessTo(place, callerOf(user, tenant), context);
  return rights.size > 0 ? rightsOfLink(link) : noRights;
}

async function show(
  item: Item,
  rights: Rights,
  { link, visitor, tenant, user }: Pick<Shown, 'link' | 'user'> & { visitor: Visitor; tenant: string },
  context: Context,
): Promise<Shown> {
  const isFile = item.kind === 'file';
  const downloadUrl =
    isFile && rights.has('download') ? downloadUrlOf(item, tenant, visitor.origin, context.clock()) : undefined;
  const children =
    !isFile && rights.has('read')
      ? (await childrenOf(item, tenant, context))
          // What inherits no more is not shared by this link.
          .filter(({ inheritsNothing }) => !inheritsNothing)
          .toSorted((a, b) => a.name.localeCompare(b.name))
      : undefined;
  return {
    item,
    link,
    path: visitor.path,
    ...(user && { user }),
    ...(downloadUrl !== undefined && { downloadUrl }),
    ...(children && { children }),
  };
}
