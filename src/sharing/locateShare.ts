import { isPersonalDrive } from '../drive/ids.ts';
import { GraphError } from '../errors.ts';
import type { Caller, Context } from '../operation.ts';
import type { ShareReference } from '../reference.ts';
import { type OpenShare, openShare } from './share.ts';

/** A share itself, as an address names it. */
export interface ShareAddress extends ShareReference {
  /** The share in `@odata.context`: `shares('u%21…')`. */
  readonly odata: string;
}

export interface LocatedShare extends OpenShare {
  readonly reference: ShareAddress;
}

export async function locateShare(reference: ShareAddress, caller: Caller, context: Context): Promise<LocatedShare> {
  return { reference, ...(await openShare(reference, caller, context)) };
}

/** As `locateShare`, for what only a SharePoint site has. @throws GraphError `malformedRequest` on a personal drive (F6.2) */
export async function locateBusinessShare(
  reference: ShareAddress,
  caller: Caller,
  context: Context,
): Promise<LocatedShare> {
  const share = await locateShare(reference, caller, context);
  if (isPersonalDrive(share.drive.id)) throw new GraphError('malformedRequest');
  return share;
}
