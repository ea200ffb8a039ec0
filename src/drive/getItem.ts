import { type Call, type Context, type Operation, scopes } from '../operation.ts';
import type { ItemReference } from '../reference.ts';
import { eTagOf, namesVersion } from './item.ts';
import { type Located, locateItem } from './locate.ts';
import { present, presentChildren } from './present.ts';
import { itemOptions, withExpansions } from './queryOptions.ts';

/**
 * The item with its ETag; 304 where the caller has it already.
 * @see https://learn.microsoft.com/graph/api/driveitem-get
 */
export const getItem: Operation<ItemReference, Located, undefined> = {
  name: 'getItem',
  scopes: scopes.read,
  needs: 'read',
  result: { statuses: [200, 304], type: 'driveItem' },
  query: itemOptions,
  locate: locateItem,
  async run(call, context) {
    const { drive, item, reference } = call.target;
    const ETag = eTagOf(item);
    const ifNoneMatch = call.header('if-none-match');
    if (ifNoneMatch !== null && namesVersion(ifNoneMatch, item)) return { status: 304, headers: { ETag } };
    const body = {
      ...withExpansions(await present(item, drive, call, context), call),
      ...(call.expands('children') && { children: await wholeChildren(call, context) }),
    };
    return { status: 200, headers: { ETag }, metadata: `#${reference.odata.entity}`, body };
  },
};

async function wholeChildren(call: Call<Located>, context: Context) {
  const { item, drive } = call.target;
  const children = await presentChildren(item, drive, call, context);
  return Promise.all(children.map(({ complete }) => complete()));
}
