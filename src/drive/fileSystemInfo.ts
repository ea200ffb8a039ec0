import * as z from 'zod';

import { dateTimeOffset } from '../schema.ts';
import { timesOf } from './driveItem.ts';
import type { FileSystemInfo, Item } from './item.ts';

/** As a caller tells it; what else a client's file system knows is of no use here. */
export const fileSystemInfo = z.looseObject({
  createdDateTime: dateTimeOffset.exactOptional(),
  lastModifiedDateTime: dateTimeOffset.exactOptional(),
});

type Told = z.output<typeof fileSystemInfo>;

/** So much of what is told as is kept, and says something else than the item shows already. */
export function newIn({ createdDateTime, lastModifiedDateTime }: Told, item?: Item): FileSystemInfo {
  const shown = item && timesOf(item);
  return {
    ...(createdDateTime !== undefined && createdDateTime !== shown?.createdDateTime && { createdDateTime }),
    ...(lastModifiedDateTime !== undefined &&
      lastModifiedDateTime !== shown?.lastModifiedDateTime && { lastModifiedDateTime }),
  };
}
