import { callerOf } from '../src/graph/caller.ts';
import { exchangeOf, toErrorResponse, toResponse } from '../src/graph/response.ts';
import { scopes } from '../src/operation.ts';
import { listNotifications } from '../src/sharing/notification.ts';
import { http } from './http.ts';

// What a test looks at, and no part of Graph: no version, so not the shared handler.
http('listNotifications', {
  methods: ['GET'],
  route: '_mock/notifications',
  handler: async (request, _, context) => {
    const exchange = exchangeOf(request, context);
    try {
      const { tenant } = callerOf(request, scopes.read, context);
      return toResponse({ status: 200, body: { value: await listNotifications(tenant, context) } }, exchange, '');
    } catch (thrown) {
      return toErrorResponse(thrown, exchange, context);
    }
  },
});
