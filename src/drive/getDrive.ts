import { type Operation, scopes } from '../operation.ts';
import type { DriveReference } from '../reference.ts';
import { toDrive } from './drive.ts';
import { drivesOf, type LocatedDrive, type LocatedDrives, locateDrive } from './locate.ts';
import { driveOptions, drivesOptions } from './queryOptions.ts';
import { quotaOf } from './quota.ts';

/** @see https://learn.microsoft.com/graph/api/drive-get */
export const getDrive: Operation<DriveReference, LocatedDrive, undefined> = {
  name: 'getDrive',
  scopes: scopes.read,
  needs: 'read',
  result: { statuses: [200], type: 'drive' },
  query: driveOptions,
  locate: locateDrive,
  async run({ target: { drive }, caller, origin }, context) {
    const body = toDrive(drive, await quotaOf(drive, caller.tenant, context), origin);
    return { status: 200, metadata: '#drives/$entity', body };
  },
};

/** @see https://learn.microsoft.com/graph/api/drive-list */
export const listDrives: Operation<DriveReference, LocatedDrives, undefined> = {
  name: 'listDrives',
  scopes: scopes.read,
  needs: 'read',
  result: { statuses: [200], type: 'drive', many: true },
  query: drivesOptions,
  locate: drivesOf,
  async run({ target: { drives }, caller, origin }, context) {
    const value = await Promise.all(
      drives.map(async (drive) => toDrive(drive, await quotaOf(drive, caller.tenant, context), origin)),
    );
    return { status: 200, metadata: '#drives', body: { value } };
  },
};
