import * as z from 'zod';

import { GraphError } from '../errors.ts';
import { type Operation, scopes } from '../operation.ts';
import { type LocatedPermission, locatePermission, type PermissionReference } from './getPermission.ts';
import { isSame } from './grantee.ts';
import { linkKind } from './link.ts';
import { ownPermission } from './ownPermission.ts';
import { toPermission } from './permission.ts';
import { findRecipient, recipientsSchema } from './recipients.ts';

const body = z.strictObject({ grantees: recipientsSchema });

/**
 * 200 and the link without these people; whoever was not on it is passed over. For links of scope `users` alone (F5.3).
 * @see https://learn.microsoft.com/graph/api/permission-revokegrants?view=graph-rest-beta
 */
export const revokeGrants: Operation<PermissionReference, LocatedPermission, z.output<typeof body>> = {
  name: 'revokeGrants',
  betaOnly: true,
  scopes: scopes.write,
  needs: 'share',
  body,
  result: { statuses: [200], type: 'permission' },
  locate: locatePermission,
  async run(call, context) {
    const { tenant } = call.caller;
    const found = await Promise.all(call.body.grantees.map((each) => findRecipient(each, tenant, context)));
    const leaving = found.filter((grantee) => grantee !== undefined);
    for (let attempt = 0; attempt < 20; attempt += 1) {
      const { key, kept, etag } = await ownPermission(call, context);
      if (kept.kind !== 'link' || kept.scope !== 'users') throw new GraphError('invalidRequest');
      const { grantees = [] } = kept;
      const staying = grantees.filter((each) => !leaving.some((other) => isSame(each, other)));
      const link = { ...kept, grantees: staying };
      const isChanged = staying.length < grantees.length;
      if (isChanged && !(await context.store.rows(linkKind).replace(key, link, etag))) continue;
      return { status: 200, metadata: '#microsoft.graph.permission', body: toPermission(link, 'reading') };
    }
    throw new GraphError('editConflict');
  },
};
