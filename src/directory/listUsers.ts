import type { Context, User } from '../operation.ts';
import { sample } from '../sample.ts';
import { directoryKind, findEntry } from './directory.ts';

/** Everybody in a tenant, by name. */
export async function listUsers(tenant: string, context: Context): Promise<User[]> {
  // Writes the sample's where nobody has looked yet.
  await findEntry(tenant, 'user', sample.users.ada.id, context);
  const users = new Map<string, User>();
  // An entry has a row for each name it goes by.
  for await (const { value } of context.store.rows(directoryKind).list(tenant, 'user|'))
    if (value.kind === 'user') users.set(value.id, value);
  return [...users.values()].toSorted((one, other) => one.displayName.localeCompare(other.displayName, 'en'));
}
