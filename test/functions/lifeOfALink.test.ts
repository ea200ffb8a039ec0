import { randomUUID } from 'node:crypto';

import fc from 'fast-check';

import { sample } from '../../src/sample.ts';
import { type Graph, ids, type Reply, startGraph } from '../kit/graph.ts';
import {
  findLink,
  followed,
  type Grant,
  grantKey,
  type Guest,
  inheritedOn,
  type Link,
  linkKey,
  type Model,
  newModel,
  ownOn,
  type Place,
  type Role,
  roleOf,
  type Scope,
  stronger,
} from '../kit/sharingModel.ts';

// Random lives of the permissions of a folder and a file in it: each step is taken on the mock and on the model of it,
// and they must agree. fast-check prints the seed of a run that fails, and the shortest steps that make it fail again.

const minute = 60_000;
const start = Date.parse('2030-01-01T00:00:00Z');
const pathOf: Readonly<Record<Place, string>> = {
  folder: `/drives/${ids.drive}/items/${ids.projects}`,
  file: `/drives/${ids.drive}/items/${ids.report}`,
};
const typeOf: Readonly<Record<Role, string>> = { read: 'view', write: 'edit' };
const emailOf = (guest: Guest): string => sample.users[guest].email;
const recipients = (people: readonly Guest[]) => people.map((guest) => ({ email: emailOf(guest) }));
const dateOf = (time: number): string => `${new Date(time).toISOString().slice(0, 19)}Z`;

/** The mock as one of these people sees it, in a tenant of this run's own. */
interface Real {
  readonly call: (
    method: string,
    path: string,
    body?: unknown,
    by?: Guest | 'ada',
    headers?: Record<string, string>,
  ) => Promise<Reply>;
  readonly setTime: (time: number) => void;
}

interface Step extends fc.AsyncCommand<Model, Real> {}

const step = (name: string, run: (model: Model, real: Real) => Promise<void>): Step => ({
  check: () => true,
  run,
  toString: () => name,
});

/** A step about one of the permissions there ever were: nothing while there was none. */
const aboutOne = (
  name: string,
  at: number,
  run: (picked: Link | Grant, model: Model, real: Real) => Promise<void>,
): Step => ({
  check: ({ past }) => past.length > 0,
  run: async (model, real) => {
    const picked = model.past[at % model.past.length];
    if (picked) await run(picked, model, real);
  },
  toString: () => `${name}[${at}]`,
});

const createLink = (place: Place, role: Role, scope: Scope, people: Guest[], minutes?: number): Step =>
  step(`createLink(${[place, role, scope, people.join('+'), minutes].join(', ')})`, async (model, { call }) => {
    const expires = minutes === undefined ? undefined : model.now + minutes * minute;
    const reply = await call('POST', `${pathOf[place]}/createLink`, {
      type: typeOf[role],
      scope,
      recipients: recipients(people),
      expirationDateTime: expires === undefined ? null : dateOf(expires),
    });
    const key = linkKey(place, role, scope, people);
    const known = findLink(model, key);
    expect(reply.status).toBe(known ? 200 : 201);
    const { id, shareId } = reply.body;
    const link: Link = known ?? {
      kind: 'link',
      id,
      shareId,
      place,
      role,
      scope,
      people: new Set(),
      redeemedBy: new Set(),
      expires,
    };
    if (!known) {
      expect(model.past.map((each) => each.id)).not.toContain(id);
      model.links.set(key, link);
      model.past.push(link);
    }
    if (scope === 'users') for (const guest of people) link.people.add(guest);
    link.expires = expires ?? link.expires;
    expect(reply.body).toMatchObject({ id: link.id, shareId: link.shareId });
  });

const byText = (a: string, b: string): number => a.localeCompare(b);

const places: readonly Place[] = ['folder', 'file'];
const guests: readonly Guest[] = ['bruno', 'chiara'];

/** Everything there is to see: the permissions of each place, and what each guest is answered there. */
async function seen({ call }: Real) {
  const sights = [];
  for (const place of places) {
    const { body } = await call('GET', `${pathOf[place]}/permissions`);
    const [owner, ...others]: ShownPermission[] = body.value;
    const answers = [];
    // Needs the right to share, and keeps nothing.
    for (const guest of guests)
      answers.push((await call('POST', `${pathOf[place]}/createLink`, { type: 'addressBar' }, guest)).status);
    sights.push({ owner: owner?.roles, permissions: others.map(summary).toSorted(byText), answers });
  }
  return sights;
}

interface ShownPermission {
  readonly id: string;
  readonly roles: readonly string[];
  readonly inheritedFrom?: object;
  readonly grantedTo?: { readonly user: { readonly email: string } };
  readonly grantedToIdentities?: readonly { readonly user: { readonly email: string } }[];
  readonly expirationDateTime?: string;
}

const summary = ({ id, roles, grantedTo, grantedToIdentities, expirationDateTime, inheritedFrom }: ShownPermission) => {
  const people = (grantedToIdentities ?? [grantedTo]).map((set) => set?.user.email ?? '').toSorted(byText);
  return [id, ...roles, ...people, expirationDateTime, inheritedFrom ? 'inherited' : 'own'].join(' ');
};

/** What `seen` should answer. */
const expected = (model: Model) =>
  places.map((place) => ({
    owner: ['owner'],
    permissions: [
      ...ownOn(model, place).map((each) => expectedSummary(each, 'own')),
      ...inheritedOn(model, place).map((each) => expectedSummary(each, 'inherited')),
    ].toSorted(byText),
    answers: guests.map((guest) => ({ write: 200, read: 403, none: 404 })[roleOf(model, guest, place) ?? 'none']),
  }));

function expectedSummary(each: Link | Grant, whose: string): string {
  const people = each.kind === 'link' ? [...each.people].map(emailOf).toSorted(byText) : [emailOf(each.guest)];
  const date = each.kind === 'link' && each.expires !== undefined ? dateOf(each.expires) : undefined;
  return [each.id, each.role, ...people, date, whose].join(' ');
}

const look = (): Step =>
  step('look', async (model, real) => {
    expect(await seen(real)).toEqual(expected(model));
  });

/** What stands under an id at a place: its own before what it inherits. */
const standing = (model: Model, place: Place, { id }: Link | Grant) => ({
  own: ownOn(model, place).find((each) => each.id === id),
  isInherited: inheritedOn(model, place).some((each) => each.id === id),
});

const refusalOf = ({ own, isInherited }: ReturnType<typeof standing>): number | undefined =>
  own ? undefined : isInherited ? 403 : 404;

/** Where a step asks for a permission: where it lies, or at the other place. */
const placeFor = (picked: Link | Grant, isElsewhere: boolean): Place =>
  isElsewhere === (picked.place === 'file') ? 'folder' : 'file';

const patch = (at: number, isElsewhere: boolean, change: { role: Role } | { minutes: number | null }): Step =>
  aboutOne(`patch(${isElsewhere}, ${JSON.stringify(change)})`, at, async (picked, model, { call }) => {
    const place = placeFor(picked, isElsewhere);
    const expires = 'minutes' in change && change.minutes !== null ? model.now + change.minutes * minute : undefined;
    const body =
      'role' in change
        ? { roles: [change.role] }
        : { expirationDateTime: expires === undefined ? null : dateOf(expires) };
    const { status } = await call('PATCH', `${pathOf[place]}/permissions/${picked.id}`, body);
    const found = standing(model, place, picked);
    const { own } = found;
    if (own?.kind === 'grant' && 'role' in change) own.role = change.role;
    if (own?.kind === 'link' && own.scope === 'anonymous' && 'minutes' in change) own.expires = expires;
    const fits = own?.kind === 'grant' ? 'role' in change : own?.scope === 'anonymous' && 'minutes' in change;
    expect(status).toBe(refusalOf(found) ?? (fits ? 200 : 400));
  });

const remove = (at: number, isElsewhere: boolean): Step =>
  aboutOne(`delete(${isElsewhere})`, at, async (picked, model, { call }) => {
    const place = placeFor(picked, isElsewhere);
    const found = standing(model, place, picked);
    const { status } = await call('DELETE', `${pathOf[place]}/permissions/${picked.id}`);
    expect(status).toBe(refusalOf(found) ?? 204);
    for (const kept of [model.links, model.grants])
      for (const [key, each] of kept) if (each === found.own) kept.delete(key);
  });

const invite = (place: Place, guest: Guest, role: Role): Step =>
  step(`invite(${place}, ${guest}, ${role})`, async (model, { call }) => {
    const reply = await call('POST', `${pathOf[place]}/invite`, {
      recipients: recipients([guest]),
      roles: [role],
      requireSignIn: true,
    });
    const key = grantKey(place, guest);
    const known = model.grants.get(key);
    const [{ id }] = reply.body.value;
    const grant: Grant = known ?? { kind: 'grant', id, place, guest, role };
    grant.role = stronger(known?.role, role);
    if (!known) model.past.push(grant);
    model.grants.set(key, grant);
    expect(reply).toMatchObject({ status: 200, body: { value: [{ id: grant.id, roles: [grant.role] }] } });
  });

const grant = (at: number, guest: Guest, role: Role): Step =>
  aboutOne(`grant(${guest}, ${role})`, at, async (picked, model, { call }) => {
    if (picked.kind !== 'link') return;
    const body = { recipients: recipients([guest]), roles: [role] };
    const { status } = await call('POST', `/shares/${picked.shareId}/permission/grant`, body);
    const link = followed(model, picked);
    expect(status).toBe(!link ? 403 : link.role === role ? 200 : 400);
    if (link?.scope === 'users' && link.role === role) link.people.add(guest);
  });

const revokeGrants = (at: number, isElsewhere: boolean, guest: Guest): Step =>
  aboutOne(`revokeGrants(${isElsewhere}, ${guest})`, at, async (picked, model, { call }) => {
    const place = placeFor(picked, isElsewhere);
    const path = `${pathOf[place]}/permissions/${picked.id}/revokeGrants`;
    const { status } = await call('POST', path, { grantees: recipients([guest]) });
    const found = standing(model, place, picked);
    const link = found.own?.kind === 'link' && found.own.scope === 'users' ? found.own : undefined;
    expect(status).toBe(refusalOf(found) ?? (link ? 200 : 400));
    link?.people.delete(guest);
  });

const open = (at: number, guest: Guest, prefer?: 'redeemSharingLink' | 'redeemSharingLinkIfNecessary'): Step =>
  aboutOne(`open(${[guest, prefer].join(', ')})`, at, async (picked, model, { call }) => {
    if (picked.kind !== 'link') return;
    const headers: Record<string, string> = prefer ? { prefer } : {};
    const { status } = await call('GET', `/shares/${picked.shareId}/driveItem`, undefined, guest, headers);
    const link = followed(model, picked);
    const isByHolding = link?.scope === 'anonymous' || (link?.scope === 'organization' && prefer !== undefined);
    const isTheirs = link && roleOf(model, guest, link.place) !== undefined;
    expect(status).toBe(isByHolding || isTheirs ? 200 : 403);
    if (isByHolding && prefer === 'redeemSharingLink') link.redeemedBy.add(guest);
  });

const wait = (minutes: number): Step =>
  step(`wait(${minutes})`, async (model, { setTime }) => {
    model.now += minutes * minute;
    setTime(model.now);
  });

// Uneven, so that lives are short of what leads nowhere and full of second and third steps on the same thing.
const place = fc.constantFrom<Place>('folder', 'file', 'file');
const guest = fc.constantFrom<Guest>('bruno', 'bruno', 'chiara');
const role = fc.constantFrom<Role>('read', 'write');
const scope = fc.constantFrom<Scope>('anonymous', 'organization', 'users', 'users');
const people = fc.constantFrom<Guest[]>([], ['bruno'], ['bruno'], ['bruno', 'chiara']);
const minutes = fc.constantFrom(10, 20);
const expiry = fc.constantFrom(undefined, undefined, 10, 20);
const at = fc.nat(12);
const isElsewhere = fc.constantFrom(false, false, false, true);
const prefer = fc.constantFrom('redeemSharingLink' as const, 'redeemSharingLinkIfNecessary' as const, undefined);
const change = fc.oneof(fc.record({ role }), fc.record({ minutes: fc.option(minutes) }));

const create = fc.tuple(place, role, scope, people, expiry).map((all) => createLink(...all));
const steps = [
  create,
  create,
  fc.constant(look()),
  fc.tuple(at, isElsewhere, change).map((all) => patch(...all)),
  fc.tuple(at, isElsewhere).map((all) => remove(...all)),
  fc.tuple(place, guest, role).map((all) => invite(...all)),
  fc.tuple(at, guest, role).map((all) => grant(...all)),
  fc.tuple(at, isElsewhere, guest).map((all) => revokeGrants(...all)),
  fc.tuple(at, guest, prefer).map((all) => open(...all)),
  minutes.map(wait),
];

describe.each([
  ['memory', 60],
  ['azurite', 3],
] as const)('the life of a link on %s', (store, numRuns) => {
  let graph: Graph;
  let now = start;
  beforeAll(async () => {
    graph = await startGraph({ store, replaced: { clock: () => new Date(now) } });
  });
  afterAll(() => graph.close());

  function newWorld(): { model: Model; real: Real } {
    now = start;
    const tid = randomUUID();
    const call: Real['call'] = (method, path, body, by = 'ada', headers = {}) => {
      const { id: oid, userPrincipalName: upn, displayName: name } = sample.users[by];
      const authorization = `Bearer ${graph.token({ tid, oid, upn, name, exp: undefined })}`;
      return graph.send(method, `/beta${path}`, body, { authorization, ...headers });
    };
    const setTime = (time: number): void => {
      now = time;
    };
    return { model: newModel(start), real: { call, setTime } };
  }

  test(`goes as the model says, ${numRuns} times`, async () => {
    await fc.assert(
      fc.asyncProperty(fc.commands(steps, { maxCommands: 40, size: 'max' }), async (life) => {
        const world = newWorld();
        await fc.asyncModelRun(() => world, life);
        expect(await seen(world.real)).toEqual(expected(world.model));
      }),
      { numRuns },
    );
  }, 60_000);
});
