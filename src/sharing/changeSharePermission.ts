import { locateItem } from '../drive/locate.ts';
import { GraphError } from '../errors.ts';
import type { Caller, Context, Operation } from '../operation.ts';
import type { ItemReference } from '../reference.ts';
import { deletePermission } from './deletePermission.ts';
import type { LocatedPermission } from './getPermission.ts';
import { updatePermission } from './updatePermission.ts';

/**
 * The permission of the link that a share is reached by. The plain URL of an item is no link: the access that it stands
 * for is no single permission.
 *
 * @throws GraphError `permissionNotFound`
 */
async function locateLink(reference: ItemReference, caller: Caller, context: Context): Promise<LocatedPermission> {
  const located = await locateItem(reference, caller, context);
  const { through: permissionId } = located.access;
  if (permissionId === undefined) throw new GraphError('permissionNotFound');
  return { ...located, permissionId };
}

type OnShare<Of> =
  Of extends Operation<infer _, infer Target, infer Body> ? Operation<ItemReference, Target, Body> : never;

/** As on the item, with the permission named by the share: on no page, and in `$metadata` and the SDKs. */
export const updateSharePermission: OnShare<typeof updatePermission> = { ...updatePermission, locate: locateLink };

export const deleteSharePermission: OnShare<typeof deletePermission> = { ...deletePermission, locate: locateLink };
