import * as z from 'zod';

import { isPersonalDrive } from '../drive/ids.ts';
import { type Located, locateItem } from '../drive/locate.ts';
import { GraphError } from '../errors.ts';
import { type Operation, scopes } from '../operation.ts';
import type { ItemReference } from '../reference.ts';
import { oneOf } from '../schema.ts';
import { entityMetadata } from './getPermission.ts';
import { newGrant } from './grant.ts';
import { applicationOf } from './grantee.ts';
import { keepGrants } from './keepGrants.ts';
import { toGrantPermission } from './permission.ts';
import { permissionETag } from './permissionETag.ts';

const application = z.looseObject({ id: z.string().min(1), displayName: z.string().exactOptional() });
const grantedTo = z.strictObject({ application });

const body = z.strictObject({
  roles: z.array(oneOf(['read', 'write', 'owner'])).length(1),
  grantedToV2: grantedTo,
  grantedTo: grantedTo.exactOptional(),
});

/**
 * 201 and a permission for an application, 200 where it had one, whose role is now this one [guess]. For nobody else,
 * and on business drives alone (F4.2 [doc]).
 * @see https://learn.microsoft.com/graph/api/driveitem-post-permissions
 */
export const addPermission: Operation<ItemReference, Located, z.output<typeof body>> = {
  name: 'permissions',
  scopes: scopes.write,
  needs: 'share',
  body,
  result: { statuses: [201, 200], type: 'permission' },
  locate: locateItem,
  async run(call, context) {
    const { target, caller, root } = call;
    const { drive, item, reference } = target;
    if (isPersonalDrive(drive.id)) throw new GraphError('notOnThisDrive');
    const { roles, grantedToV2 } = call.body;
    const [role = 'read'] = roles;
    const { id, displayName = id === caller.app.id ? caller.app.displayName : id } = grantedToV2.application;
    const grantee = applicationOf({ id, displayName }, caller.tenant);
    const fresh = newGrant({ role, grantee }, caller, context.clock());
    const [kept] = await keepGrants([fresh], { item, tenant: caller.tenant }, context, (old) => ({ ...old, role }));
    const { grant = fresh, created = true } = kept ?? {};
    const Location = `${root}/drives/${drive.id}/items/${encodeURIComponent(item.id)}/permissions/${grant.id}`;
    return {
      status: created ? 201 : 200,
      headers: { ETag: permissionETag(grant), ...(created && { Location }) },
      metadata: entityMetadata(reference),
      body: toGrantPermission(grant, 'reading'),
    };
  },
};
