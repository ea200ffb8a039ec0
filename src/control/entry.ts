import * as z from 'zod';

import type { Credentials } from '../graph/caller.ts';
import type { Claims } from '../graph/claims.ts';
import { requestIdIn } from '../graph/observe.ts';
import { pathOf } from '../graph/place.ts';
import type { GraphResponse } from '../graph/request.ts';
import { lazy } from '../lazy.ts';
import type { Scopes } from '../operation.ts';
import type { Observed } from './observed.ts';
import { type Pooled, pooled, textsIn } from './pool.ts';
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
 * A request as it waits to become an entry: its texts lie outside of the heap. A thousand requests held as they are would be
 * moved by the collector again and again, and the heap would grow to twice its size (bench/README.md).
 */
export interface Held extends Omit<Noted, 'seen' | 'response'> {
  /**
   * Method, URL, body, the body of an error, and then names and values of headers in turn: the request's, and from there on
   * the response's. As JSON all this would take five times as long.
   */
  readonly texts: Pooled;
  readonly firstResponseHeader: number;
  /** Of a body that is longer than the journal keeps. */
  readonly bodyBytes: number | undefined;
  readonly status: number;
  readonly responseBytes: number;
}

/** Of the texts that are held: those before it have each their own meaning. */
const firstHeader = 4;

export function hold(noted: Noted): Held {
  const { seen, credentials, scopes, operation, arrived, time, durationMs, hits, response } = noted;
  const { status, body: answer, drop } = response;
  // A byte a character.
  const body = typeof seen.body === 'object' ? latin1Of(seen.body) : '';
  const error = status >= 400 && !drop && typeof answer === 'string' ? answer : '';
  const texts = [seen.method, seen.url, body, error];
  // Of a token nothing but its claims is shown, and they are held already: it is most of a request.
  for (const [name, value] of seen.headers.entries?.() ?? []) texts.push(name, isAuthorization(name) ? '' : value);
  const firstResponseHeader = texts.length;
  for (const name in response.headers) texts.push(name, response.headers[name] ?? '');
  return {
    texts: pooled(texts),
    firstResponseHeader,
    bodyBytes: typeof seen.body === 'number' ? seen.body : undefined,
    credentials,
    scopes,
    operation,
    arrived,
    time,
    durationMs,
    hits,
    status: drop ? 0 : status,
    responseBytes: answer === undefined || drop ? 0 : Buffer.byteLength(answer),
  };
}

const latin1Of = ({ buffer, byteOffset, length }: Uint8Array): string =>
  Buffer.from(buffer, byteOffset, length).toString('latin1');

const isAuthorization = (name: string): boolean =>
  name.length === 'authorization'.length && name.toLowerCase() === 'authorization';

/** Names and values in turn, from one place to another. */
const pairsIn = (texts: readonly string[], start: number, end = texts.length): [string, string][] =>
  Array.from({ length: (end - start) / 2 }, (_, n) => [texts[start + 2 * n] ?? '', texts[start + 2 * n + 1] ?? '']);

export function toEntry(held: Held, id: string, serial: number): Entry {
  const { credentials, scopes, operation, bodyBytes } = held;
  const texts = textsIn(held.texts);
  const [method = '', url = '', sent = '', error = ''] = texts;
  const headers = pairsIn(texts, firstHeader, held.firstResponseHeader);
  const answered = pairsIn(texts, held.firstResponseHeader);
  const responseHeaders = Object.fromEntries(answered);
  const [, type = ''] = headers.find(([name]) => /^content-type$/i.test(name)) ?? [];
  const path = pathOf(url);
  const [, query = ''] = /\?([^#]*)/.exec(url) ?? [];
  const body = bodyBytes === undefined ? shownBody(sent, type) : lengthOf(bodyBytes);
  const code = codeIn(error);
  const { caller, said } = credentials;
  const kind = caller.user ? 'delegated' : 'application';
  return {
    id,
    time: new Date(held.time).toISOString(),
    method,
    path: maskedText(path),
    query: maskedQuery(query),
    headers: maskedHeaders(headers, said?.written),
    ...(body !== undefined && { body }),
    ...(operation !== undefined && { operation }),
    app: caller.app.id,
    status: held.status,
    ...(code !== undefined && { code }),
    durationMs: Math.round(held.durationMs * 1000) / 1000,
    requestId: requestIdIn(responseHeaders),
    clientRequestId: maskedText(responseHeaders['client-request-id'] ?? ''),
    faults: held.hits,
    responseHeaders: Object.fromEntries(
      answered.map(([name, value]) => [name.toLowerCase(), maskedHeader(name, value)]),
    ),
    responseBytes: held.responseBytes,
    ...(scopes && { acceptedScopes: scopes[kind] }),
    grantedScopes: grantedBy(said?.claims, kind),
    caller: kind,
    arrived: held.arrived,
    serial,
  };
}

const lengthOf = (bytes: number): string => `(${bytes} bytes)`;

/** `sent` has a byte a character. */
function shownBody(sent: string, type: string): unknown {
  if (!sent) return undefined;
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(Buffer.from(sent, 'latin1'));
  } catch {
    return lengthOf(sent.length);
  }
  if (/^application\/x-www-form-urlencoded\b/i.test(type)) return masked(Object.fromEntries(new URLSearchParams(text)));
  try {
    const json: unknown = JSON.parse(text);
    return masked(json);
  } catch {
    // Of what is no JSON nobody knows where its secrets are.
    return lengthOf(sent.length);
  }
}

function codeIn(body: string): string | undefined {
  if (!body) return undefined;
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
