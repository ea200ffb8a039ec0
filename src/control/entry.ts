import * as z from 'zod';

import type { Credentials } from '../graph/caller.ts';
import type { Claims } from '../graph/claims.ts';
import { requestIdIn } from '../graph/observe.ts';
import { pathOf } from '../graph/place.ts';
import type { GraphResponse } from '../graph/request.ts';
import { lazy } from '../lazy.ts';
import type { Scopes } from '../operation.ts';
import type { Observed } from './observed.ts';
import { masked, maskedHeader, maskedHeaders, maskedQuery, maskedText } from './secrets.ts';

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

/** What a reader may count on of an entry, warnings and all. */
export const entrySchema = lazy(() =>
  z
    .looseObject({
      id: z.string(),
      time: z.iso.datetime(),
      method: z.string(),
      path: z.string(),
      query: z.string(),
      headers: z.record(z.string(), z.unknown()),
      body: z.unknown().optional(),
      operation: z.string().exactOptional(),
      app: z.string(),
      status: z.int(),
      code: z.string().exactOptional(),
      durationMs: z.number(),
      requestId: z.string(),
      clientRequestId: z.string(),
      faults: z.array(z.string()),
      warnings: z.array(z.object({ code: z.string(), message: z.string() })),
    })
    .meta({ id: 'request' }),
);

/**
 * What is known of a request once it is answered, until it becomes an entry. What a host needs to answer it is much more,
 * and is not kept with it.
 */
export interface Noted extends Pick<Observed, 'method' | 'url' | 'headers' | 'body'> {
  readonly credentials: Credentials;
  readonly operation: string | undefined;
  readonly scopes: Scopes | undefined;
  readonly arrived: number;
  /** The tenant's own time, in milliseconds. */
  readonly time: number;
  readonly durationMs: number;
  readonly hits: readonly string[];
  /** Of the answer, which may be long, no more than what an entry shows. */
  readonly status: number;
  readonly responseHeaders: Readonly<Record<string, string>>;
  readonly responseBytes: number;
  /** The body of an error. */
  readonly error: string | undefined;
}

/** What is noted of an answer. */
export function outcomeOf({ status, headers: responseHeaders, body, drop }: GraphResponse) {
  if (drop) return { status: 0, responseHeaders, responseBytes: 0, error: undefined };
  const responseBytes = body === undefined ? 0 : Buffer.byteLength(body);
  return {
    status,
    responseHeaders,
    responseBytes,
    error: status >= 400 && typeof body === 'string' ? body : undefined,
  };
}

export function toEntry(noted: Noted, id: string, serial: number): Entry {
  const { url, headers, responseHeaders, scopes } = noted;
  const path = pathOf(url);
  const [, query = ''] = /\?([^#]*)/.exec(url) ?? [];
  const body = shownBody(noted.body, headers.get('content-type') ?? '');
  const code = noted.error === undefined ? undefined : codeIn(noted.error);
  const { caller, said } = noted.credentials;
  const kind = caller.user ? 'delegated' : 'application';
  return {
    id,
    time: new Date(noted.time).toISOString(),
    method: noted.method,
    path: maskedText(path),
    query: maskedQuery(query),
    headers: maskedHeaders(headers.entries?.() ?? [], said?.written),
    ...(body !== undefined && { body }),
    ...(noted.operation !== undefined && { operation: noted.operation }),
    app: caller.app.id,
    status: noted.status,
    ...(code !== undefined && { code }),
    durationMs: Math.round(noted.durationMs * 1000) / 1000,
    requestId: requestIdIn(responseHeaders),
    clientRequestId: maskedText(responseHeaders['client-request-id'] ?? ''),
    faults: noted.hits,
    responseHeaders: Object.fromEntries(
      Object.entries(responseHeaders).map(([name, value]) => [name.toLowerCase(), maskedHeader(name, value)]),
    ),
    responseBytes: noted.responseBytes,
    ...(scopes && { acceptedScopes: scopes[kind] }),
    grantedScopes: grantedBy(said?.claims, kind),
    caller: kind,
    arrived: noted.arrived,
    serial,
  };
}

function shownBody(body: Observed['body'], type: string): unknown {
  if (typeof body === 'number') return `(${body} bytes)`;
  if (!body?.byteLength) return undefined;
  const length = `(${body.byteLength} bytes)`;
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(body);
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

function codeIn(body: string): string | undefined {
  try {
    const { error }: { error?: unknown } = JSON.parse(body);
    if (typeof error === 'string') return error;
    const code = typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
    return typeof code === 'string' ? code : undefined;
  } catch {
    return undefined;
  }
}

const grantedBy = (claims: Claims | undefined, kind: Entry['caller']): readonly string[] =>
  (kind === 'application' ? claims?.roles : claims?.scp?.split(' ').filter(Boolean)) ?? [];
