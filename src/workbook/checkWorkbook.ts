import { isPersonalDrive } from '../drive/ids.ts';
import type { Item } from '../drive/item.ts';
import { isWorkbook } from '../drive/mimeType.ts';
import { GraphError } from '../errors.ts';

/** Only .xlsx files on business drives are workbooks (F8). @throws GraphError `notAWorkbook` */
export function checkWorkbook({ kind, name, driveId }: Item): void {
  if (kind !== 'file' || !isWorkbook(name) || isPersonalDrive(driveId)) throw new GraphError('notAWorkbook');
}
