import { GraphError } from '../errors.ts';
import { type Operation, scopes } from '../operation.ts';
import { tidyUp } from '../tidy.ts';
import { type LocatedPermission, locatePermission, type PermissionReference } from './getPermission.ts';
import { permissionKind } from './kept.ts';
import { ownPermission } from './ownPermission.ts';
import { redemptionsPrefix } from './redemption.ts';

/**
 * 204, and it gives nothing from now on, nor does having redeemed it. 403 `accessDenied` for an inherited permission,
 * `ownerStays` for the owner's; 404 `permissionNotFound` once it is gone (F4.2).
 * @see https://learn.microsoft.com/graph/api/permission-delete
 */
export const deletePermission: Operation<PermissionReference, LocatedPermission, undefined> = {
  name: 'deletePermission',
  scopes: scopes.write,
  needs: 'share',
  result: { statuses: [204] },
  locate: locatePermission,
  async run(call, context) {
    const { key, kept, etag } = await ownPermission(call, context);
    const rows = context.store.rows(permissionKind);
    // With its ETag: had it been replaced meanwhile by a new link, that one would not be the one to go.
    if (!(await rows.remove(key, etag))) throw new GraphError('permissionNotFound');
    // Worth nothing without their link: what a crash or a failure leaves behind does no harm.
    const { partition } = key;
    let links = 1;
    await tidyUp(context, async () => {
      for await (const { row } of rows.list(partition, redemptionsPrefix(kept.id)))
        if (await rows.remove({ partition, row })) links += 1;
    });
    context.tenants.release(call.caller.tenant, { links });
    return { status: 204 };
  },
};
