import { z } from 'zod';

import { type Operation, scopes } from '../operation.ts';
import type { ItemReference } from '../reference.ts';
import { GraphError } from '../errors.ts';
import { inRoom } from '../tenants/room.ts';
import { insertNamed } from './change.ts';
import { conflictBehavior } from './conflictBehavior.ts';
import { checkName, eTagOf } from './item.ts';
import { type Located, locateItem } from './locate.ts';
import { newFolder } from './newItem.ts';
import { present } from './present.ts';

const body = z.strictObject({
  name: z.string(),
  folder: z.looseObject({}),
  '@microsoft.graph.conflictBehavior': conflictBehavior.exactOptional(),
});

/**
 * 201 and a new folder; 409 where the name is taken, unless `rename` is asked for.
 * @see https://learn.microsoft.com/graph/api/driveitem-post-children
 */
export const createFolder: Operation<ItemReference, Located, z.output<typeof body>> = {
  name: 'children',
  scopes: scopes.write,
  needs: 'add',
  body,
  result: { statuses: [201], type: 'driveItem' },
  locate: locateItem,
  async run(call, context) {
    const { drive, item: parent, reference } = call.target;
    const { name, '@microsoft.graph.conflictBehavior': behavior = 'fail' } = call.body;
    if (parent.kind !== 'folder') throw new GraphError('invalidRequest');
    const blank = newFolder({ drive, parentId: parent.id, name: checkName(name) }, call.caller, context);
    const { tenant } = call.caller;
    const folder = await inRoom({ items: 1 }, tenant, context, () => insertNamed(blank, behavior, tenant, context));
    return {
      status: 201,
      headers: { ETag: eTagOf(folder), Location: `${call.root}/drives/${drive.id}/items/${folder.id}` },
      metadata: `#${reference.odata.self}/children/$entity`,
      body: await present(folder, drive, call, context),
    };
  },
};
