import { type Item, itemPartition } from '../drive/item.ts';
import { GraphError } from '../errors.ts';
import type { Context } from '../operation.ts';
import type { Step, Stored } from '../store/store.ts';
import { inRoom, isDone } from '../tenants/room.ts';
import { type Grant, grantKind, grantRow } from './grant.ts';
import { isExpired } from './kept.ts';
import { noteReceived } from './received.ts';

interface KeptGrant {
  readonly grant: Grant;
  readonly created: boolean;
}

/**
 * Keeps grants on an item, all or none, in one transaction. Where somebody has one already, `merge` says what becomes
 * of the two; an expired one counts as none.
 *
 * @param grants no two of the same grantee, and no more than a transaction takes
 * @throws GraphError `editConflict` when others are faster again and again
 */
export async function keepGrants(
  grants: readonly Grant[],
  { item, tenant }: { readonly item: Item; readonly tenant: string },
  context: Context,
  merge: (old: Grant, fresh: Grant) => Grant,
): Promise<KeptGrant[]> {
  const rows = context.store.rows(grantKind);
  const partition = itemPartition(tenant, item);
  for (let attempt = 0; attempt < 20; attempt += 1) {
    const now = context.clock();
    const there = new Map<string, Stored<Grant>>();
    for await (const stored of rows.list(partition, grantRow(''))) there.set(stored.row, stored);
    const steps: Step<Grant>[] = [];
    const kept = grants.map((fresh): KeptGrant => {
      const row = grantRow(fresh.id);
      const stored = there.get(row);
      if (!stored) {
        steps.push({ do: 'insert', row, value: fresh });
        return { grant: fresh, created: true };
      }
      const created = isExpired(stored.value, now);
      const grant = created ? fresh : merge(stored.value, fresh);
      if (grant !== stored.value) steps.push({ do: 'replace', row, value: grant, etag: stored.etag });
      return { grant, created };
    });
    if (steps.length > 0) {
      const links = steps.filter((step) => step.do === 'insert').length;
      const refused = await inRoom({ links }, tenant, context, () => rows.transact(partition, steps), isDone);
      if (refused !== undefined) continue;
    }
    const people = grants.map(({ grantee }) => grantee);
    await noteReceived(people, { item, tenant, sharedBy: grants[0]?.createdBy }, context);
    return kept;
  }
  throw new GraphError('editConflict');
}
