import * as z from 'zod';

import { GraphError } from '../errors.ts';
import type { ItemReference } from '../reference.ts';
import type { Drive } from './drive.ts';
import { isPersonalDrive } from './ids.ts';

/** A folder in the drive of the item that is to go there; clients send back the whole reference they were given. */
export const parentReference = z.looseObject({
  id: z.string().exactOptional(),
  path: z.string().exactOptional(),
  driveId: z.string().exactOptional(),
});

type ParentReference = z.output<typeof parentReference>;

/** `/drive/root:/A`, `/drives/{id}/root:/A%20B`, `/me/drive/root`: the drive, and the path if there is one. */
const pathSyntax = /^\/*(?:(?:me\/)?drive|drives\/([^/]+))\/root(?::(?:\/(.*))?)?$/i;

/**
 * The folder that a parentReference names, as an address seen from the item's own; undefined where it names none.
 *
 * @throws GraphError `moveAcrossDrives`; `invalidRequest` for a path that is none, and for `root` as an id, which
 * Graph does not take here [doc]
 * @see https://learn.microsoft.com/graph/api/driveitem-move
 */
export function referTo(
  { id, path, driveId }: ParentReference,
  from: ItemReference,
  drive: Drive,
): ItemReference | undefined {
  checkDrive(driveId, drive);
  if (id !== undefined) {
    if (/^root$/i.test(id)) throw new GraphError('invalidRequest');
    return { ...from, anchor: { at: 'item', id }, path: [] };
  }
  if (path === undefined) return undefined;
  const match = pathSyntax.exec(path);
  if (!match) throw new GraphError('invalidRequest');
  const [, driveInPath, names = ''] = match;
  checkDrive(driveInPath === undefined ? undefined : decoded(driveInPath), drive);
  return {
    ...from,
    anchor: { at: 'root' },
    path: names
      .split('/')
      .filter((name) => name !== '')
      .map(decoded),
  };
}

function checkDrive(driveId: string | undefined, { id }: Drive): void {
  if (driveId === undefined || driveId === id) return;
  if (isPersonalDrive(id) && driveId.toUpperCase() === id) return;
  throw new GraphError('moveAcrossDrives');
}

function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    throw new GraphError('invalidRequest');
  }
}
