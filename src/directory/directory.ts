import type { Context, Identity, User } from '../operation.ts';
import { sample, type SampleGroup, type SampleSite } from '../sample.ts';
import type { Kind, Step } from '../store/store.ts';
import { givenIn } from '../unasked.ts';

/** Whoever something can be shared with, and whatever owns a drive. */
export type Entry = (
  | ({ readonly kind: 'user' } & User)
  | ({ readonly kind: 'group' } & SampleGroup)
  | ({ readonly kind: 'site' } & SampleSite)
) &
  Drives;

/** The drives that a seed has given to somebody, by their ids, the default one first. Others follow from who they are. */
export interface Drives {
  readonly drives?: readonly string[];
}

/** A tenant's people, groups and sites: one partition a tenant; an entry has a row for each name it goes by. */
export const directoryKind: Kind<Entry> = { table: 'directory', json: ['drives'] };

const rowOf = (kind: Entry['kind'], name: string): string => `${kind}|${name.toLowerCase()}`;

function namesOf(entry: Entry): string[] {
  switch (entry.kind) {
    case 'user':
      return [...new Set([entry.id, entry.userPrincipalName.toLowerCase(), entry.email.toLowerCase()])];
    case 'group':
      return [entry.id, entry.email];
    case 'site':
      return [entry.id, entry.path];
  }
}

const sampleEntries: readonly Entry[] = [
  ...Object.values(sample.users).map((user) => ({ kind: 'user' as const, ...user })),
  { kind: 'group', ...sample.group },
  ...Object.values(sample.sites).map((site) => ({ kind: 'site' as const, ...site })),
];

/** A row for each of its names. */
export const stepsFor = (entry: Entry) =>
  namesOf(entry).map((name) => ({ do: 'insert', row: rowOf(entry.kind, name), value: entry }) satisfies Step<Entry>);

const sampleSteps = sampleEntries.flatMap(stepsFor);
const sampleByRow = new Map(sampleSteps.map(({ row, value }) => [row, value]));

/** The user, group or site that goes by this id, principal name, address or path; its case does not matter. */
export async function findEntry<K extends Entry['kind']>(
  tenant: string,
  kind: K,
  name: string,
  context: Context,
): Promise<Extract<Entry, { kind: K }> | undefined> {
  const row = rowOf(kind, name);
  // Nothing changes the sample: of those it has, nobody needs to ask whether they are written down yet.
  const given = context.isSeeded ? undefined : sampleByRow.get(row);
  const found = given ?? (await context.store.rows(directoryKind).get({ partition: tenant, row }))?.value;
  return found?.kind === kind ? (found as Extract<Entry, { kind: K }>) : undefined;
}

/** Writes the sample directory where it is missing, before all that joins it. Refused means somebody was faster. */
export async function ensureSample(tenant: string, context: Context): Promise<void> {
  if (context.isSeeded) return;
  const rows = givenIn(context).store.rows(directoryKind);
  if (await rows.get({ partition: tenant, row: rowOf('user', sample.users.ada.id) })) return;
  await rows.transact(tenant, sampleSteps);
}

/** Everybody and everything in the directory, each once. */
export async function entriesOf(tenant: string, context: Context): Promise<Entry[]> {
  await ensureSample(tenant, context);
  const entries = new Map<string, Entry>();
  for await (const { value } of context.store.rows(directoryKind).list(tenant))
    entries.set(`${value.kind}|${value.id}`, value);
  return [...entries.values()];
}

/** Remembers a user who has come with a token, so that others can find and invite them. */
export async function rememberUser(tenant: string, user: User, context: Context): Promise<void> {
  if (await findEntry(tenant, 'user', user.id, context)) return;
  await ensureSample(tenant, context);
  const { store } = givenIn(context);
  await store.rows(directoryKind).transact(tenant, stepsFor({ kind: 'user', ...user }));
}

/** An identity without what only the directory needs to know. */
export const identityOf = ({ id, displayName }: Identity): Identity => ({ id, displayName });
