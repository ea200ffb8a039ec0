import { type Operation, scopes } from '../operation.ts';
import type { ItemReference } from '../reference.ts';
import { type Located, locateItem } from './locate.ts';
import { presentChildren } from './present.ts';
import { childOptions, withExpansions } from './queryOptions.ts';

/**
 * The children of a folder, by name and in pages; none of a file (F7 [guess]).
 * @see https://learn.microsoft.com/graph/api/driveitem-list-children
 */
export const listChildren: Operation<ItemReference, Located, undefined> = {
  name: 'listChildren',
  scopes: scopes.read,
  needs: 'read',
  result: { statuses: [200], type: 'driveItem', many: true },
  query: childOptions,
  locate: locateItem,
  async run(call, context) {
    const { drive, item, reference } = call.target;
    const children = await presentChildren(item, drive, call, context);
    const wholes = new Map<object, () => Promise<object>>();
    const value = children.map(({ shown, complete }) => {
      const child = withExpansions(shown, call);
      wholes.set(child, async () => withExpansions(await complete(), call));
      return child;
    });
    const complete = async (child: object) => wholes.get(child)?.() ?? child;
    return { status: 200, metadata: `#${reference.odata.self}/children`, body: { value }, complete };
  },
};
