import * as z from 'zod';

import { type Access, admit } from '../access.ts';
import { GraphError } from '../errors.ts';
import { merged } from '../merged.ts';
import { type Call, type Context, type Operation, scopes } from '../operation.ts';
import type { ItemReference } from '../reference.ts';
import type { Kind } from '../store/store.ts';
import { behaviorIn, behaviorWithin, conflictBehavior } from './conflictBehavior.ts';
import { fileSystemInfo, newIn } from './fileSystemInfo.ts';
import { forget } from './forget.ts';
import { checkIfMatch, checkName, eTagOf, type Item } from './item.ts';
import { type Located, locateItem } from './locate.ts';
import { mimeTypeOf } from './mimeType.ts';
import { actorOf } from './newItem.ts';
import { descriptionSchema } from './description.ts';
import { parentReference, referTo } from './parentReference.ts';
import { present } from './present.ts';
import { changedOptions, withExpansions } from './queryOptions.ts';
import { relocateItem } from './relocate.ts';

/** What can be changed. A driveItem is an open type (F3.1), and clients send back all they have read: the rest is passed over. */
const body = z.looseObject({
  name: z.string().exactOptional(),
  description: descriptionSchema.exactOptional(),
  fileSystemInfo: fileSystemInfo.exactOptional(),
  parentReference: parentReference.exactOptional(),
  '@microsoft.graph.conflictBehavior': conflictBehavior.exactOptional(),
});

type Update = Call<Located, z.output<typeof body>>;

/**
 * 200 and the item, renamed, moved or described anew; its id stays. A file that is replaced goes with what hangs on it:
 * rows of the `attached` kinds.
 *
 * @throws GraphError `rootStays`, `etagMismatch`, `invalidName`, `nameAlreadyExists`, `moveAcrossDrives`, `moveBelowItself`
 * @see https://learn.microsoft.com/graph/api/driveitem-update
 * @see https://learn.microsoft.com/graph/api/driveitem-move
 */
export const updateItem = (
  attached: readonly Kind<never>[],
): Operation<ItemReference, Located, z.output<typeof body>> => ({
  name: 'updateItem',
  scopes: scopes.write,
  needs: 'write',
  body,
  result: { statuses: [200], type: 'driveItem' },
  query: changedOptions,
  locate: locateItem,
  async run(call, context) {
    const { target, caller } = call;
    const asked = call.body['@microsoft.graph.conflictBehavior'] ?? behaviorIn(call.query()) ?? 'fail';
    const { parentId: oldParentId } = target.item;
    if (oldParentId === undefined) throw new GraphError('rootStays');
    const to = await newParent(call, context);
    const behavior =
      asked === 'replace' ? behaviorWithin(to?.access ?? (await accessTo(oldParentId, call, context)), asked) : asked;
    const { item, replaced } = await relocateItem(target.item, behavior, caller.tenant, context, (current) => {
      checkIfMatch(call.header('if-match'), current);
      return updated(current, to?.item.id, call, context);
    });
    if (replaced) await forget(replaced, attached, caller.tenant, context);
    return {
      status: 200,
      headers: { ETag: eTagOf(item) },
      metadata: `#${target.reference.odata.entity}`,
      body: withExpansions(await present(item, target.drive, call, context), call),
    };
  },
});

/** The folder to move to, if the body names one. */
async function newParent({ target, caller, body: asked }: Update, context: Context): Promise<Located | undefined> {
  const reference = asked.parentReference && referTo(asked.parentReference, target.reference, target.drive);
  if (!reference) return undefined;
  const located = await locateItem(reference, caller, context);
  admit(located.access, 'add');
  if (located.item.kind !== 'folder') throw new GraphError('invalidRequest');
  return located;
}

/** What the caller may do with the folder the item is in, by the way they have come. */
async function accessTo(folderId: string, { target, caller }: Update, context: Context): Promise<Access> {
  const reference = { ...target.reference, anchor: { at: 'item', id: folderId }, path: [] } as const;
  return (await locateItem(reference, caller, context)).access;
}

/** A changed copy, or the same item where nothing is different. */
function updated(
  current: Item,
  newParentId: string | undefined,
  { body: asked, caller }: Update,
  context: Context,
): Item {
  const { description = current.description } = asked;
  const name = asked.name === undefined ? current.name : checkName(asked.name);
  const parentId = newParentId ?? current.parentId ?? '';
  const told = newIn(asked.fileSystemInfo ?? {}, current);
  const areTimesNew = Object.keys(told).length > 0;
  const isNew =
    name !== current.name || parentId !== current.parentId || description !== current.description || areTimesNew;
  if (!isNew) return current;
  return merged(current, {
    name,
    parentId,
    ...(description !== undefined && { description }),
    ...(areTimesNew && { fileSystemInfo: { ...current.fileSystemInfo, ...told } }),
    ...(current.kind === 'file' && { mimeType: mimeTypeOf(name) }),
    version: current.version + 1,
    lastModifiedDateTime: context.clock().toISOString(),
    lastModifiedBy: actorOf(caller),
  });
}
