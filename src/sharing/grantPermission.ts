import * as z from 'zod';

import { isPersonalDrive } from '../drive/ids.ts';
import { itemPartition } from '../drive/item.ts';
import { itemWebUrl } from '../drive/webUrl.ts';
import { GraphError } from '../errors.ts';
import { type Call, type Context, type Operation, scopes } from '../operation.ts';
import { newGrant, stronger } from './grant.ts';
import { type Grantee, isSame } from './grantee.ts';
import { keepGrants } from './keepGrants.ts';
import { isExpired } from './kept.ts';
import { type Link, linkKind } from './link.ts';
import { type LocatedShare, locateShare, type ShareAddress } from './locateShare.ts';
import { addresseeOf, roleOf, toExistingAccess, toGrantPermission, toPermission } from './permission.ts';
import { checkExternal, recipientsSchema, resolveRecipients } from './recipients.ts';
import { roleIn } from './role.ts';
import { rowOfPermission } from './rowOfPermission.ts';
import { noteReceived } from './received.ts';

const body = z.strictObject({ recipients: recipientsSchema, roles: z.array(z.string()) });

type Granting = Call<LocatedShare, z.output<typeof body>>;

/**
 * 200 and the link, with these people on it where it is for people. By the plain URL of an item they get permissions of
 * their own (F5.2).
 *
 * @throws GraphError `accessDenied` for an application, `notOnThisDrive` for a personal drive, `noResolvedUsers`,
 * `externalSharingRestricted`, `invalidRequest` where the roles are not the link's
 * @see https://learn.microsoft.com/graph/api/permission-grant
 */
export const grantPermission: Operation<ShareAddress, LocatedShare, Granting['body']> = {
  name: 'grant',
  scopes: scopes.write,
  needs: 'share',
  body,
  result: { statuses: [200], type: 'permission', many: true },
  locate: locateShare,
  async run(call, context) {
    const { target, caller } = call;
    if (!caller.user) throw new GraphError('accessDenied');
    if (isPersonalDrive(target.drive.id)) throw new GraphError('notOnThisDrive');
    const role = roleIn(call.body.roles);
    const people = await resolveRecipients(call.body.recipients, caller.tenant, context);
    checkExternal(people, target.drive.id, context);
    const value = target.link
      ? [await onLink(target.link, role, people, call, context)]
      : await onItem(role, people, call, context);
    return { status: 200, metadata: '#Collection(microsoft.graph.permission)', body: { value } };
  },
};

type Role = ReturnType<typeof roleIn>;

async function onLink(found: Link, role: Role, people: readonly Grantee[], call: Granting, context: Context) {
  if (roleOf[found.type] !== role) throw new GraphError('invalidRequest'); // [guess]
  // Everybody can use it as it is.
  if (found.scope !== 'users') return toPermission(found, 'creating');
  const link = await withPeople(found, people, call, context);
  const { target, caller } = call;
  await noteReceived(people, { item: target.shared, tenant: caller.tenant, sharedBy: caller.user }, context);
  // The new URL is for the one person of this call, whoever else is on the link (F5.2 [seen]).
  return toPermission(link, 'creating', addresseeOf(people));
}

/** Adds people to the link as it stands now. @throws GraphError `linkGone` when it has gone meanwhile */
async function withPeople(
  { id }: Link,
  people: readonly Grantee[],
  { target, caller }: Granting,
  context: Context,
): Promise<Link> {
  const rows = context.store.rows(linkKind);
  const row = await rowOfPermission(id, target.shared, caller.tenant, context);
  const key = { partition: itemPartition(caller.tenant, target.shared), row };
  for (let attempt = 0; attempt < 20; attempt += 1) {
    const stored = await rows.get(key);
    if (stored?.value.id !== id || isExpired(stored.value, context.clock())) throw new GraphError('linkGone');
    const { grantees = [] } = stored.value;
    const missing = people.filter((each) => !grantees.some((other) => isSame(each, other)));
    if (missing.length === 0) return stored.value;
    const link = { ...stored.value, grantees: [...grantees, ...missing] };
    if (await rows.replace(key, link, stored.etag)) return link;
  }
  throw new GraphError('editConflict');
}

async function onItem(role: Role, people: readonly Grantee[], call: Granting, context: Context) {
  const { target, caller, origin } = call;
  const { drive, shared: item } = target;
  const place = { item, tenant: caller.tenant };
  const grants = people.map((grantee) => newGrant({ role, grantee }, caller, context.clock()));
  const guests = grants.filter(({ grantee }) => grantee.id !== drive.owner.id);
  const kept = await keepGrants(guests, place, context, stronger);
  return [
    toExistingAccess(await itemWebUrl({ drive, item }, caller.tenant, origin, context)),
    ...kept.map(({ grant }) => toGrantPermission(grant, 'inviting')),
  ];
}
