import { type Entry, entriesOf } from '../directory/directory.ts';
import { contentOf } from '../drive/content.ts';
import { type Drive, driveKey, driveKind, drivePartition, isItem } from '../drive/drive.ts';
import { rootItemId } from '../drive/ids.ts';
import { type Item, itemPartition, itemRow } from '../drive/item.ts';
import { businessDrive, groupDrive, personalDrive, provision, siteDrive } from '../drive/provision.ts';
import { compare } from '../compare.ts';
import type { Context } from '../operation.ts';
import type { Grant } from '../sharing/grant.ts';
import type { Grantee } from '../sharing/grantee.ts';
import { type Kept, permissionKind } from '../sharing/kept.ts';
import type { Link } from '../sharing/link.ts';
import { tokenIn } from '../sharing/linkUrl.ts';
import type { Redemption } from '../sharing/redemption.ts';
import { contextOf, controlOf } from './control.ts';
import type { ControlOperation, Told } from './operation.ts';
import { seedSchema } from './seed.ts';

/** Everything a tenant holds, in the form of a seed: planted elsewhere, it makes a tenant of the same. */
export async function stateOf(tenant: string, given: Context) {
  const context = contextOf(given, await controlOf(tenant, given));
  const entries = (await entriesOf(tenant, context)).toSorted((a, b) => compare(a.id, b.id));
  const drives = await Promise.all(entries.map((entry) => drivesOf(entry, tenant, context)));
  return {
    users: entries.flatMap((entry) =>
      entry.kind === 'user' ? [pick(entry, ['id', 'userPrincipalName', 'displayName', 'email'])] : [],
    ),
    groups: entries.flatMap((entry) => (entry.kind === 'group' ? [pick(entry, ['id', 'email', 'displayName'])] : [])),
    sites: entries.flatMap((entry) =>
      entry.kind === 'site' ? [pick(entry, ['id', 'path', 'displayName', 'webId', 'listId'])] : [],
    ),
    drives: await Promise.all(drives.flat().map((drive) => shownDrive(drive, tenant, context))),
  };
}

/** Those of the properties that are there. */
const pick = <T extends object, K extends keyof T>(from: T, names: readonly K[]): Partial<Pick<T, K>> =>
  Object.fromEntries(names.flatMap((name) => (from[name] === undefined ? [] : [[name, from[name]]]))) as Partial<
    Pick<T, K>
  >;

/** The drives of somebody. Those of the sample are there, whether or not anybody has looked for them yet. */
async function drivesOf(entry: Entry, tenant: string, context: Context): Promise<Drive[]> {
  const rows = context.store.rows(driveKind);
  const read = async (id: string): Promise<Drive | undefined> => {
    const stored = await rows.get(driveKey(tenant, id));
    return stored?.value.kind === 'drive' ? stored.value : undefined;
  };
  const found = new Map<string, Drive>();
  for (const id of entry.drives ?? []) {
    const drive = await read(id);
    if (drive) found.set(id, drive);
  }
  for (const blank of impliedDrives(entry)) {
    const drive =
      (await read(blank.id)) ?? (context.isSeeded ? undefined : await provision(tenant, blank, undefined, context));
    if (drive) found.set(drive.id, drive);
  }
  return [...found.values()];
}

function impliedDrives(entry: Entry): Omit<Drive, 'createdDateTime'>[] {
  switch (entry.kind) {
    case 'user':
      return [businessDrive(entry), personalDrive(entry)];
    case 'group':
      return [groupDrive(entry)];
    case 'site':
      return [siteDrive(entry)];
  }
}

async function shownDrive(drive: Drive, tenant: string, context: Context) {
  const { owner, id, driveType, name, createdDateTime } = drive;
  const items: Item[] = [];
  for await (const { value } of context.store.rows(driveKind).list(drivePartition(tenant, id), itemRow('')))
    if (isItem(value)) items.push(value);
  const paths = pathsOf(items, rootItemId(id));
  const shown = await Promise.all(
    items
      .toSorted((a, b) => compare(paths.get(a.id) ?? '', paths.get(b.id) ?? ''))
      .map((item) => shownItem(item, paths.get(item.id) ?? '', tenant, context)),
  );
  // Of a root there is nothing to say, unless it is shared.
  const told = shown.filter((item) => item.path !== '/' || 'permissions' in item || 'inheritsNothing' in item);
  return { [owner.kind]: owner.id, id, driveType, name, createdDateTime: momentOf(createdDateTime), items: told };
}

/** Where each item lies, from the root. */
function pathsOf(items: readonly Item[], rootId: string): Map<string, string> {
  const byId = new Map(items.map((item) => [item.id, item]));
  const pathOf = ({ id, name, parentId }: Item): string => {
    const parent = parentId === undefined ? undefined : byId.get(parentId);
    if (id === rootId || !parent) return '/';
    return parent.id === rootId ? name : `${pathOf(parent)}/${name}`;
  };
  return new Map(items.map((item) => [item.id, pathOf(item)]));
}

/** As a seed has it after it was read. */
const momentOf = (moment: string): string => new Date(moment).toISOString();

async function shownItem(item: Item, path: string, tenant: string, context: Context) {
  const permissions: Kept[] = [];
  const redemptions: Redemption[] = [];
  for await (const { value } of context.store.rows(permissionKind).list(itemPartition(tenant, item)))
    if (value.kind === 'redemption') redemptions.push(value);
    else permissions.push(value);
  const shared = permissions.length > 0 && {
    permissions: permissions
      .toSorted((a, b) => compare(a.id, b.id))
      .map((kept) => (kept.kind === 'link' ? shownLink(kept, redemptions) : shownGrant(kept))),
  };
  const { inheritsNothing } = item;
  if (path === '/') return { path, ...(inheritsNothing !== undefined && { inheritsNothing }), ...shared };
  return {
    path,
    ...pick(item, ['id', 'guid', 'listItemId', 'specialFolder', 'createdBy', 'lastModifiedBy', 'inheritsNothing']),
    createdDateTime: momentOf(item.createdDateTime),
    lastModifiedDateTime: momentOf(item.lastModifiedDateTime),
    ...(item.kind === 'file' && shownContent(await contentOf(item, tenant, context))),
    ...shared,
  };
}

/** As text where it is, by its size alone where it is only filled, else in base64. */
function shownContent(bytes: Uint8Array): { text: string } | { size: number } | { base64: string } {
  if (bytes.every((byte) => byte === 0)) return bytes.length === 0 ? { text: '' } : { size: bytes.length };
  try {
    return { text: new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes) };
  } catch {
    return { base64: Buffer.from(bytes).toString('base64') };
  }
}

function shownLink(link: Link, redemptions: readonly Redemption[]) {
  const { type, scope, preventsDownload, webUrl, grantees } = link;
  const redeemedBy = redemptions.flatMap(({ linkId, userId }) => (linkId === link.id ? [userId] : []));
  return {
    ...pick(link, ['id', 'passwordHash', 'session']),
    ...shownCommon(link),
    link: { type, scope, preventsDownload, token: tokenIn(webUrl) },
    ...(grantees && { recipients: grantees.map(shownGrantee) }),
    ...(redeemedBy.length > 0 && { redeemedBy: redeemedBy.toSorted() }),
  };
}

const shownGrant = (grant: Grant) => ({
  ...pick(grant, ['role', 'signInRequired']),
  ...shownCommon(grant),
  to: shownTo(grant.grantee),
});

const shownTo = ({ kind, ...grantee }: Grantee) =>
  kind === 'application'
    ? { application: { id: grantee.id, displayName: grantee.displayName } }
    : shownGrantee(grantee);

const shownCommon = (kept: Kept) => ({
  ...pick(kept, ['application', 'createdBy']),
  createdDateTime: momentOf(kept.createdDateTime),
  ...(kept.expirationDateTime !== undefined && { expirationDateTime: momentOf(kept.expirationDateTime) }),
});

const shownGrantee = ({ id, email = '' }: Pick<Grantee, 'id' | 'email'>) =>
  id === undefined ? { email } : { objectId: id };

/** JSON, or YAML for whoever accepts that. */
export const getState: ControlOperation<undefined, Told<object>> = {
  summary: 'Everything the tenant holds, in the form of a seed',
  result: { status: 200, body: seedSchema },
  async run({ tenant, header }, context) {
    const state = await stateOf(tenant, context);
    if (!/\byaml\b/i.test(header('accept') ?? '')) return { status: 200, body: state };
    const { stringify } = await import('yaml');
    return {
      status: 200,
      headers: { 'Content-Type': 'application/yaml' },
      body: new TextEncoder().encode(stringify(state, { aliasDuplicateObjects: false })),
    };
  },
};
