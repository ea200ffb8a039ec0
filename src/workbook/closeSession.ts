import { type Located, locateItem } from '../drive/locate.ts';
import { type Operation, scopes } from '../operation.ts';
import type { ItemReference } from '../reference.ts';
import { requiredSessionOf, sessionKey, sessionKind } from './session.ts';

/**
 * 204. What was made in a session that does not persist is gone with it, since it is shown to that session alone.
 * @see https://learn.microsoft.com/graph/api/workbook-closesession
 */
export const closeSession: Operation<ItemReference, Located, undefined> = {
  name: 'closeSession',
  scopes: scopes.workbook,
  needs: 'read',
  result: { statuses: [204] },
  locate: locateItem,
  async run(call, context) {
    const { id } = await requiredSessionOf(call, context);
    await context.store.rows(sessionKind).remove(sessionKey(call.target, call.caller, id));
    return { status: 204 };
  },
};
