import type { Context } from '../operation.ts';
import { directoryKind, ensureSample, type Entry } from './directory.ts';

/** Every user, group or site of a tenant, by name. */
export async function listEntries<K extends Entry['kind']>(
  tenant: string,
  kind: K,
  context: Context,
): Promise<Extract<Entry, { kind: K }>[]> {
  await ensureSample(tenant, context);
  const entries = new Map<string, Extract<Entry, { kind: K }>>();
  // An entry has a row for each name it goes by.
  for await (const { value } of context.store.rows(directoryKind).list(tenant, `${kind}|`))
    if (isOf(kind, value)) entries.set(value.id, value);
  return [...entries.values()].toSorted((one, other) => one.displayName.localeCompare(other.displayName, 'en'));
}

const isOf = <K extends Entry['kind']>(kind: K, entry: Entry): entry is Extract<Entry, { kind: K }> =>
  entry.kind === kind;
