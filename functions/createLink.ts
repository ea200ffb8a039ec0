import { itemAddresses, linkOnlyAddresses } from '../src/graph/addresses.ts';
import { handle } from '../src/graph/handler.ts';
import { createLink } from '../src/sharing/createLink.ts';
import { http } from './http.ts';

for (const { name, route, refer } of [...itemAddresses, ...linkOnlyAddresses])
  http(`createLink-${name}`, {
    methods: ['POST'],
    route: `{version}/${route}/createLink`,
    handler: handle(createLink, refer),
  });
