import { shareAddress, sharedItem } from '../src/graph/addresses.ts';
import { handle } from '../src/graph/handler.ts';
import { deleteSharePermission, updateSharePermission } from '../src/sharing/changeSharePermission.ts';
import { getShare } from '../src/sharing/getShare.ts';
import { shareLibrary } from '../src/sharing/getShareLibrary.ts';
import { getSharePermission } from '../src/sharing/getSharePermission.ts';
import { grantPermission } from '../src/sharing/grantPermission.ts';
import { http } from './http.ts';

// The item behind a share is an item like any other: its addresses are among `itemAddresses`.

const { route, refer } = shareAddress;
const share = `{version}/${route}`;

http('getShare', { methods: ['GET'], route: share, handler: handle(getShare, refer) });
http('getSharePermission', {
  methods: ['GET'],
  route: `${share}/permission`,
  handler: handle(getSharePermission, refer),
});
http('updatePermission-share', {
  methods: ['PATCH'],
  route: `${share}/permission`,
  handler: handle(updateSharePermission, sharedItem),
});
http('deletePermission-share', {
  methods: ['DELETE'],
  route: `${share}/permission`,
  handler: handle(deleteSharePermission, sharedItem),
});
http('grantPermission', {
  methods: ['POST'],
  route: `${share}/permission/grant`,
  handler: handle(grantPermission, refer),
});

for (const [part, operation] of Object.entries(shareLibrary))
  http(`getShare-${part}`, { methods: ['GET'], route: `${share}/${part}`, handler: handle(operation, refer) });
