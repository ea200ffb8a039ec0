import { GraphError } from '../src/errors.ts';
import { toEnteredResponse, toPageResponse } from '../src/graph/pageResponse.ts';
import { pathOf } from '../src/graph/place.ts';
import type { GraphRequest } from '../src/graph/request.ts';
import { exchangeOf, toErrorResponse } from '../src/graph/response.ts';
import type { Handler } from '../src/graph/router.ts';
import { cookieNameOf } from '../src/page/ticket.ts';
import { toPage } from '../src/page/views.ts';
import { visit, type Visitor } from '../src/page/visit.ts';
import { isLinkUrl } from '../src/sharing/linkUrl.ts';
import { http } from './http.ts';

// Where the URL of a link leads a browser. For people, so no version, no token, and no JSON.

/** The most a form may have, in bytes: a password and an id. */
const longestForm = 8 * 1024;

/** A page for the token that `tokenOf` finds in the request. */
const pageBehind =
  (tokenOf: (request: GraphRequest, params: Readonly<Record<string, string>>) => string, isFramed: boolean): Handler =>
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
      const visitor = { token, path, origin: exchange.origin, ...(ticket && { ticket }), ...(form && { form }) };
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
  const text = await request.text();
  if (text.length > longestForm) throw new GraphError('payloadTooLarge', { values: { limit: String(longestForm) } });
  const fields = new URLSearchParams(text);
  const [password, userId] = [fields.get('password'), fields.get('user')];
  return { ...(password !== null && { password }), ...(userId !== null && { userId }) };
}

const inPath = pageBehind((_, { token = '' }) => token, false);
const methods = ['GET', 'POST'] as const;

// The shapes of F2.6; `mark` is `:w:` and the like.
http('linkPage-personal', { methods, route: '{mark}/g/personal/{owner}/{token}', handler: inPath });
http('linkPage-site', { methods, route: '{mark}/s/{site}/{token}', handler: inPath });
http('linkPage-consumer', { methods, route: '{mark}/c/{cid}/{token}', handler: inPath });
http('embedPage', { methods, route: 'embed', handler: pageBehind(({ query }) => query.get('authkey') ?? '', true) });
