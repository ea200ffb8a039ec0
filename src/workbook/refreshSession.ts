import { type Located, locateItem } from '../drive/locate.ts';
import { type Operation, scopes } from '../operation.ts';
import type { ItemReference } from '../reference.ts';
import { requiredSessionOf } from './session.ts';

/**
 * 204; the session lives on as from now.
 * @see https://learn.microsoft.com/graph/api/workbook-refreshsession
 */
export const refreshSession: Operation<ItemReference, Located, undefined> = {
  name: 'refreshSession',
  scopes: scopes.workbook,
  needs: 'read',
  result: { statuses: [204] },
  locate: locateItem,
  async run(call, context) {
    await requiredSessionOf(call, context);
    return { status: 204 };
  },
};
