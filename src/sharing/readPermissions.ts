import { ancestorsOf, namesOf } from '../drive/ancestors.ts';
import { type Item, itemPartition } from '../drive/item.ts';
import type { Located } from '../drive/locate.ts';
import type { Caller, Context } from '../operation.ts';
import type { Session } from '../workbook/session.ts';
import { isExpired, type Link, permissionKind } from './link.ts';
import { policyOn } from './policy.ts';
import { inheritedFrom, toOwnerPermissions, toPermission } from './permission.ts';

/** The links kept on an item itself that have not expired; those of a workbook session for that session alone. */
export async function linksOf(
  item: Item,
  caller: Caller,
  session: Session | undefined,
  { store, clock }: Context,
): Promise<Link[]> {
  const links: Link[] = [];
  const now = clock();
  for await (const { value } of store.rows(permissionKind).list(itemPartition(caller.tenant, item)))
    if (isVisible(value, session) && !isExpired(value, now)) links.push(value);
  return links;
}

export const isVisible = (link: Link, session: Session | undefined): boolean =>
  link.session === undefined || link.session === session?.id;

/** Every permission on an item: the owner's, its own in the order they were made, and what it inherits, nearest first (F4.1). */
export async function permissionsOf(
  { drive, item }: Located,
  caller: Caller,
  session: Session | undefined,
  context: Context,
) {
  const own = await linksOf(item, caller, session, context);
  own.sort((a, b) => a.createdDateTime.localeCompare(b.createdDateTime));
  return [
    ...toOwnerPermissions(drive),
    ...own.map((link) => toPermission(link, 'reading')),
    ...(await inheritedBy(item, caller, context)),
  ];
}

async function inheritedBy(item: Item, caller: Caller, context: Context) {
  const ancestors = await ancestorsOf(item, caller.tenant, context);
  const heirs = [...ancestors.slice(1), item];
  const inherited = [];
  for (let at = ancestors.length - 1; at >= 0; at -= 1) {
    const [ancestor, heir] = [ancestors[at], heirs[at]];
    if (!ancestor || heir?.inheritsNothing) break;
    const links = await linksOf(ancestor, caller, undefined, context);
    const isShown = policyOn(item.driveId, context).inheritedFrom === 'full';
    const from = isShown ? inheritedFrom(ancestor, namesOf(ancestors.slice(0, at + 1))) : { inheritedFrom: {} };
    inherited.push(...links.map((link) => ({ ...toPermission(link, 'reading'), ...from })));
  }
  return inherited;
}
