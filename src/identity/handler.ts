import { GraphError } from '../errors.ts';
import { textOf } from '../graph/body.ts';
import type { GraphRequest, GraphResponse } from '../graph/request.ts';
import { type Exchange, exchangeOf, toErrorResponse } from '../graph/response.ts';
import { type Handler, isVersion } from '../graph/router.ts';
import type { Context } from '../operation.ts';
import { IdentityError } from './errors.ts';
import { html, type Html, page, pageHeaders } from './html.ts';
import { type Parameters, parametersOf } from './parameters.ts';
import { tenantOf } from './tenant.ts';

/** One request to the sign-in endpoints. */
export interface SignIn {
  readonly method: string;
  /** The tenant's id. */
  readonly tenant: string;
  /** The tenant as the path names it: `common`, `contoso.com`, an id. */
  readonly authority: string;
  readonly origin: string;
  /** Of the query, or of the form of a POST. */
  readonly parameters: Parameters;
  readonly header: (name: string) => string | null;
}

/** An answer: JSON, a page, or a redirect. */
export interface SignInAnswer {
  readonly status: number;
  readonly json?: object;
  readonly page?: Html;
  readonly location?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

export type SignInOperation = (call: SignIn, context: Context) => Promise<SignInAnswer>;

/** The shared handler of the sign-in endpoints; `refusesWith` is how a refusal is shown, to a program or to a person. */
export function handleSignIn(operation: SignInOperation, refusesWith: 'json' | 'page' = 'json'): Handler {
  return async (request, place, context) => {
    const exchange = exchangeOf(request, context);
    try {
      const { tenant: authority = '' } = place.params;
      // `/v1.0/oauth2/…` is Graph's, and leads nowhere there; nor does any other where Entra ID itself issues the tokens.
      if (isVersion(authority) || context.settings.GRAPH_MOCK_AUTH === 'entra')
        return unknownSegment(request, exchange, context);
      const { method, headers } = request;
      const header = (name: string): string | null => headers.get(name);
      const parameters = await parametersIn(request);
      const call = { method, tenant: tenantOf(authority), authority, origin: exchange.origin, parameters, header };
      return toResponse(await operation(call, context), exchange);
    } catch (thrown) {
      const error = toIdentityError(thrown);
      if (error.row.status >= 500) context.report(error);
      return toResponse(refusesWith === 'page' ? toPage(error) : toJson(error, exchange, context), exchange);
    }
  };
}

/** In characters: more than any sign-in needs. */
const longestForm = 128 * 1024;

async function parametersIn(request: GraphRequest): Promise<Parameters> {
  if (request.method !== 'POST') return parametersOf(request.query);
  // Of a body that is no form, Entra ID sees no parameters [seen].
  if (!/^application\/x-www-form-urlencoded\b/i.test(request.headers.get('content-type') ?? '')) return {};
  const text = await textOf(request);
  if (text.length > longestForm) throw new IdentityError('malformed');
  return parametersOf(new URLSearchParams(text));
}

function unknownSegment({ url }: GraphRequest, exchange: Exchange, context: Context): GraphResponse {
  const segment = new URL(url).pathname.split('/')[2] ?? '';
  return toErrorResponse(new GraphError('unknownSegment', { values: { segment } }), exchange, context);
}

/** What the store, the body or we ourselves have done, in this protocol's words. */
function toIdentityError(thrown: unknown): IdentityError {
  if (thrown instanceof IdentityError) return thrown;
  if (!(thrown instanceof GraphError)) return new IdentityError('unexpected', { cause: thrown });
  if (thrown.row.status < 500) return new IdentityError('malformed', { cause: thrown });
  return new IdentityError('unavailable', { cause: thrown });
}

/** @see https://learn.microsoft.com/entra/identity-platform/reference-error-codes#handling-error-codes-in-your-application */
function toJson({ row, message }: IdentityError, exchange: Exchange, { clock }: Context): SignInAnswer {
  const { requestId: trace_id, clientRequestId: correlation_id } = exchange;
  const timestamp = `${clock().toISOString().slice(0, 19).replace('T', ' ')}Z`;
  return {
    status: row.status,
    ...(row.headers && { headers: row.headers }),
    json: {
      error: row.error,
      error_description: `AADSTS${row.code}: ${message} Trace ID: ${trace_id} Correlation ID: ${correlation_id} Timestamp: ${timestamp}`,
      error_codes: [row.code],
      timestamp,
      trace_id,
      correlation_id,
    },
  };
}

const toPage = ({ row, message }: IdentityError): SignInAnswer => ({
  status: row.status,
  ...(row.headers && { headers: row.headers }),
  page: page('Sign-in failed', html`<p role="alert">AADSTS${String(row.code)}: ${message}</p>`),
});

function toResponse({ status, json, page: shown, location, headers }: SignInAnswer, exchange: Exchange): GraphResponse {
  const body = json ? JSON.stringify(json) : shown?.markup;
  return {
    status,
    headers: {
      'x-ms-request-id': exchange.requestId,
      'client-request-id': exchange.clientRequestId,
      'Cache-Control': 'no-store, no-cache',
      Pragma: 'no-cache',
      'Strict-Transport-Security': 'max-age=31536000; includeSubDomains',
      'Access-Control-Allow-Origin': '*',
      ...(json && { 'Content-Type': 'application/json; charset=utf-8' }),
      ...(shown && pageHeaders()),
      ...(location !== undefined && { Location: location }),
      ...headers,
    },
    ...(body !== undefined && !exchange.isHead && { body }),
  };
}
