import { admit } from '../access.ts';
import { GraphError, isRefusal } from '../errors.ts';
import { type Call, type Caller, type Context, type Operation, scopes } from '../operation.ts';
import type { ItemReference } from '../reference.ts';
import { type ConflictBehavior, insertNamed } from './change.ts';
import { behaviorIn } from './conflictBehavior.ts';
import { type FileFacts, keepContent, removeContent } from './content.ts';
import { checkIfMatch, checkName, eTagOf, type Item } from './item.ts';
import { inRoom } from '../tenants/room.ts';
import { type Destination, locateDestination } from './locate.ts';
import { newFile } from './newItem.ts';
import { overwriteFile } from './overwriteFile.ts';
import { present } from './present.ts';
import { changedOptions, withExpansions } from './queryOptions.ts';

type Upload = Call<Destination, Uint8Array>;

/**
 * 201 and a new file, or 200 and the one whose bytes were replaced. The body is bytes, whatever its Content-Type says (F15).
 * @see https://learn.microsoft.com/graph/api/driveitem-put-content
 */
export const uploadContent: Operation<ItemReference, Destination, Uint8Array> = {
  name: 'content',
  scopes: scopes.write,
  needs: 'add',
  body: 'bytes',
  result: { statuses: [201, 200], type: 'driveItem' },
  query: changedOptions,
  locate: locateDestination,
  async run(call, context) {
    const { drive, item: existing, reference } = call.target;
    const behavior = behaviorIn(call.query()) ?? 'replace';
    const isNew = !existing || behavior === 'rename';
    if (existing && behavior === 'fail') throw new GraphError('nameAlreadyExists');
    if (isNew && existing) admit(await call.target.accessToFolder(), 'add');
    if (!isNew) admit(call.target.access, 'write');
    // A folder has no content, whichever way it is named; a file beside it can have another name.
    const isBeside = isNew && call.target.parent !== undefined;
    if (existing?.kind === 'folder' && !isBeside) throw new GraphError('nameAlreadyExists');
    const item = isNew
      ? await add(call, behavior, context)
      : // The old bytes are given back, once the new ones stand in their place.
        await inRoom({ bytes: call.body.length - existing.size }, call.caller.tenant, context, () =>
          overwrite(existing, call, context),
        );
    return {
      status: isNew ? 201 : 200,
      headers: { ETag: eTagOf(item), ...(isNew && { Location: `${call.root}/drives/${drive.id}/items/${item.id}` }) },
      metadata: `#${reference.odata.entity}`,
      body: withExpansions(await present(item, drive, call, context), call),
    };
  },
};

async function add({ caller, target, body }: Upload, behavior: ConflictBehavior, context: Context): Promise<Item> {
  const { drive, parent } = target;
  const parentId = parent?.id ?? target.item?.parentId;
  const name = target.name ?? target.item?.name;
  if (parentId === undefined || name === undefined || (parent && parent.kind !== 'folder'))
    throw new GraphError('invalidRequest');
  checkName(name);
  return inRoom({ items: 1, bytes: body.length }, caller.tenant, context, async () => {
    const facts = await keepContent(name, body, caller.tenant, context);
    return orForget(facts, caller, context, () =>
      insertNamed(newFile({ drive, parentId, name, facts }, caller, context), behavior, caller.tenant, context),
    );
  });
}

async function overwrite(existing: Item, { caller, body, header }: Upload, context: Context): Promise<Item> {
  const facts = await keepContent(existing.name, body, caller.tenant, context);
  const check = (current: Item): void => checkIfMatch(header('if-match'), current);
  return orForget(facts, caller, context, () => overwriteFile(existing, facts, caller, context, check));
}

/** Bytes that were kept for a change which was refused are kept for nothing. After any other failure a file may have them. */
async function orForget(
  facts: FileFacts,
  { tenant }: Caller,
  context: Context,
  change: () => Promise<Item>,
): Promise<Item> {
  try {
    return await change();
  } catch (failure) {
    if (isRefusal(failure)) await removeContent(facts, tenant, context);
    throw failure;
  }
}
