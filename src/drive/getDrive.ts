import { type Context, type Operation, scopes } from '../operation.ts';
import type { DriveReference } from '../reference.ts';
import { type Drive, driveKind, drivePartition, toDrive } from './drive.ts';
import { itemRow } from './item.ts';
import { drivesOf, type LocatedDrive, type LocatedDrives, locateDrive } from './locate.ts';
import { driveOptions, drivesOptions } from './queryOptions.ts';

/** @see https://learn.microsoft.com/graph/api/drive-get */
export const getDrive: Operation<DriveReference, LocatedDrive, undefined> = {
  name: 'getDrive',
  scopes: scopes.read,
  needs: 'read',
  result: { statuses: [200], type: 'drive' },
  query: driveOptions,
  locate: locateDrive,
  async run({ target: { drive }, caller, origin }, context) {
    const body = toDrive(drive, await bytesUsed(drive, caller.tenant, context), origin);
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
    const used = await Promise.all(drives.map((drive) => bytesUsed(drive, caller.tenant, context)));
    return {
      status: 200,
      metadata: '#drives',
      body: { value: drives.map((drive, at) => toDrive(drive, used[at] ?? 0, origin)) },
    };
  },
};

async function bytesUsed(drive: Drive, tenant: string, { store }: Context): Promise<number> {
  let used = 0;
  for await (const { value } of store.rows(driveKind).list(drivePartition(tenant, drive.id), itemRow('')))
    if (value.kind === 'file') used += value.size;
  return used;
}
