import * as z from 'zod';

import { belowCeiling } from '../ceiling.ts';
import { type Located, locateItem } from '../drive/locate.ts';
import { GraphError } from '../errors.ts';
import { type Operation, scopes } from '../operation.ts';
import type { ItemReference } from '../reference.ts';
import { checkWorkbook } from './checkWorkbook.ts';
import { countOpen } from './forgetSession.ts';
import { newSessionId, openSessions, sessionKey, sessionKind } from './session.ts';

const body = z.strictObject({ persistChanges: z.boolean() });

/**
 * 201 and a session for an .xlsx file on a business drive, for a user (F8).
 *
 * @throws GraphError `notAWorkbook`, `accessDenied`, `tooManySessions`
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
    checkWorkbook(target.item);
    if (!caller.user) throw new GraphError('accessDenied');
    const id = newSessionId(target.item, context);
    const session = { id, user: caller.user.id, persistChanges, usedAt: context.clock().getTime() };
    const key = sessionKey(target.item, caller.tenant, id);
    const made = await belowCeiling(
      openSessions,
      key.partition,
      context,
      () => countOpen(target.item, caller.tenant, context),
      () => context.store.rows(sessionKind).insert(key, session),
    );
    if (!made) throw new GraphError('tooManySessions');
    return { status: 201, metadata: '#microsoft.graph.workbookSessionInfo', body: { id, persistChanges } };
  },
};
