import * as z from 'zod';

import type { Credentials } from '../graph/caller.ts';
import type { Claims } from '../graph/claims.ts';
import { requestIdIn } from '../graph/observe.ts';
import { pathOf } from '../graph/place.ts';
import type { GraphRequest, GraphResponse } from '../graph/request.ts';
import { lazy } from '../lazy.ts';
import type { Scopes } from '../operation.ts';
import { factsIn, type Pooled, pooled } from './pool.ts';
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
  readonly request: GraphRequest;
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

/** In bytes: of a body that is longer the journal knows its length alone. */
const longestBody = 16 * 1024;

/** Of the texts that are held: those before it have each a meaning of their own. */
const firstHeader = 5;

/** Texts and numbers as they are: as JSON they would take five times as long. */
export function hold(noted: Noted, serial: number): Held {
  const { request, credentials, scopes, operation = '', arrived, time, durationMs, hits, response } = noted;
  const { status, body: answer, drop } = response;
  const { method, url, seen } = request;
  const isLong = seen !== undefined && seen.length > longestBody;
  const body = seen && !isLong ? latin1Of(seen) : '';
  const error = status >= 400 && !drop && typeof answer === 'string' ? answer : '';
  const texts = [operation, method, url, body, error];
  // Of a token nothing but its claims is shown, and they are held already: it is most of a request.
  request.headers.forEach?.((value, name) => texts.push(name, isAuthorization(name) ? '' : value));
  const firstResponseHeader = texts.length;
  for (const name in response.headers) texts.push(name, response.headers[name] ?? '');
  const firstHit = texts.length;
  if (hits.length > 0) texts.push(...hits);
  const unseen = isLong ? seen.length : 0;
  const responseBytes = answer === undefined || drop ? 0 : Buffer.byteLength(answer);
  const places = [firstResponseHeader, firstHit];
  const numbers = [serial, arrived, time, durationMs, drop ? 0 : status, unseen, responseBytes, ...places];
  return { facts: pooled({ numbers, texts }), credentials, scopes };
}

/** A byte a character. */
const latin1Of = ({ buffer, byteOffset, length }: Uint8Array): string =>
  Buffer.from(buffer, byteOffset, length).toString('latin1');

const isAuthorization = (name: string): boolean =>
  name.length === 'authorization'.length && name.toLowerCase() === 'authorization';

/** Names and values in turn, from one place to another. */
const pairsIn = (texts: readonly string[], start: number, end: number): [string, string][] =>
  Array.from({ length: (end - start) / 2 }, (_, n) => [texts[start + 2 * n] ?? '', texts[start + 2 * n + 1] ?? '']);

/** @param instance tells this process's entries from those of others */
export function toEntry({ facts, credentials, scopes }: Held, instance: string): Entry {
  const { numbers, texts } = factsIn(facts);
  const [serial = 0, arrived = 0, time = 0, durationMs = 0, status = 0, unseen = 0, responseBytes = 0, ...places] =
    numbers;
  const [firstResponseHeader = 0, firstHit = 0] = places;
  const [operation = '', method = '', url = '', sent = '', error = ''] = texts;
  const headers = pairsIn(texts, firstHeader, firstResponseHeader);
  const answered = pairsIn(texts, firstResponseHeader, firstHit);
  const responseHeaders = Object.fromEntries(answered);
  const [, type = ''] = headers.find(([name]) => /^content-type$/i.test(name)) ?? [];
  const path = pathOf(url);
  const [, query = ''] = /\?([^#]*)/.exec(url) ?? [];
  const body = unseen > 0 ? lengthOf(unseen) : shownBody(sent, type);
  const code = codeIn(error);
  const { caller, said } = credentials;
  const kind = caller.user ? 'delegated' : 'application';
  return {
    id: `${instance}-${serial}`,
    time: new Date(time).toISOString(),
    method,
    path: maskedText(path),
    query: maskedQuery(query),
    headers: maskedHeaders(headers, said?.written),
    ...(body !== undefined && { body }),
    ...(operation !== '' && { operation }),
    app: caller.app.id,
    status,
    ...(code !== undefined && { code }),
    durationMs: Math.round(durationMs * 1000) / 1000,
    requestId: requestIdIn(responseHeaders),
    clientRequestId: maskedText(responseHeaders['client-request-id'] ?? ''),
    faults: texts.slice(firstHit),
    responseHeaders: Object.fromEntries(
      answered.map(([name, value]) => [name.toLowerCase(), maskedHeader(name, value)]),
    ),
    responseBytes,
    ...(scopes && { acceptedScopes: scopes[kind] }),
    grantedScopes: grantedBy(said?.claims, kind),
    caller: kind,
    arrived,
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
