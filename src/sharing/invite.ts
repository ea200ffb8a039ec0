import * as z from 'zod';

import { isPersonalDrive } from '../drive/ids.ts';
import { type Located, locateItem } from '../drive/locate.ts';
import { itemWebUrl } from '../drive/webUrl.ts';
import { GraphError } from '../errors.ts';
import { type Call, type Context, type Operation, scopes } from '../operation.ts';
import type { ItemReference } from '../reference.ts';
import { dateTimeOffset } from '../schema.ts';
import { type Grant, newGrant, stronger } from './grant.ts';
import type { Grantee } from './grantee.ts';
import { stopInheriting } from './inheritance.ts';
import { keepGrants } from './keepGrants.ts';
import { notify } from './notification.ts';
import { toGrantPermission, toUnresolved } from './permission.ts';
import { checkExternal, findRecipient, recipientsSchema } from './recipients.ts';
import { roleIn } from './role.ts';

/** F5.1. The date is a string here. */
const body = z.strictObject({
  recipients: recipientsSchema,
  roles: z.array(z.string()),
  requireSignIn: z.boolean().default(false),
  sendInvitation: z.boolean().default(false),
  message: z.string().max(2000).exactOptional(),
  expirationDateTime: z.string().exactOptional(),
  password: z.string().exactOptional(), // for personal drives, where it is ignored as SharePoint does [guess]
  retainInheritedPermissions: z.boolean().exactOptional(),
});

type Invitation = Call<Located, z.output<typeof body>>;

/**
 * 200 and a permission for each person, new or not: inviting somebody twice makes one permission with the stronger role.
 * 207 where some could not be found, whose entries carry an error (F5.1).
 *
 * @throws GraphError `inviteSilently`, `noResolvedUsers` when nobody could be found, `cannotBeShared`,
 * `externalSharingRestricted`, `invalidRequest`
 * @see https://learn.microsoft.com/graph/api/driveitem-invite
 */
export const invite: Operation<ItemReference, Located, Invitation['body']> = {
  name: 'invite',
  scopes: scopes.write,
  needs: 'share',
  body,
  result: { statuses: [200, 207], type: 'permission', many: true },
  locate: locateItem,
  async run(call, context) {
    const { target, caller } = call;
    const { recipients, roles, requireSignIn, sendInvitation, message, retainInheritedPermissions } = call.body;
    if (isPersonalDrive(target.drive.id) && target.item.parentId === undefined) throw new GraphError('cannotBeShared');
    if (!requireSignIn && !sendInvitation) throw new GraphError('inviteSilently');
    const role = roleIn(roles);
    const found = await Promise.all(recipients.map((each) => findRecipient(each, caller.tenant, context)));
    checkExternal(found, target.drive.id, context);
    const grants = new Map<string, Grant>();
    for (const grantee of found) if (grantee) grants.set(grantee.loginName, toGrant(grantee, role, call, context));
    if (grants.size === 0) throw new GraphError('noResolvedUsers');

    // The owner is answered like the others, and needs no permission (F5.1 [seen]).
    const guests = [...grants.values()].filter(({ grantee }) => grantee.id !== target.drive.owner.id);
    const place = { item: target.item, tenant: caller.tenant };
    const made = (await keepGrants(guests, place, context, stronger)).map(({ grant }) => grant);
    for (const grant of made) grants.set(grant.grantee.loginName, grant);
    if (retainInheritedPermissions === false) await stopInheriting(made, call, context);
    if (sendInvitation) await sendTo(guests, message, call, context);

    const lost = recipients.filter((_, at) => !found[at]);
    const value = [
      ...[...grants.values()].map((grant) => toGrantPermission(grant, 'inviting')),
      ...lost.map((recipient) => toUnresolved(recipient, role)),
    ];
    return {
      status: lost.length > 0 ? 207 : 200,
      metadata: '#Collection(microsoft.graph.permission)',
      body: { value },
    };
  },
};

/**
 * SharePoint ignores a date for somebody with an account; it counts for strangers who need not sign in. An invitation
 * shows on personal drives alone (F5.1).
 */
function toGrant(grantee: Grantee, role: Grant['role'], { target, caller, body: asked }: Invitation, context: Context) {
  const now = context.clock();
  const { requireSignIn: signInRequired, expirationDateTime } = asked;
  const isAnonymous = grantee.id === undefined && !signInRequired;
  return newGrant(
    {
      role,
      grantee,
      ...(isPersonalDrive(target.drive.id) && { signInRequired }),
      ...(isAnonymous && expirationDateTime !== undefined && { expirationDateTime: toDate(expirationDateTime, now) }),
    },
    caller,
    now,
  );
}

function toDate(given: string, now: Date): string {
  const { data: date } = dateTimeOffset.safeParse(given);
  if (date === undefined || Date.parse(date) <= now.getTime()) throw new GraphError('invalidRequest');
  return date;
}

async function sendTo(guests: readonly Grant[], message: string | undefined, call: Invitation, context: Context) {
  const webUrl = await itemWebUrl(call.target, call.caller.tenant, call.origin, context);
  const mails = guests.map(({ id, grantee }) => ({ to: grantee, permissionId: id, webUrl, message }));
  await notify(mails, call, context);
}
