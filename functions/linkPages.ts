import { GraphError } from '../src/errors.ts';
import { textOf } from '../src/graph/body.ts';
import { toEnteredResponse, toPageResponse } from '../src/graph/pageResponse.ts';
import { pathOf } from '../src/graph/place.ts';
import type { GraphRequest } from '../src/graph/request.ts';
import { exchangeOf, toErrorResponse } from '../src/graph/response.ts';
import type { Handler, Trigger } from '../src/graph/router.ts';
import { cookieNameOf } from '../src/page/ticket.ts';
import { toPage } from '../src/page/views.ts';
import { isOfLink, visit, type Visitor } from '../src/page/visit.ts';
import { isLinkUrl } from '../src/sharing/linkUrl.ts';
import { tenantOfLink } from '../src/sharing/seededToken.ts';
import { http } from './http.ts';

// Where the URL of a link leads a browser. For people, so no version, no token, and no JSON.

/** The most a form may have, in bytes: a password and an id. */
const longestForm = 8 * 1024;

type TokenOf = (request: GraphRequest, params: Readonly<Record<string, string>>) => string;

/** A page for the token that `tokenOf` finds in the request. */
const pageBehind =
  (tokenOf: TokenOf, isFramed: boolean): Handler =>
  async (request, { params }, context) => {
    const exchange = exchangeOf(request, context);
    try {
      const [, segment = ''] = pathOf(request.url).split('/');
      // The first segment of a route may be anything; these two have the shape of a link.
      if (!isLinkUrl(new URL(request.url))) throw new GraphError('unknownVersion', { values: { version: segment } });
      const token = tokenOf(request, params);
      const ticket = cookieOf(request, cookieNameOf(token));
      const path = (request.query.get('path') ?? '').split('/').filter((name) => name !== '');
      const form = request.method === 'POST' ? await formOf(request) : undefined;
      const tenant = tenantOfLink(token, request.query);
      const visitor = {
        token,
        tenant,
        path,
        origin: exchange.origin,
        ...(ticket && { ticket }),
        ...(form && { form }),
      };
      const seen = await visit(visitor, context);
      if (seen.sees === 'inside') {
        const { pathname, search } = new URL(request.url);
        return toEnteredResponse(pathname + search, cookieNameOf(token), seen.ticket, exchange);
      }
      return toPageResponse(toPage(seen), exchange, isFramed);
    } catch (thrown) {
      return toErrorResponse(thrown, exchange, context);
    }
  };

function cookieOf({ headers }: GraphRequest, name: string): string | undefined {
  const cookies = (headers.get('cookie') ?? '').split(';').map((cookie) => cookie.trim());
  return cookies.find((cookie) => cookie.startsWith(`${name}=`))?.slice(name.length + 1);
}

/** @throws GraphError `payloadTooLarge` */
async function formOf(request: GraphRequest): Promise<NonNullable<Visitor['form']>> {
  const text = await textOf(request);
  if (text.length > longestForm) throw new GraphError('payloadTooLarge', { values: { limit: String(longestForm) } });
  const fields = new URLSearchParams(text);
  const [password, userId] = [fields.get('password'), fields.get('user')];
  return { ...(password !== null && { password }), ...(userId !== null && { userId }) };
}

/** A trigger of such pages; whose tenant's they are, the URL tells. */
const pages = (route: string, tokenOf: TokenOf, isFramed = false): Omit<Trigger, 'name'> => ({
  methods: ['GET', 'POST'],
  route,
  isAside: true,
  tenantOf: (request, params) => tenantOfLink(tokenOf(request, params), request.query),
  isHandedOut(request, params, context) {
    const token = tokenOf(request, params);
    return isOfLink({ token, tenant: tenantOfLink(token, request.query) }, context);
  },
  handler: pageBehind(tokenOf, isFramed),
});

const inPath: TokenOf = (_, { token = '' }) => token;

// The shapes of F2.6; `mark` is `:w:` and the like.
http('linkPage-personal', pages('{mark}/g/personal/{owner}/{token}', inPath));
http('linkPage-site', pages('{mark}/s/{site}/{token}', inPath));
http('linkPage-consumer', pages('{mark}/c/{cid}/{token}', inPath));
http(
  'embedPage',
  pages('embed', ({ query }) => query.get('authkey') ?? '', true),
);
