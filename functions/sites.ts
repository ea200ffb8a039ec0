import { getItem } from '../src/drive/getItem.ts';
import { getListItem } from '../src/drive/getListItem.ts';
import { getList, getSite, listLists, searchSites } from '../src/drive/sites.ts';
import { listAddress, listItemAddress, siteAddress } from '../src/graph/addresses.ts';
import { handle } from '../src/graph/handler.ts';
import { http } from './http.ts';

const site = `{version}/${siteAddress.route}`;
const listItem = `{version}/${listItemAddress.route}`;

http('searchSites', { methods: ['GET'], route: '{version}/sites', handler: handle(searchSites, () => undefined) });
http('getSite', { methods: ['GET'], route: site, handler: handle(getSite, siteAddress.refer) });
http('listLists', { methods: ['GET'], route: `${site}/lists`, handler: handle(listLists, siteAddress.refer) });
http('getList', {
  methods: ['GET'],
  route: `{version}/${listAddress.route}`,
  handler: handle(getList, listAddress.refer),
});
http('getListItem', { methods: ['GET'], route: listItem, handler: handle(getListItem, listItemAddress.refer) });
http('getItem-listItem', {
  methods: ['GET'],
  route: `${listItem}/driveItem`,
  handler: handle(getItem, listItemAddress.refer),
});
