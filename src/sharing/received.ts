import { type Item, itemPartition } from '../drive/item.ts';
import type { Context, Identity } from '../operation.ts';
import type { Kind } from '../store/store.ts';
import type { Grantee } from './grantee.ts';

/** That an item was shared with somebody: where to look for `sharedWithMe`. Whether it still is, its permissions say. */
export interface Received {
  readonly driveId: string;
  readonly itemId: string;
  readonly sharedBy?: Identity;
  readonly sharedDateTime: string;
}

/** Partition: tenant and user. */
export const receivedKind: Kind<Received> = { table: 'received', json: ['sharedBy'] };

export const receivedPartition = (tenant: string, userId: string): string => `${tenant}|${userId}`;

/**
 * Notes for each person with an account here that an item was shared with them; once is enough, and a repetition changes
 * nothing. Groups and strangers have no list of their own.
 */
export async function noteReceived(
  people: readonly Pick<Grantee, 'kind' | 'id'>[],
  {
    item,
    tenant,
    sharedBy,
  }: { readonly item: Pick<Item, 'driveId' | 'id'>; readonly tenant: string; readonly sharedBy?: Identity | undefined },
  { store, clock }: Context,
): Promise<void> {
  const received = {
    driveId: item.driveId,
    itemId: item.id,
    sharedDateTime: clock().toISOString(),
    ...(sharedBy && { sharedBy: { id: sharedBy.id, displayName: sharedBy.displayName } }),
  };
  const row = itemPartition('', item);
  await Promise.all(
    people.flatMap(({ kind, id }) =>
      kind === 'user' && id !== undefined
        ? [store.rows(receivedKind).insert({ partition: receivedPartition(tenant, id), row }, received)]
        : [],
    ),
  );
}
