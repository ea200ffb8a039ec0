import * as z from 'zod';

import { type Call, type Context, type Operation, scopes } from '../operation.ts';
import type { ItemReference } from '../reference.ts';
import { GraphError } from '../errors.ts';
import { inRoom } from '../tenants/room.ts';
import { insertNamed } from './change.ts';
import { behaviorIn, behaviorWithin, conflictBehavior } from './conflictBehavior.ts';
import { keepContent } from './content.ts';
import { checkName, eTagOf, type Item } from './item.ts';
import { childOf, type Located, locateItem } from './locate.ts';
import { newFile, newFolder } from './newItem.ts';
import { present } from './present.ts';
import { changedOptions, withExpansions } from './queryOptions.ts';

const body = z.strictObject({
  name: z.string(),
  folder: z.looseObject({}).exactOptional(),
  // On no page, and in use: PnP's `children.add` makes an empty file and then uploads its content.
  file: z.looseObject({}).exactOptional(),
  '@microsoft.graph.conflictBehavior': conflictBehavior.exactOptional(),
});

type Creation = Call<Located, z.output<typeof body>>;

/**
 * 201 and a new folder, or a new file without content; 409 where the name is taken, unless `rename` is asked for. A
 * folder that is to `replace` one leaves it as it is, with all that is in it: 200 (onedrive-api-docs, issue 1702 [seen]).
 * @see https://learn.microsoft.com/graph/api/driveitem-post-children
 */
export const createChild: Operation<ItemReference, Located, Creation['body']> = {
  name: 'children',
  scopes: scopes.write,
  needs: 'add',
  body,
  result: { statuses: [201, 200], type: 'driveItem' },
  query: changedOptions,
  locate: locateItem,
  async run(call, context) {
    const { drive, item: parent, access, reference } = call.target;
    const asked = call.body['@microsoft.graph.conflictBehavior'] ?? behaviorIn(call.query()) ?? 'fail';
    if (parent.kind !== 'folder') throw new GraphError('invalidRequest');
    const behavior = behaviorWithin(access, asked);
    const { tenant } = call.caller;
    const fresh = await blank(call, context);
    const insert = () => insertNamed(fresh, behavior, tenant, context);
    const made = await inRoom({ items: 1 }, tenant, context, insert).catch(async (failure: unknown) => {
      const there = behavior === 'replace' && fresh.kind === 'folder' && isTaken(failure);
      const held = there ? await childOf(parent, fresh.name, drive, tenant, context) : undefined;
      if (held?.kind !== 'folder') throw failure;
      return held;
    });
    const isNew = made.id === fresh.id;
    return {
      status: isNew ? 201 : 200,
      headers: {
        ETag: eTagOf(made),
        ...(isNew && { Location: `${call.root}/drives/${drive.id}/items/${made.id}` }),
      },
      metadata: `#${reference.odata.self}/children/$entity`,
      body: withExpansions(await present(made, drive, call, context), call),
    };
  },
};

const isTaken = (failure: unknown): boolean => failure instanceof GraphError && failure.what === 'nameAlreadyExists';

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
