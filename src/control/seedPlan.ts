import type { Entry } from '../directory/directory.ts';
import { type Drive } from '../drive/drive.ts';
import { itemIdOf, isPersonalDrive } from '../drive/ids.ts';
import { checkName, type Item } from '../drive/item.ts';
import { businessDrive, givenItem, groupDrive, personalDrive, rootOf, siteDrive } from '../drive/provision.ts';
import { guidOf } from '../guid.ts';
import { sample } from '../sample.ts';
import type { Usage } from '../tenants/usage.ts';
import type { Problem } from './input.ts';
import type { Seed, SeedDrive, SeedItem, SeedPermission } from './seed.ts';

/** An item that a seed puts in place, with its bytes and what is shared of it. */
export interface PlannedItem {
  readonly item: Item;
  readonly content?: Uint8Array;
  readonly permissions: readonly SeedPermission[];
  /** Where the seed tells of it. */
  readonly path: readonly PropertyKey[];
}

export interface PlannedDrive {
  readonly drive: Drive;
  /** The root first, and each folder before what is in it. */
  readonly items: readonly PlannedItem[];
}

/** What a seed comes to. Nothing is to be written while there is a problem. */
export interface Plan {
  readonly entries: readonly Entry[];
  readonly drives: readonly PlannedDrive[];
  readonly problems: readonly Problem[];
}

/** `now` is when everything was made of which the seed does not say it. */
export function planOf(seed: Seed, now: string): Plan {
  const problems: Problem[] = [];
  const entries = entriesOf(seed, problems);
  const planned = seed.drives.flatMap((drive, at): { owner: Entry; drive: PlannedDrive }[] => {
    const path = ['drives', at];
    const owner = ownerOf(drive, entries);
    if (!owner) problems.push({ path, message: 'belongs to nobody in this seed' });
    if (!owner) return [];
    const blank = { ...blankOf(drive, owner, path, problems), createdDateTime: drive.createdDateTime ?? now };
    return [{ owner, drive: { drive: blank, items: itemsOf(drive, blank, path, problems) } }];
  });
  const ids = planned.map(({ drive }) => drive.drive.id);
  for (const [at, id] of ids.entries())
    if (ids.indexOf(id) < at)
      problems.push({ path: ['drives', at], message: `is the same drive as drives[${ids.indexOf(id)}]` });
  return {
    entries: entries.map((entry) => {
      const drives = planned.filter(({ owner }) => owner === entry).map(({ drive }) => drive.drive.id);
      return { ...entry, ...(drives.length > 0 && { drives }) };
    }),
    drives: planned.map(({ drive }) => drive),
    problems,
  };
}

/** How much a tenant keeps that holds it. */
export function usageOf({ drives }: Plan): Usage {
  const items = drives.flatMap((drive) => drive.items);
  return {
    links: items.reduce((sum, { permissions }) => sum + permissions.length, 0),
    items: items.length,
    bytes: items.reduce((sum, { item }) => sum + item.size, 0),
  };
}

function entriesOf({ users, groups, sites }: Seed, problems: Problem[]): Entry[] {
  const known = Object.values(sample.users);
  const entries: { entry: Entry; names: string[]; path: PropertyKey[] }[] = [
    ...users.map(({ userPrincipalName, displayName = userPrincipalName, email = userPrincipalName, id }, at) => {
      const own = known.find((user) => user.userPrincipalName === userPrincipalName.toLowerCase());
      const user = { id: id ?? own?.id ?? guidOf('user', userPrincipalName), displayName, email, userPrincipalName };
      return {
        entry: { kind: 'user' as const, ...user },
        names: [user.id, userPrincipalName, email],
        path: ['users', at],
      };
    }),
    ...groups.map(({ email, displayName = email, id = guidOf('group', email) }, at) => ({
      entry: { kind: 'group' as const, id, displayName, email },
      names: [id, email],
      path: ['groups', at],
    })),
    ...sites.map(({ path, displayName = path, id, webId, listId }, at) => {
      const part = (name: string): string => guidOf(name, 'site', path);
      const ids = { id: id ?? part('site'), webId: webId ?? part('web'), listId: listId ?? part('list') };
      return {
        entry: { kind: 'site' as const, ...ids, displayName, path },
        names: [ids.id, path],
        path: ['sites', at],
      };
    }),
  ];
  const taken = new Set<string>();
  for (const { entry, names, path } of entries)
    for (const name of new Set(names.map((each) => `${entry.kind} ${each.toLowerCase()}`))) {
      if (taken.has(name)) problems.push({ path, message: `There is another ${name}.` });
      taken.add(name);
    }
  return entries.map(({ entry }) => entry);
}

function ownerOf({ user, group, site }: SeedDrive, entries: readonly Entry[]): Entry | undefined {
  const name = (user ?? group ?? site ?? '').toLowerCase();
  const kind = user === undefined ? (group === undefined ? 'site' : 'group') : 'user';
  return entries.find((entry) => entry.kind === kind && namesOf(entry).includes(name));
}

const namesOf = (entry: Entry): string[] =>
  [
    entry.id,
    ...(entry.kind === 'site' ? [entry.path] : [entry.email]),
    ...(entry.kind === 'user' ? [entry.userPrincipalName] : []),
  ].map((name) => name.toLowerCase());

function blankOf(
  given: SeedDrive,
  owner: Entry,
  path: readonly PropertyKey[],
  problems: Problem[],
): Omit<Drive, 'createdDateTime'> {
  const { name } = given;
  const id = given.id !== undefined && isPersonalDrive(given.id) ? given.id.toUpperCase() : given.id;
  const usual = owner.kind === 'user' ? 'business' : 'documentLibrary';
  const driveType = given.driveType ?? (id !== undefined && isPersonalDrive(id) ? 'personal' : usual);
  const isMatch = driveType === usual || (driveType === 'personal' && owner.kind === 'user');
  if (!isMatch) problems.push({ path: [...path, 'driveType'], message: `cannot be ${driveType} for a ${owner.kind}` });
  if (id !== undefined && isPersonalDrive(id) !== (driveType === 'personal'))
    problems.push({ path: [...path, 'id'], message: `is not the id of a ${driveType} drive` });
  const holder = { ...owner, ...(id !== undefined && { drives: [id] }) };
  const blank = driveOf(holder, driveType === 'personal');
  return { ...blank, ...(name !== undefined && { name }) };
}

function driveOf(holder: Entry, isPersonal: boolean): Omit<Drive, 'createdDateTime'> {
  switch (holder.kind) {
    case 'user':
      return isPersonal ? personalDrive(holder) : businessDrive(holder);
    case 'group':
      return groupDrive(holder);
    case 'site':
      return siteDrive(holder);
  }
}

/** Every item of a drive; a folder that is not told of, but has something in it, is made. */
function itemsOf({ items }: SeedDrive, drive: Drive, at: readonly PropertyKey[], problems: Problem[]): PlannedItem[] {
  const common = givenItem(drive);
  const root = rootOf(drive);
  const planned = new Map<string, PlannedItem>([['', { item: root, permissions: [], path: at }]]);
  const ids = new Set([root.id]);

  function add(names: readonly string[], given: Partial<SeedItem>, path: readonly PropertyKey[]): PlannedItem {
    const key = keyOf(names);
    const parentNames = names.slice(0, -1);
    const parent = planned.get(keyOf(parentNames)) ?? add(parentNames, {}, path);
    if (parent.item.kind === 'file')
      problems.push({ path, message: `is in '${parentNames.join('/')}', which is a file` });
    const { guid = guidOf(drive.id, key), permissions = [] } = given;
    const content = contentOf(given);
    const item: Item = {
      ...common,
      ...pick(given, ['createdDateTime', 'createdBy', 'lastModifiedBy', 'specialFolder', 'inheritsNothing']),
      lastModifiedDateTime: given.lastModifiedDateTime ?? given.createdDateTime ?? common.lastModifiedDateTime,
      kind: content ? 'file' : 'folder',
      id: given.id ?? itemIdOf(drive.id, guid),
      guid,
      parentId: parent.item.id,
      name: names.at(-1) ?? '',
      listItemId: given.listItemId ?? planned.size,
      size: content?.length ?? 0,
    };
    if (ids.has(item.id)) problems.push({ path, message: `There is another item with the id '${item.id}'.` });
    ids.add(item.id);
    const made = { item, ...(content && { content }), permissions, path };
    planned.set(key, made);
    return made;
  }

  for (const { each, names, path } of inOrder(items, at)) {
    if (names.length === 0) {
      const { permissions = [], inheritsNothing, ...others } = each;
      if (contentOf(others)) problems.push({ path, message: 'The root is a folder.' });
      const item = { ...root, ...(inheritsNothing !== undefined && { inheritsNothing }) };
      planned.set('', { item, permissions, path });
      continue;
    }
    for (const name of names) if (!isName(name)) problems.push({ path, message: `'${name}' cannot be a name` });
    if (planned.has(keyOf(names))) problems.push({ path, message: `There is another item at '${each.path}'.` });
    else add(names, each, path);
  }
  return [...planned.values()];
}

/** What lies higher comes first, so that a folder is as it is told of, wherever in the seed that is. */
const inOrder = (items: readonly SeedItem[], at: readonly PropertyKey[]) =>
  items
    .map((each, index) => ({
      each,
      names: each.path.split('/').filter((name) => name !== ''),
      path: [...at, 'items', index],
    }))
    .toSorted((a, b) => a.names.length - b.names.length);

/** Names compare without regard to case (F1.2). */
const keyOf = (names: readonly string[]): string => names.join('/').normalize('NFC').toLowerCase();

function isName(name: string): boolean {
  try {
    return checkName(name) === name;
  } catch {
    return false;
  }
}

/** A file's bytes; none for a folder. What is only filled is filled with zeros. */
function contentOf({ text, base64, size }: Partial<SeedItem>): Uint8Array | undefined {
  if (text !== undefined) return new TextEncoder().encode(text);
  if (base64 !== undefined) return Uint8Array.from(Buffer.from(base64, 'base64'));
  return size === undefined ? undefined : new Uint8Array(size);
}

/** Those of the properties that are there. */
const pick = <T extends object, K extends keyof T>(from: T, names: readonly K[]): Partial<Pick<T, K>> =>
  Object.fromEntries(names.flatMap((name) => (from[name] === undefined ? [] : [[name, from[name]]]))) as Partial<
    Pick<T, K>
  >;
