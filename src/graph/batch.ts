import { GraphError } from '../errors.ts';
import { merged } from '../merged.ts';
import { type Answer, type Call, type Context, type Operation, scopes } from '../operation.ts';
import { isJson, type Part, partsOf } from './batchPayload.ts';
import { jsonOf } from './body.ts';
import { areTooLarge, headersTooLarge } from './limits.ts';
import type { GraphRequest, GraphResponse } from './request.ts';
import { exchangeOf, toErrorResponse } from './response.ts';

type Dispatch = (request: GraphRequest, context: Context) => Promise<GraphResponse>;

/**
 * Up to twenty requests in one (F12). Each goes to the handler it would go to on its own, with the token of the whole;
 * those that depend on none go at once. 200 whatever becomes of them; 400 for a payload that is not understood.
 *
 * @see https://learn.microsoft.com/graph/json-batching
 */
export function batchOver(dispatch: Dispatch): Operation<undefined, undefined, Uint8Array> {
  async function run(call: Call<undefined, Uint8Array>, context: Context): Promise<Answer> {
    if (context.inBatch) throw new GraphError('batchNested');
    const parts = partsOf(jsonOf(call.body, { headers: { get: call.header } }));
    const inner: Context = merged(context, { inBatch: true as const });

    async function answerTo(part: Part, needed: readonly Promise<GraphResponse>[]): Promise<GraphResponse> {
      const isTooLarge = areTooLarge([...part.headers].flat());
      const request = requestOf(isTooLarge ? { ...part, headers: new Map() } : part, call);
      const before = await Promise.all(needed);
      if (isTooLarge) return toErrorResponse(headersTooLarge(), exchangeOf(request, context), context);
      if (before.every(({ status }) => status < 400)) return dispatch(request, inner);
      return toErrorResponse(new GraphError('failedDependency'), exchangeOf(request, context), context);
    }

    const answers = new Map<string, Promise<GraphResponse>>();
    const responses = parts.map(async (part) => {
      const answer = answerTo(
        part,
        part.dependsOn.flatMap((key) => answers.get(key) ?? []),
      );
      answers.set(part.key, answer);
      return { id: part.id, ...toPartAnswer(await answer) };
    });
    return { status: 200, body: { responses: await Promise.all(responses) } };
  }

  return {
    name: '$batch',
    // Each part asks for its own.
    scopes: scopes.any,
    needs: 'token',
    result: { statuses: [200] },
    // Not by a schema, which would tidy up the bodies of the parts.
    body: 'bytes',
    locate: async () => undefined,
    run,
  };
}

/** What concerns the whole exchange is not a part's to say. */
const ofTheWhole = new Set(['authorization', 'host', 'content-length', 'x-forwarded-host', 'x-forwarded-proto']);

function requestOf({ method, url, headers, body }: Part, { root, header }: Call<undefined, Uint8Array>): GraphRequest {
  const absolute = `${root}/${url.replace(/^\//, '')}`;
  const bytes = body ?? new Uint8Array();
  const shown = headersOf(headers, header);
  return {
    method,
    url: absolute,
    params: {},
    query: new URLSearchParams(/\?([^#]*)/.exec(absolute)?.[1]),
    headers: { get: (name) => shown.get(name) ?? null, forEach: (take) => shown.forEach(take) },
    bytes: async () => bytes,
  };
}

/** A part's own headers, with the token of the whole; a part without an id of its own is traced by that of the whole. */
function headersOf(own: ReadonlyMap<string, string>, ofWhole: (name: string) => string | null): Map<string, string> {
  const headers = new Map([...own].filter(([name]) => !ofTheWhole.has(name)));
  for (const name of ['authorization', 'client-request-id']) {
    const value = ofWhole(name);
    if (value !== null && !headers.has(name)) headers.set(name, value);
  }
  return headers;
}

const headersOfTheWhole = new Set(['cache-control', 'vary', 'strict-transport-security', 'x-ms-ags-diagnostic']);

/** Headers that belong to the answer as a whole. */
function isOfTheWhole(given: string): boolean {
  const name = given.toLowerCase();
  return headersOfTheWhole.has(name) || name.startsWith('access-control-');
}

/** A part's answer as F12 shows it: no body for 204 or 302, JSON as it is, anything else as base64url text. */
function toPartAnswer({ status, headers: all, body }: GraphResponse) {
  const own = Object.fromEntries(Object.entries(all).filter(([name]) => !isOfTheWhole(name)));
  const headers = { 'Cache-Control': 'no-cache', ...own };
  if (body === undefined || body.length === 0) return { status, headers };
  if (typeof body !== 'string' || !isJson(all['Content-Type'] ?? ''))
    return { status, headers, body: Buffer.from(body).toString('base64url') };
  const json: unknown = JSON.parse(body);
  return { status, headers, body: json };
}
