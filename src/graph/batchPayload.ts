import * as z from 'zod';

import { GraphError } from '../errors.ts';

/** F12. */
const mostParts = 20;

/** Relative to the service root; a scheme or a host is refused (F12; the error is [seen]). */
const relativeUrl = z.string().refine((url) => url !== '' && !/^([a-z][a-z\d+.-]*:)?\/\//i.test(url));

const partSchema = z.object({
  id: z.string().min(1),
  method: z
    .string()
    .toUpperCase()
    .pipe(z.enum(['GET', 'POST', 'PUT', 'PATCH', 'DELETE'])),
  url: relativeUrl,
  headers: z
    .record(z.string(), z.string())
    .nullish()
    .transform((headers) => new Map(Object.entries(headers ?? {}).map(([name, value]) => [name.toLowerCase(), value]))),
  body: z.unknown().optional(),
  dependsOn: z
    .array(z.string())
    .nullish()
    .transform((ids) => ids ?? []),
});

const payloadSchema = z.object({ requests: z.array(z.unknown()).min(1) });

/** One request of a batch. Ids are compared without regard to case (F12), so `key` and `dependsOn` have none. */
export interface Part extends Omit<z.output<typeof partSchema>, 'body'> {
  readonly key: string;
  readonly body?: Uint8Array<ArrayBuffer>;
}

/**
 * The parts of a batch. What is wrong with the payload is wrong with the whole of it, and nothing of it is done (F12).
 *
 * @throws GraphError `batchMalformed`, `batchTooLong`, `batchRepeatedId`, `batchIncompleteWrite`, `batchDependency`
 */
export function partsOf(payload: unknown): Part[] {
  const { requests } = parsed(payloadSchema, payload);
  if (requests.length > mostParts) throw new GraphError('batchTooLong', { values: { limit: String(mostParts) } });
  const earlier = new Set<string>();
  return requests.map((request) => {
    const part = toPart(parsed(partSchema, request));
    const { id, key, dependsOn } = part;
    if (earlier.has(key)) throw new GraphError('batchRepeatedId', { values: { id } });
    // An id that comes later is refused too, so that no parts can wait for each other.
    if (dependsOn.some((other) => !earlier.has(other))) throw new GraphError('batchDependency', { values: { id } });
    earlier.add(key);
    return part;
  });
}

function parsed<Schema extends z.ZodType>(schema: Schema, value: unknown): z.output<Schema> {
  const result = schema.safeParse(value);
  if (!result.success) throw new GraphError('batchMalformed');
  return result.data;
}

function toPart({ body, ...given }: z.output<typeof partSchema>): Part {
  const { id, method, headers, dependsOn } = given;
  const type = headers.get('content-type');
  const isWrite = method !== 'GET' && method !== 'DELETE';
  const isThere = body !== undefined && body !== null;
  if (isWrite && (!type || !isThere)) throw new GraphError('batchIncompleteWrite', { values: { id } });
  return {
    ...given,
    key: id.toLowerCase(),
    dependsOn: dependsOn.map((other) => other.toLowerCase()),
    ...(isThere && { body: bytesOf(body, type ?? '') }),
  };
}

export const isJson = (contentType: string): boolean => /^\s*[\w.+-]+\/([\w.+-]+\+)?json\s*(;|$)/i.test(contentType);

/** JSON as it is; anything else is base64url text (F12), of which the official JavaScript client sends the plain alphabet. */
function bytesOf(body: unknown, type: string): Uint8Array<ArrayBuffer> {
  if (isJson(type)) return new TextEncoder().encode(JSON.stringify(body));
  if (typeof body !== 'string' || !/^[\w+/-]*={0,2}$/.test(body)) throw new GraphError('batchMalformed');
  return new Uint8Array(Buffer.from(body, 'base64url'));
}
