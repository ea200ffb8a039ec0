import { getGroup, listGroups } from '../src/directory/groups.ts';
import { getUser, listUsers } from '../src/directory/users.ts';
import { groupAddress, userAddresses } from '../src/graph/addresses.ts';
import { handle } from '../src/graph/handler.ts';
import { http } from './http.ts';

const nobodyInParticular = (): undefined => undefined;

for (const { name, route, refer } of userAddresses)
  http(`getUser-${name}`, { methods: ['GET'], route: `{version}/${route}`, handler: handle(getUser, refer) });

http('listUsers', { methods: ['GET'], route: '{version}/users', handler: handle(listUsers, nobodyInParticular) });

http('getGroup', {
  methods: ['GET'],
  route: `{version}/${groupAddress.route}`,
  handler: handle(getGroup, groupAddress.refer),
});

http('listGroups', { methods: ['GET'], route: '{version}/groups', handler: handle(listGroups, nobodyInParticular) });
