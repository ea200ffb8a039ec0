import { controlKind } from './control/control.ts';
import { seedKind } from './control/seedText.ts';
import { bucketKind } from './control/inject.ts';
import { journalKind } from './control/journal.ts';
import { directoryKind } from './directory/directory.ts';
import { contentKind } from './drive/content.ts';
import { driveKind } from './drive/drive.ts';
import { seededTokenKind } from './sharing/seededToken.ts';
import { permissionKind } from './sharing/link.ts';
import type { Kind } from './store/store.ts';
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
  journalKind,
];

/** Everything that is kept. In each table the partition key begins with the tenant. */
export const kinds: readonly Kind<never>[] = [...tenantKinds, controlKind, bucketKind, seedKind];
