import type { Permission } from '@microsoft/microsoft-graph-types';

import { namesOf } from '../drive/ancestors.ts';
import type { Item } from '../drive/item.ts';
import type { Located } from '../drive/locate.ts';
import type { Caller, Context } from '../operation.ts';
import type { Session } from '../workbook/session.ts';
import { appliesTo, lineOf } from './access.ts';
import { type Kept, keptOn } from './kept.ts';
import { inheritedFrom, toGrantPermission, toOwnerPermissions, toPermission, withoutSecrets } from './permission.ts';
import { permissionETag } from './permissionETag.ts';
import { policyOn } from './policy.ts';

/** A permission as the caller may see it. */
interface Shown {
  readonly body: Permission & { readonly id: string };
  readonly etag: string;
}

/** Those of a workbook session are for that session alone (F8). */
export const isVisible = (kept: Kept, session: Session | undefined): boolean =>
  kept.kind === 'grant' || kept.session === undefined || kept.session === session?.id;

/** A permission as reading shows it. */
export const toShown = (kept: Kept) =>
  kept.kind === 'link' ? toPermission(kept, 'reading') : toGrantPermission(kept, 'reading');

/**
 * Every permission on an item: the owner's, its own in the order they were made, and what it inherits, nearest first.
 * Whoever could not make one sees those that apply to them, and no secrets (F4.1).
 */
export async function permissionsOf(
  { drive, item, access }: Located,
  caller: Caller,
  session: Session | undefined,
  context: Context,
): Promise<Shown[]> {
  const isMaker = access.rights.has('share');
  const shown: Shown[] = isMaker ? toOwnerPermissions(drive).map((body) => ({ body, etag: permissionETag(body) })) : [];
  const { line, start } = await lineOf(item, caller.tenant, context);
  const isTold = policyOn(drive.id, context).inheritedFrom === 'full';
  const sourceOf = (from: Item, at: number) =>
    isTold ? inheritedFrom(from, namesOf(line.slice(0, at + 1))) : { inheritedFrom: {} };
  for (let at = line.length - 1; at >= start; at -= 1) {
    const from = line[at] ?? item;
    const isOwn = from.id === item.id;
    const source = isOwn ? {} : sourceOf(from, at);
    const kept = await keptOn(from, caller.tenant, context);
    for (const each of kept.filter((one) => one.kind !== 'redemption').toSorted(byAge)) {
      if (!isVisible(each, isOwn ? session : undefined)) continue;
      const isTheirs = each.id === access.through || (caller.user && appliesTo(each, caller.user, kept));
      if (!isMaker && !isTheirs) continue;
      const body = isMaker ? toShown(each) : withoutSecrets(toShown(each));
      shown.push({ body: { ...body, ...source }, etag: permissionETag(each) });
    }
  }
  return shown;
}

const byAge = (a: Kept, b: Kept): number => a.createdDateTime.localeCompare(b.createdDateTime);
