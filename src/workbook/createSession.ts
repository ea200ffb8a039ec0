import * as z from 'zod';

import { isPersonalDrive } from '../drive/ids.ts';
import { type Located, locateItem } from '../drive/locate.ts';
import { isWorkbook } from '../drive/mimeType.ts';
import { GraphError } from '../errors.ts';
import { type Operation, scopes } from '../operation.ts';
import type { ItemReference } from '../reference.ts';
import { newSessionId, sessionKey, sessionKind } from './session.ts';

const body = z.strictObject({ persistChanges: z.boolean() });

/**
 * 201 and a session for an .xlsx file on a business drive, for a user (F8).
 * @see https://learn.microsoft.com/graph/api/workbook-createsession
 */
export const createSession: Operation<ItemReference, Located, z.output<typeof body>> = {
  name: 'createSession',
  scopes: scopes.workbook,
  needs: 'read',
  body,
  result: { statuses: [201], type: 'workbookSessionInfo' },
  locate: locateItem,
  async run({ target, caller, body: { persistChanges } }, context) {
    const { item } = target;
    if (item.kind !== 'file' || !isWorkbook(item.name) || isPersonalDrive(item.driveId))
      throw new GraphError('notAWorkbook');
    if (!caller.user) throw new GraphError('accessDenied');
    const id = newSessionId(context);
    const session = { id, user: caller.user.id, persistChanges, usedAt: context.clock().getTime() };
    await context.store.rows(sessionKind).insert(sessionKey(target, caller, id), session);
    return { status: 201, metadata: '#microsoft.graph.workbookSessionInfo', body: { id, persistChanges } };
  },
};
