import { type Located, locateItem } from '../drive/locate.ts';
import { type Operation, scopes } from '../operation.ts';
import type { ItemReference } from '../reference.ts';
import { forgetSession } from './forgetSession.ts';
import { requiredSessionOf } from './session.ts';

/**
 * 204. What was made in a session that does not persist is gone with it.
 * @see https://learn.microsoft.com/graph/api/workbook-closesession
 */
export const closeSession: Operation<ItemReference, Located, undefined> = {
  name: 'closeSession',
  scopes: scopes.workbook,
  needs: 'read',
  result: { statuses: [204] },
  locate: locateItem,
  async run(call, context) {
    const session = await requiredSessionOf(call, context);
    await forgetSession(session, call.target.item, call.caller.tenant, context);
    return { status: 204 };
  },
};
