import { controlKind } from './control/control.ts';
import { seedKind } from './control/keptSeed.ts';
import { bucketKind } from './control/inject.ts';
import { journalKind } from './control/journal.ts';
import { directoryKind } from './directory/directory.ts';
import { contentKind } from './drive/content.ts';
import { driveKind } from './drive/drive.ts';
import { redeemedKind } from './identity/authorizationCode.ts';
import { deviceKind } from './identity/deviceCode.ts';
import { permissionKind } from './sharing/kept.ts';
import { receivedKind } from './sharing/received.ts';
import { notificationKind } from './sharing/notification.ts';
import { seededTokenKind } from './sharing/seededToken.ts';
import type { Kind } from './store/store.ts';
import { uploadKind } from './upload/session.ts';
import { sessionKind } from './workbook/session.ts';

/** What hangs on an item and goes when it goes. */
export const attachedKinds: readonly Kind<never>[] = [permissionKind, sessionKind];

/** What a tenant holds: gone once it is reset. */
export const tenantKinds: readonly Kind<never>[] = [
  ...attachedKinds,
  seededTokenKind,
  driveKind,
  contentKind,
  directoryKind,
  notificationKind,
  receivedKind,
  redeemedKind,
  deviceKind,
  uploadKind,
  journalKind,
];

/** Everything that is kept, but for the signing key (`identity/keys.ts`). In each table the partition key begins with the tenant. */
export const kinds: readonly Kind<never>[] = [...tenantKinds, controlKind, bucketKind, seedKind];
