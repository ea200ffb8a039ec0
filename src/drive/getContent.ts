import { GraphError } from '../errors.ts';
import { type Operation, scopes } from '../operation.ts';
import type { ItemReference } from '../reference.ts';
import { downloadUrlOf } from './content.ts';
import { eTagOf, namesVersion } from './item.ts';
import { type Located, locateItem } from './locate.ts';

/**
 * 302 to a URL that needs no token (F7); that one takes a `Range`. 304 where the caller has the version already [doc].
 * @see https://learn.microsoft.com/graph/api/driveitem-get-content
 */
export const getContent: Operation<ItemReference, Located, undefined> = {
  name: 'content',
  scopes: scopes.read,
  needs: 'download',
  answers: 'bytes',
  result: { statuses: [302, 304] },
  locate: locateItem,
  async run({ target: { item }, caller, origin, header }, context) {
    if (item.kind !== 'file') throw new GraphError('invalidRequest');
    const ifNoneMatch = header('if-none-match');
    if (ifNoneMatch !== null && namesVersion(ifNoneMatch, item))
      return { status: 304, headers: { ETag: eTagOf(item) } };
    return { status: 302, headers: { Location: downloadUrlOf(item, caller.tenant, origin, context.clock()) } };
  },
};
