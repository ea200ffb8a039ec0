import { type Access, allRights, fullAccess, noRights, type Rights, type Sharing, union } from '../access.ts';
import { ancestorsOf } from '../drive/ancestors.ts';
import { isOpenTo } from '../drive/locate.ts';
import type { Item } from '../drive/item.ts';
import type { Context, User } from '../operation.ts';
import type { Grant } from './grant.ts';
import { includes } from './grantee.ts';
import { type Kept, keptOn } from './kept.ts';
import type { Link } from './link.ts';
import type { Redemption } from './redemption.ts';

const reading: Rights = new Set(['read', 'download']);

const byRole = { read: reading, write: allRights, owner: allRights } satisfies Record<Grant['role'], Rights>;

const byType = {
  view: reading,
  edit: allRights,
  embed: reading,
  review: reading,
  createOnly: new Set(['add']), // nobody who only adds sees what others have added (F2.2 [guess])
} satisfies Record<Link['type'], Rights>;

/** What a link gives to those who may use it. */
export const rightsOfLink = ({ type, preventsDownload }: Link): Rights =>
  preventsDownload ? new Set(['read']) : byType[type];

/**
 * What a caller may do with an item: everything in a drive that is open to them, and else what is granted on the item
 * or a folder above it. Only the latter asks the store, with one query for each.
 */
export const accessTo: Sharing['accessTo'] = ({ drive, item }, caller, context) => {
  const { user, tenant } = caller;
  return isOpenTo(drive, caller) || !user ? fullAccess : grantedTo(user, item, tenant, context);
};

async function grantedTo(user: User, item: Item, tenant: string, context: Context): Promise<Access> {
  let rights = noRights;
  const { line, start } = await lineOf(item, tenant, context);
  for (const from of line.slice(start).toReversed()) {
    rights = union(rights, rightsGiven(await keptOn(from, tenant, context), user));
    if (rights.size === allRights.size) break;
  }
  return { rights };
}

/** The folders above an item, the root first, and the item itself; and where in that line its inheritance starts. */
export async function lineOf(item: Item, tenant: string, context: Context): Promise<{ line: Item[]; start: number }> {
  const line = [...(await ancestorsOf(item, tenant, context)), item];
  return {
    line,
    start: Math.max(
      0,
      line.findLastIndex(({ inheritsNothing }) => inheritsNothing),
    ),
  };
}

function rightsGiven(kept: readonly (Kept | Redemption)[], user: User): Rights {
  let rights = noRights;
  for (const each of kept) if (appliesTo(each, user, kept)) rights = union(rights, rightsOf(each));
  return rights;
}

function rightsOf(kept: Kept | Redemption): Rights {
  if (kept.kind === 'grant') return byRole[kept.role];
  return kept.kind === 'link' ? rightsOfLink(kept) : noRights;
}

/** Whether a permission is this user's without a link in their hands: given to them, or redeemed by them. */
export function appliesTo(kept: Kept | Redemption, user: User, beside: readonly (Kept | Redemption)[]): kept is Kept {
  switch (kept.kind) {
    case 'grant':
      return includes(kept.grantee, user);
    case 'link':
      return (
        kept.session === undefined &&
        (kept.grantees?.some((grantee) => includes(grantee, user)) === true ||
          beside.some((each) => each.kind === 'redemption' && each.linkId === kept.id && each.userId === user.id))
      );
    case 'redemption':
      return false;
  }
}
