import * as z from 'zod';

import manifest from '../../package.json' with { type: 'json' };
import { lazy } from '../lazy.ts';
import type { WarnedEntry } from './guidance.ts';

/** Of what HAR asks for, as much as tells that it is one. */
export const harSchema = lazy(() =>
  z
    .object({ log: z.looseObject({ version: z.literal('1.2'), entries: z.array(z.looseObject({})) }) })
    .meta({ id: 'har' }),
);

/** The journal as an HTTP archive, the oldest entry first. What was not measured is -1, as HAR wants it. */
export const toHar = (entries: readonly WarnedEntry[], origin: string) => ({
  log: {
    version: '1.2',
    creator: { name: manifest.name, version: manifest.version },
    entries: entries.map((entry) => toHarEntry(entry, origin)),
  },
});

const unknown = -1;

const headersOf = (headers: Readonly<Record<string, unknown>>) =>
  Object.entries(headers).map(([name, value]) => ({
    name,
    value: typeof value === 'string' ? value : `Bearer ${JSON.stringify(value)}`,
  }));

function toHarEntry(entry: WarnedEntry, origin: string) {
  const { time, durationMs, method, path, query, headers, body, status, responseHeaders, responseBytes } = entry;
  const text = body === undefined || typeof body === 'string' ? body : JSON.stringify(body);
  const mimeType = typeof headers['content-type'] === 'string' ? headers['content-type'] : '';
  const comments = [
    ...entry.faults.map((fault) => `fault ${fault}`),
    ...entry.warnings.map(({ code, message }) => `${code}: ${message}`),
  ];
  return {
    startedDateTime: time,
    time: durationMs,
    request: {
      method,
      url: `${origin}${path}${query && `?${query}`}`,
      httpVersion: 'HTTP/1.1',
      cookies: [],
      headers: headersOf(headers),
      queryString: Array.from(new URLSearchParams(query), ([name, value]) => ({ name, value })),
      ...(text !== undefined && { postData: { mimeType, text } }),
      headersSize: unknown,
      bodySize: unknown,
    },
    response: {
      status,
      statusText: '',
      httpVersion: 'HTTP/1.1',
      cookies: [],
      headers: headersOf(responseHeaders),
      content: { size: responseBytes, mimeType: responseHeaders['content-type'] ?? '' },
      redirectURL: responseHeaders['location'] ?? '',
      headersSize: unknown,
      bodySize: responseBytes,
    },
    cache: {},
    timings: { send: 0, wait: durationMs, receive: 0 },
    ...(comments.length > 0 && { comment: comments.join('\n') }),
  };
}
