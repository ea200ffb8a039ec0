import { merged } from '../merged.ts';
import type { Caller, Context } from '../operation.ts';
import { changeItem } from './change.ts';
import { type FileFacts, removeContent } from './content.ts';
import type { FileSystemInfo, Item } from './item.ts';
import { actorOf } from './newItem.ts';

/** What the bytes of a file are replaced by, and what is told of it with them. */
type Content = FileFacts & { readonly description?: string; readonly fileSystemInfo?: FileSystemInfo };

/**
 * Gives a file other bytes; the old ones are forgotten once nothing points to them.
 *
 * @param check may throw to refuse; it sees the file as it stands
 */
export async function overwriteFile(
  existing: Item,
  content: Content,
  caller: Caller,
  context: Context,
  check: (item: Item) => void,
): Promise<Item> {
  let replaced = existing;
  const item = await changeItem(existing, caller.tenant, context, (current) => {
    // An earlier try has come so far: these bytes are there, and are not what they replace.
    if (content.contentId !== undefined && current.contentId === content.contentId) return current;
    check(current);
    replaced = current;
    const { content: _, contentId: __, contentParts: ___, fileSystemInfo: told, ...kept } = current;
    return merged(kept, {
      // [guess] The file is as old as it was, and was changed just now unless the caller knows better.
      ...(told?.createdDateTime !== undefined && { fileSystemInfo: { createdDateTime: told.createdDateTime } }),
      ...content,
      version: current.version + 1,
      contentVersion: current.contentVersion + 1,
      lastModifiedDateTime: context.clock().toISOString(),
      lastModifiedBy: actorOf(caller),
    });
  });
  if (replaced.contentId !== item.contentId) await removeContent(replaced, caller.tenant, context);
  return item;
}
