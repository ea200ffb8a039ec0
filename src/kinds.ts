import { directoryKind } from './directory/directory.ts';
import { contentKind } from './drive/content.ts';
import { driveKind } from './drive/drive.ts';
import { permissionKind } from './sharing/link.ts';
import type { Kind } from './store/store.ts';
import { uploadKind } from './upload/session.ts';
import { sessionKind } from './workbook/session.ts';

/** What hangs on an item and goes when it goes. */
export const attachedKinds: readonly Kind<never>[] = [permissionKind, sessionKind];

/** Everything that is kept. In each table the partition key begins with the tenant. */
export const kinds: readonly Kind<never>[] = [...attachedKinds, driveKind, contentKind, directoryKind, uploadKind];
