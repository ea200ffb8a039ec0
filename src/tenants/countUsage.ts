import { controlIn } from '../control/control.ts';
import { driveKind } from '../drive/drive.ts';
import { itemRow } from '../drive/item.ts';
import { permissionKind } from '../sharing/kept.ts';
import type { Kind, Store } from '../store/store.ts';
import { uploadKind } from '../upload/session.ts';
import { nothing, plus, type Usage } from './usage.ts';

/** A table whose rows count. */
interface Meter {
  readonly kind: Kind<never>;
  /** How the rows that count begin. */
  readonly row: string;
  /** What the number of rows is. */
  readonly rows?: 'links' | 'items';
  /** The column whose sum is in bytes. */
  readonly bytes?: string;
}

/** Whatever else takes room joins with a line. */
const meters: readonly Meter[] = [
  { kind: permissionKind, row: '', rows: 'links' },
  { kind: driveKind, row: itemRow(''), rows: 'items', bytes: 'size' },
  { kind: uploadKind, row: '', bytes: 'received' },
];

/** What lies in a tenant's rows at this moment, in the generation that counts: a query over each table, page by page. */
export async function countUsage(tenant: string, store: Store): Promise<Usage> {
  const live = (await controlIn(tenant, store)).store;
  const counts = await Promise.all(
    meters.map(async ({ kind, row, rows, bytes }) => {
      const tally = await live.tally(kind, { partition: `${tenant}|`, row }, bytes);
      return { ...(rows && { [rows]: tally.rows }), bytes: tally.sum };
    }),
  );
  return counts.reduce<Usage>(plus, nothing);
}
