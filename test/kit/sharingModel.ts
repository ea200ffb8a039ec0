// What sharing a folder and the file in it means, in as few words as possible: the mock is compared with this.

export type Place = 'folder' | 'file';
export type Guest = 'bruno' | 'chiara';
export type Role = 'read' | 'write';
export type Scope = 'anonymous' | 'organization' | 'users';

export interface Link {
  readonly kind: 'link';
  readonly id: string;
  readonly shareId: string;
  readonly place: Place;
  readonly role: Role;
  readonly scope: Scope;
  readonly people: Set<Guest>;
  readonly redeemedBy: Set<Guest>;
  expires: number | undefined;
}

export interface Grant {
  readonly kind: 'grant';
  readonly id: string;
  readonly place: Place;
  readonly guest: Guest;
  role: Role;
}

export interface Model {
  now: number;
  /** By what makes it the same link. */
  readonly links: Map<string, Link>;
  readonly grants: Map<string, Grant>;
  /** Every permission there ever was; a step picks one of these. */
  readonly past: (Link | Grant)[];
}

export const newModel = (now: number): Model => ({ now, links: new Map(), grants: new Map(), past: [] });

export const linkKey = (place: Place, role: Role, scope: Scope, people: readonly Guest[]): string =>
  JSON.stringify([place, role, scope, scope === 'users' ? people.toSorted() : []]);

export const grantKey = (place: Place, guest: Guest): string => `${place} ${guest}`;

const isAlive = (model: Model, { expires }: Link): boolean => expires === undefined || expires > model.now;

/** What counts now, on this place itself. */
export const ownOn = (model: Model, place: Place): (Link | Grant)[] =>
  [...[...model.links.values()].filter((link) => isAlive(model, link)), ...model.grants.values()].filter(
    (each) => each.place === place,
  );

/** The file inherits from the folder. */
export const inheritedOn = (model: Model, place: Place): (Link | Grant)[] =>
  place === 'file' ? ownOn(model, 'folder') : [];

export const findLink = (model: Model, key: string): Link | undefined => {
  const link = model.links.get(key);
  return link && isAlive(model, link) ? link : undefined;
};

/** The link of this URL as it stands now, if it still does. */
export const followed = (model: Model, { id }: Link): Link | undefined =>
  [...model.links.values()].find((link) => link.id === id && isAlive(model, link));

const appliesTo = (each: Link | Grant, guest: Guest): boolean =>
  each.kind === 'grant' ? each.guest === guest : each.people.has(guest) || each.redeemedBy.has(guest);

export function roleOf(model: Model, guest: Guest, place: Place): Role | undefined {
  const theirs = [...ownOn(model, place), ...inheritedOn(model, place)].filter((each) => appliesTo(each, guest));
  return theirs.some(({ role }) => role === 'write') ? 'write' : theirs[0]?.role;
}

export const stronger = (a: Role | undefined, b: Role): Role => (a === 'write' ? a : b);
