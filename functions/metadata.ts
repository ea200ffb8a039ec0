import manifest from '../package.json' with { type: 'json' };
import { checkAccess } from '../src/control/checkAccess.ts';
import { toCsdl } from '../src/graph/csdl.ts';
import { toOpenApi } from '../src/graph/openapi.ts';
import { exchangeOf, toDocumentResponse, toErrorResponse } from '../src/graph/response.ts';
import { http, triggers } from './http.ts';

// What the app says of itself: as on Graph, no token is needed. Each is made when it is first asked for, and once: it
// takes up to a second, of which nobody without a token shall take as many as they like.

let csdl: Promise<string> | undefined;
let openApi: ReturnType<typeof toOpenApi> | undefined;

http('metadata', {
  methods: ['GET'],
  route: '{version}/$metadata',
  handler: async (request, _, context) =>
    toDocumentResponse('application/xml', await (csdl ??= toCsdl(triggers)), exchangeOf(request, context)),
});

http('openapi', {
  methods: ['GET'],
  route: '_mock/openapi.json',
  handler: async (request, _, context) => {
    const exchange = exchangeOf(request, context);
    try {
      checkAccess(request, context);
    } catch (refused) {
      return toErrorResponse(refused, exchange, context);
    }
    const { name: title, version } = manifest;
    openApi ??= toOpenApi(triggers, { title, version });
    const document = { ...openApi, servers: [{ url: exchange.origin }] };
    return toDocumentResponse('application/json', JSON.stringify(document), exchange);
  },
});
