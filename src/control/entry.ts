import { pathOf } from '../graph/place.ts';
import type { GraphRequest, GraphResponse } from '../graph/request.ts';
import type { Scopes } from '../operation.ts';
import { masked, maskedHeaders, maskedText } from './secrets.ts';
import { appOfClaims, type Claims } from './tenant.ts';

/** A request that has been answered, as the journal keeps and shows it. No secret is in it. */
export interface Entry {
  readonly id: string;
  /** The tenant's own time. */
  readonly time: string;
  readonly method: string;
  readonly path: string;
  readonly query: string;
  /** The authorization as its claims. */
  readonly headers: Readonly<Record<string, unknown>>;
  /** As far as it has been read: JSON, text, or how long it is. */
  readonly body?: unknown;
  /** None where the request led nowhere. */
  readonly operation?: string;
  readonly app: string;
  readonly status: number;
  /** Of an error. */
  readonly code?: string;
  readonly durationMs: number;
  readonly requestId: string;
  readonly clientRequestId: string;
  /** The faults that hit it, by their ids. */
  readonly faults: readonly string[];
  readonly responseHeaders: Readonly<Record<string, string>>;
  readonly responseBytes: number;
  /** Any of these would have been enough, with this kind of token; what the token had. */
  readonly acceptedScopes?: readonly string[];
  readonly grantedScopes: readonly string[];
  /** The kind of token. */
  readonly caller: 'delegated' | 'application';
  /** When it arrived, in milliseconds of the machine's time, and as which of this process's: for the order of entries. */
  readonly arrived: number;
  readonly serial: number;
}

/** What is taken hold of while the request is answered; an entry is made of it afterwards. */
export interface Noted {
  readonly request: GraphRequest;
  readonly body: () => ArrayBuffer | undefined;
  readonly claims: Claims | undefined;
  readonly operation: string | undefined;
  readonly scopes: Scopes | undefined;
  readonly arrived: number;
  readonly time: Date;
  readonly durationMs: number;
  readonly response: GraphResponse;
  readonly hits: readonly string[];
}

export function toEntry(noted: Noted, id: string, serial: number): Entry {
  const { request, claims, operation, scopes, response, arrived } = noted;
  const path = pathOf(request.url);
  const [, query = ''] = /\?([^#]*)/.exec(request.url) ?? [];
  const body = shownBody(noted.body(), request.headers.get('content-type') ?? '');
  const code = response.status >= 400 ? codeIn(response.body) : undefined;
  const granted = scopesIn(claims);
  const caller = granted.isApplication ? 'application' : 'delegated';
  return {
    id,
    time: noted.time.toISOString(),
    method: request.method,
    path: maskedText(path),
    query: maskedText(query),
    headers: maskedHeaders(request.headers.entries?.() ?? [], claims),
    ...(body !== undefined && { body }),
    ...(operation !== undefined && { operation }),
    app: appOfClaims(claims),
    status: response.drop ? 0 : response.status,
    ...(code !== undefined && !response.drop && { code }),
    durationMs: Math.round(noted.durationMs * 1000) / 1000,
    requestId: response.headers['request-id'] ?? '',
    clientRequestId: response.headers['client-request-id'] ?? '',
    faults: noted.hits,
    responseHeaders: Object.fromEntries(
      Object.entries(response.headers).map(([name, value]) => [name.toLowerCase(), maskedText(value)]),
    ),
    responseBytes: response.body === undefined ? 0 : Buffer.byteLength(response.body),
    ...(scopes && { acceptedScopes: scopes[caller] }),
    grantedScopes: granted.names,
    caller,
    arrived,
    serial,
  };
}

/** In bytes: what is longer is told by its length alone. */
const longestBody = 16 * 1024;

function shownBody(bytes: ArrayBuffer | undefined, type: string): unknown {
  if (!bytes || bytes.byteLength === 0) return undefined;
  const length = `(${bytes.byteLength} bytes)`;
  if (bytes.byteLength > longestBody) return length;
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return length;
  }
  if (/^application\/x-www-form-urlencoded\b/i.test(type)) return masked(Object.fromEntries(new URLSearchParams(text)));
  try {
    const json: unknown = JSON.parse(text);
    return masked(json);
  } catch {
    // Of what is no JSON nobody knows where its secrets are.
    return length;
  }
}

function codeIn(body: GraphResponse['body']): string | undefined {
  if (typeof body !== 'string') return undefined;
  try {
    const { error }: { error?: unknown } = JSON.parse(body);
    if (typeof error === 'string') return error;
    const code = typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
    return typeof code === 'string' ? code : undefined;
  } catch {
    return undefined;
  }
}

/** App-only: roles and no scp (F14.2). */
function scopesIn(claims: Claims | undefined): { names: string[]; isApplication: boolean } {
  const { scp, roles, idtyp } = claims ?? {};
  const isApplication = idtyp === 'app' || (Array.isArray(roles) && scp === undefined);
  if (isApplication) return { names: Array.isArray(roles) ? roles.map(String) : [], isApplication };
  return { names: typeof scp === 'string' ? scp.split(' ').filter(Boolean) : [], isApplication };
}
