import { exchangeOf, toDocumentResponse, toErrorResponse } from '../src/graph/response.ts';
import { checkStore } from '../src/store/checkStore.ts';
import { http } from './http.ts';

// For whoever watches over a deployment: no token and no key is needed, and nothing is told but this.

const json = JSON.stringify;

http('health', {
  methods: ['GET'],
  route: '_mock/health',
  waitsForNothing: true,
  handler: async (request, _, context) =>
    toDocumentResponse('application/json', json({ status: 'live' }), exchangeOf(request, context)),
});

http('ready', {
  methods: ['GET'],
  route: '_mock/ready',
  handler: async (request, _, context) => {
    const exchange = exchangeOf(request, context);
    try {
      await checkStore(context.store);
      return toDocumentResponse('application/json', json({ status: 'ready' }), exchange);
    } catch (thrown) {
      return toErrorResponse(thrown, exchange, context);
    }
  },
});
