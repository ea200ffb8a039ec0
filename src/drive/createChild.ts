import * as z from 'zod';

import { type Call, type Context, type Operation, scopes } from '../operation.ts';
import type { ItemReference } from '../reference.ts';
import { GraphError } from '../errors.ts';
import { inRoom } from '../tenants/room.ts';
import { insertNamed } from './change.ts';
import { conflictBehavior } from './conflictBehavior.ts';
import { keepContent } from './content.ts';
import { checkName, eTagOf, type Item } from './item.ts';
import { type Located, locateItem } from './locate.ts';
import { newFile, newFolder } from './newItem.ts';
import { present } from './present.ts';

const body = z.strictObject({
  name: z.string(),
  folder: z.looseObject({}).exactOptional(),
  // On no page, and in use: PnP's `children.add` makes an empty file and then uploads its content.
  file: z.looseObject({}).exactOptional(),
  '@microsoft.graph.conflictBehavior': conflictBehavior.exactOptional(),
});

type Creation = Call<Located, z.output<typeof body>>;

/**
 * 201 and a new folder, or a new file without content; 409 where the name is taken, unless `rename` is asked for.
 * @see https://learn.microsoft.com/graph/api/driveitem-post-children
 */
export const createChild: Operation<ItemReference, Located, Creation['body']> = {
  name: 'children',
  scopes: scopes.write,
  needs: 'add',
  body,
  result: { statuses: [201], type: 'driveItem' },
  locate: locateItem,
  async run(call, context) {
    const { drive, item: parent, reference } = call.target;
    const { '@microsoft.graph.conflictBehavior': behavior = 'fail' } = call.body;
    if (parent.kind !== 'folder') throw new GraphError('invalidRequest');
    const { tenant } = call.caller;
    const made = await blank(call, context);
    const child = await inRoom({ items: 1 }, tenant, context, () => insertNamed(made, behavior, tenant, context));
    return {
      status: 201,
      headers: { ETag: eTagOf(child), Location: `${call.root}/drives/${drive.id}/items/${child.id}` },
      metadata: `#${reference.odata.self}/children/$entity`,
      body: await present(child, drive, call, context),
    };
  },
};

/** What is asked for: one of the two. */
async function blank({ target, caller, body: asked }: Creation, context: Context): Promise<Item> {
  const { folder, file } = asked;
  if (!folder && !file) throw new GraphError('missingParameter', { values: { operation: 'children', name: 'folder' } });
  if (folder && file) throw new GraphError('invalidRequest');
  const place = { drive: target.drive, parentId: target.item.id, name: checkName(asked.name) };
  if (folder) return newFolder(place, caller, context);
  // Nothing of it lies outside the item's own row: a refusal leaves nothing behind.
  const facts = await keepContent(place.name, new Uint8Array(), caller.tenant, context);
  return newFile({ ...place, facts }, caller, context);
}
