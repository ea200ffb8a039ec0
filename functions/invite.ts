import { itemAddresses } from '../src/graph/addresses.ts';
import { handle } from '../src/graph/handler.ts';
import { invite } from '../src/sharing/invite.ts';
import { http } from './http.ts';

for (const { name, route, refer } of itemAddresses)
  http(`invite-${name}`, { methods: ['POST'], route: `{version}/${route}/invite`, handler: handle(invite, refer) });
