import * as z from 'zod';

import type { Credentials } from '../graph/caller.ts';
import type { Claims } from '../graph/claims.ts';
import { requestIdIn } from '../graph/observe.ts';
import { pathOf } from '../graph/place.ts';
import type { GraphResponse } from '../graph/request.ts';
import { lazy } from '../lazy.ts';
import type { Scopes } from '../operation.ts';
import type { Observed } from './observed.ts';
import { type Pooled, pooled, textIn } from './pool.ts';
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

/** What is known of a request once it is answered. */
export interface Noted {
  readonly seen: Observed;
  readonly credentials: Credentials;
  readonly operation: string | undefined;
  readonly scopes: Scopes | undefined;
  readonly arrived: number;
  /** The tenant's own time, in milliseconds. */
  readonly time: number;
  readonly durationMs: number;
  readonly hits: readonly string[];
  readonly response: GraphResponse;
}

/**
 * A request as it waits to become an entry: its facts lie outside of the heap. A thousand requests held as they are would be
 * moved by the collector again and again, and the heap would grow to twice its size (bench/README.md).
 */
export interface Held {
  readonly facts: Pooled;
  readonly credentials: Credentials;
  readonly scopes: Scopes | undefined;
}

interface Facts extends Pick<Noted, 'operation' | 'arrived' | 'time' | 'durationMs' | 'hits'> {
  readonly method: string;
  readonly url: string;
  /** What has been read of it, a byte a character; or how many bytes that were. */
  readonly body: string | number | undefined;
  readonly status: number;
  readonly responseBytes: number;
  /** The body of an error. */
  readonly error: string | undefined;
  /** Names and values in turn, of which JSON is made the fastest. */
  readonly headers: readonly string[];
  readonly responseHeaders: readonly string[];
}

export function hold(noted: Noted): Held {
  const { seen, credentials, scopes, operation, arrived, time, durationMs, hits, response } = noted;
  const { method, url, body } = seen;
  const { status, body: answer, drop } = response;
  const headers: string[] = [];
  // Of a token nothing but its claims is shown, and they are held already: it is most of a request.
  for (const [name, value] of seen.headers.entries?.() ?? []) headers.push(name, isAuthorization(name) ? '' : value);
  const responseHeaders: string[] = [];
  for (const name in response.headers) responseHeaders.push(name, response.headers[name] ?? '');
  const facts: Facts = {
    method,
    url,
    body: typeof body === 'object' ? Buffer.from(body).toString('latin1') : body,
    operation,
    arrived,
    time,
    durationMs,
    hits,
    status: drop ? 0 : status,
    responseBytes: answer === undefined || drop ? 0 : Buffer.byteLength(answer),
    error: status >= 400 && !drop && typeof answer === 'string' ? answer : undefined,
    headers,
    responseHeaders,
  };
  return { facts: pooled(JSON.stringify(facts)), credentials, scopes };
}

const isAuthorization = (name: string): boolean =>
  name.length === 'authorization'.length && name.toLowerCase() === 'authorization';

const pairsIn = (flat: readonly string[]): [string, string][] =>
  flat.flatMap((name, at): [string, string][] => (at % 2 === 0 ? [[name, flat[at + 1] ?? '']] : []));

export function toEntry({ facts, credentials, scopes }: Held, id: string, serial: number): Entry {
  // `hold` has written it.
  const { url, ...noted } = JSON.parse(textIn(facts)) as Facts;
  const headers = pairsIn(noted.headers);
  const answered = pairsIn(noted.responseHeaders);
  const responseHeaders = Object.fromEntries(answered);
  const [, type = ''] = headers.find(([name]) => /^content-type$/i.test(name)) ?? [];
  const path = pathOf(url);
  const [, query = ''] = /\?([^#]*)/.exec(url) ?? [];
  const body = shownBody(noted.body, type);
  const code = noted.error === undefined ? undefined : codeIn(noted.error);
  const { caller, said } = credentials;
  const kind = caller.user ? 'delegated' : 'application';
  return {
    id,
    time: new Date(noted.time).toISOString(),
    method: noted.method,
    path: maskedText(path),
    query: maskedQuery(query),
    headers: maskedHeaders(headers, said?.written),
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
      answered.map(([name, value]) => [name.toLowerCase(), maskedHeader(name, value)]),
    ),
    responseBytes: noted.responseBytes,
    ...(scopes && { acceptedScopes: scopes[kind] }),
    grantedScopes: grantedBy(said?.claims, kind),
    caller: kind,
    arrived: noted.arrived,
    serial,
  };
}

function shownBody(body: Facts['body'], type: string): unknown {
  if (typeof body === 'number') return `(${body} bytes)`;
  if (!body) return undefined;
  const length = `(${body.length} bytes)`;
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(Buffer.from(body, 'latin1'));
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
