import { itemAddresses } from '../src/graph/addresses.ts';
import { handle } from '../src/graph/handler.ts';
import type { Place } from '../src/graph/place.ts';
import type { Caller } from '../src/operation.ts';
import type { ItemReference } from '../src/reference.ts';
import { addPermission } from '../src/sharing/addPermission.ts';
import { deletePermission } from '../src/sharing/deletePermission.ts';
import { getPermission, type PermissionReference } from '../src/sharing/getPermission.ts';
import { listPermissions } from '../src/sharing/listPermissions.ts';
import { revokeGrants } from '../src/sharing/revokeGrants.ts';
import { updatePermission } from '../src/sharing/updatePermission.ts';
import { http } from './http.ts';

/** The permission of an item's address that the last parameter names. */
const permissionAt =
  (refer: (place: Place, caller: Caller) => ItemReference) =>
  (place: Place, caller: Caller): PermissionReference => ({
    ...refer(place, caller),
    permissionId: place.params['permissionId'] ?? '',
  });

for (const { name, route, refer } of itemAddresses) {
  http(`listPermissions-${name}`, {
    methods: ['GET'],
    route: `{version}/${route}/permissions`,
    handler: handle(listPermissions, refer),
  });
  http(`addPermission-${name}`, {
    methods: ['POST'],
    route: `{version}/${route}/permissions`,
    handler: handle(addPermission, refer),
  });
  http(`getPermission-${name}`, {
    methods: ['GET'],
    route: `{version}/${route}/permissions/{permissionId}`,
    handler: handle(getPermission, permissionAt(refer)),
  });
  http(`updatePermission-${name}`, {
    methods: ['PATCH'],
    route: `{version}/${route}/permissions/{permissionId}`,
    handler: handle(updatePermission, permissionAt(refer)),
  });
  http(`revokeGrants-${name}`, {
    methods: ['POST'],
    route: `{version}/${route}/permissions/{permissionId}/revokeGrants`,
    handler: handle(revokeGrants, permissionAt(refer)),
  });
  http(`deletePermission-${name}`, {
    methods: ['DELETE'],
    route: `{version}/${route}/permissions/{permissionId}`,
    handler: handle(deletePermission, permissionAt(refer)),
  });
}
