import { tenantOfDownload } from '../src/drive/content.ts';
import { createChild } from '../src/drive/createChild.ts';
import { deleteItem } from '../src/drive/deleteItem.ts';
import { download, isDownloadUrl } from '../src/drive/download.ts';
import { getContent } from '../src/drive/getContent.ts';
import { getItem } from '../src/drive/getItem.ts';
import { listChildren } from '../src/drive/listChildren.ts';
import { updateItem } from '../src/drive/updateItem.ts';
import { uploadContent } from '../src/drive/uploadContent.ts';
import { itemAddresses } from '../src/graph/addresses.ts';
import { handle } from '../src/graph/handler.ts';
import { preauthenticated } from '../src/graph/preauthenticated.ts';
import { attachedKinds } from '../src/kinds.ts';
import { http } from './http.ts';

const removeItem = deleteItem(attachedKinds);
const changeItem = updateItem(attachedKinds);

for (const { name, route, refer } of itemAddresses) {
  http(`getItem-${name}`, { methods: ['GET'], route: `{version}/${route}`, handler: handle(getItem, refer) });
  http(`updateItem-${name}`, { methods: ['PATCH'], route: `{version}/${route}`, handler: handle(changeItem, refer) });
  http(`deleteItem-${name}`, { methods: ['DELETE'], route: `{version}/${route}`, handler: handle(removeItem, refer) });
  http(`listChildren-${name}`, {
    methods: ['GET'],
    route: `{version}/${route}/children`,
    handler: handle(listChildren, refer),
  });
  http(`createChild-${name}`, {
    methods: ['POST'],
    route: `{version}/${route}/children`,
    handler: handle(createChild, refer),
  });
  http(`getContent-${name}`, {
    methods: ['GET'],
    route: `{version}/${route}/content`,
    handler: handle(getContent, refer),
  });
  http(`uploadContent-${name}`, {
    methods: ['PUT'],
    route: `{version}/${route}/content`,
    handler: handle(uploadContent, refer),
  });
}

http('download', {
  methods: ['GET'],
  route: '_layouts/15/download.aspx',
  tenantOf: ({ query }) => tenantOfDownload(query.get('tempauth') ?? ''),
  isHandedOut: ({ query }, _, context) => isDownloadUrl(query.get('tempauth') ?? '', context),
  handler: preauthenticated(({ request: { headers }, tempauth }, context) =>
    download(tempauth, (name) => headers.get(name), context),
  ),
});
