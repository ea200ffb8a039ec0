import { type Operation, scopes } from '../operation.ts';
import type { ItemReference } from '../reference.ts';
import { eTagOf } from './item.ts';
import { toListItem } from './library.ts';
import { type Located, locateItem } from './locate.ts';
import { itemWebUrl } from './webUrl.ts';

/** A file or folder as the list behind its library has it. @see https://learn.microsoft.com/graph/api/listitem-get */
export const getListItem: Operation<ItemReference, Located, undefined> = {
  name: 'getListItem',
  scopes: scopes.sites,
  needs: 'read',
  result: { statuses: [200], type: 'listItem' },
  locate: locateItem,
  async run({ target: { drive, item, reference }, caller, origin }, context) {
    const webUrl = await itemWebUrl({ drive, item }, caller.tenant, origin, context);
    const entity = reference.odata.self.replace(/\('[^']*'\)$/, '/$entity');
    return {
      status: 200,
      headers: { ETag: eTagOf(item) },
      metadata: `#${entity}`,
      body: toListItem(item, drive, webUrl),
    };
  },
};
