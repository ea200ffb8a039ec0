import { GraphError } from '../errors.ts';
import type { Answer, Context } from '../operation.ts';
import type { GraphRequest, GraphResponse } from './request.ts';

/** What every answer to one request has in common. */
export interface Exchange {
  readonly requestId: string;
  readonly clientRequestId: string;
  readonly isHead: boolean;
  /** The origin of absolute URLs: the configured one, else what a proxy in front tells, else the request's own (F15). */
  readonly origin: string;
  /** `none` leaves `@odata.context` out (F10, `Accept: application/json;odata.metadata=none`). */
  readonly metadataLevel: 'none' | 'minimal' | 'full';
}

export function exchangeOf(request: GraphRequest, context: Context): Exchange {
  const requestId = context.newId();
  const [, level] = /odata\.metadata=(none|full)/i.exec(request.headers.get('accept') ?? '') ?? [];
  return {
    requestId,
    clientRequestId: request.headers.get('client-request-id') || requestId,
    isHead: request.method === 'HEAD',
    origin: context.settings.GRAPH_MOCK_PUBLIC_URL ?? originOf(request),
    metadataLevel: level === undefined ? 'minimal' : level.toLowerCase() === 'none' ? 'none' : 'full',
  };
}

function originOf({ url, headers }: GraphRequest): string {
  const own = url.slice(0, url.indexOf('/', url.indexOf('://') + 3));
  const [forwardedHost, forwardedProto] = [headers.get('x-forwarded-host'), headers.get('x-forwarded-proto')];
  if (forwardedHost === null && forwardedProto === null) return own;
  const [host] = (forwardedHost ?? '').split(',');
  const [protocol] = (forwardedProto ?? '').split(',');
  const scheme = /^https?$/i.test(protocol?.trim() ?? '')
    ? protocol?.trim().toLowerCase()
    : own.slice(0, own.indexOf(':'));
  // Whatever is no host and port would let a header write the rest of the URL.
  const given = host?.trim() ?? '';
  const isAuthority = /^[\w.-]+(:\d+)?$|^\[[\da-f:]+\](:\d+)?$/i.test(given) && URL.canParse(`http://${given}`);
  const authority = isAuthority ? given : undefined;
  return authority ? `${scheme}://${authority}` : `${scheme}${own.slice(own.indexOf(':'))}`;
}

const diagnostic = JSON.stringify({
  ServerInfo: { DataCenter: 'Mock', Slice: 'E', Ring: '1', ScaleUnit: '000', RoleInstance: 'graph-sharing-mock' },
});

// Where an object literal begins with a spread, V8 (Node 20) adds each property after it at a cost of microseconds; a
// spread that comes later costs next to nothing (bench/README.md). What every call passes keeps to that.

/** The headers of F10 that every answer has. */
export function commonHeaders({ requestId, clientRequestId }: Exchange): Record<string, string> {
  return {
    'request-id': requestId,
    'client-request-id': clientRequestId,
    'x-ms-ags-diagnostic': diagnostic,
    'Strict-Transport-Security': 'max-age=31536000',
    Vary: 'Accept-Encoding',
    'Access-Control-Allow-Origin': '*',
    'Access-Control-Expose-Headers':
      'ETag, Location, Preference-Applied, Content-Range, request-id, client-request-id, Retry-After',
  };
}

/** The one place where an answer becomes HTTP. `root` is the service root, for `@odata.context`. */
export function toResponse(answer: Answer, exchange: Exchange, root: string): GraphResponse {
  const { status, body, metadata } = answer;
  const headers = commonHeaders(exchange);
  headers['Cache-Control'] = 'no-store, no-cache';
  if (body === undefined || body instanceof Uint8Array) {
    Object.assign(headers, answer.headers);
    return body === undefined ? { status, headers } : withBody(status, headers, body, exchange);
  }
  headers['Content-Type'] = resourceTypes[exchange.metadataLevel];
  headers['OData-Version'] = '4.0';
  Object.assign(headers, answer.headers);
  const resource =
    metadata === undefined || exchange.metadataLevel === 'none'
      ? body
      : { '@odata.context': `${root}/$metadata${metadata}`, ...body };
  return withBody(status, headers, JSON.stringify(resource), exchange);
}

const resourceType = (level: Exchange['metadataLevel']): string =>
  `application/json;odata.metadata=${level};odata.streaming=true;IEEE754Compatible=false;charset=utf-8`;

const resourceTypes = {
  none: resourceType('none'),
  minimal: resourceType('minimal'),
  full: resourceType('full'),
} satisfies Record<Exchange['metadataLevel'], string>;

/** A document that is no resource: `$metadata`, and what the mock tells of itself. */
export function toDocumentResponse(type: string, body: string, exchange: Exchange): GraphResponse {
  return withBody(200, { 'Content-Type': type, 'OData-Version': '4.0', ...commonHeaders(exchange) }, body, exchange);
}

/** The one place where a failure becomes HTTP (F9.1). What is no GraphError is our own fault: reported, and not shown. */
export function toErrorResponse(thrown: unknown, exchange: Exchange, context: Context): GraphResponse {
  const error = thrown instanceof GraphError ? thrown : new GraphError('unexpected', { cause: thrown });
  if (error.row.status >= 500 && !error.row.isMeant) context.report(error);
  const { code, innerCode } = error.row;
  const body = {
    error: {
      code,
      message: error.message,
      ...(error.details.length > 0 && { details: error.details }),
      innerError: {
        ...(innerCode !== undefined && { code: innerCode }),
        date: context.clock().toISOString().slice(0, 19), // without a Z, F9.1 [seen]
        'request-id': exchange.requestId,
        'client-request-id': exchange.clientRequestId,
      },
    },
  };
  return withBody(
    error.row.status,
    {
      'Cache-Control': 'no-cache',
      'Content-Type': 'application/json',
      ...commonHeaders(exchange),
      ...error.headers,
    },
    JSON.stringify(body),
    exchange,
  );
}

/** A browser asks before it sends a token (F10). */
export function toPreflightResponse(exchange: Exchange): GraphResponse {
  return {
    status: 204,
    headers: {
      ...commonHeaders(exchange),
      'Access-Control-Allow-Methods': 'GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS',
      'Access-Control-Allow-Headers':
        'Authorization, Content-Type, Prefer, SdkVersion, client-request-id, ConsistencyLevel, Workbook-Session-Id, If-Match, If-None-Match',
      'Access-Control-Max-Age': '86400',
    },
  };
}

export function withBody(
  status: number,
  headers: Record<string, string>,
  body: string | Uint8Array,
  { isHead }: Exchange,
): GraphResponse {
  return isHead ? { status, headers } : { status, headers, body };
}
