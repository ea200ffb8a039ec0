import findMyWay from 'find-my-way';

import { GraphError } from '../errors.ts';
import { type Context, type Operation, versions } from '../operation.ts';
import { checkUri } from './limits.ts';
import { normalize, pathOf, type Place } from './place.ts';
import type { GraphRequest, GraphResponse } from './request.ts';
import { exchangeOf, toErrorResponse, toPreflightResponse } from './response.ts';

/** Answers one request that has been routed to `place`. */
export interface Handler {
  (request: GraphRequest, place: Place, context: Context): Promise<GraphResponse>;
  /** What it does, for whoever describes it. */
  readonly operation?: Pick<Operation<never, never, unknown>, 'name' | 'scopes' | 'body' | 'result'>;
}

export const methods = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'] as const;

/** What a trigger registers: a route template in the Functions host's own syntax, its methods and its handler. */
export interface Trigger {
  /** The operation, and after a hyphen the address. */
  readonly name: string;
  readonly methods: readonly (typeof methods)[number][];
  readonly route: string;
  readonly handler: Handler;
}

const isParameter = (segment: string): boolean => segment.startsWith('{');

/**
 * Routes a request by the registered triggers, where the Functions host has not done so: on the local host, for a path
 * address, for a part of a batch, and for whatever matches no trigger.
 */
export function dispatcher() {
  // Ids are long (a site's is over 100 characters, a share's has no limit) and keep their case, segments have none (F1.3).
  const router = findMyWay({ caseSensitive: false, ignoreTrailingSlash: true, maxParamLength: 16_384 });
  const templates: string[][] = [];
  const triggers: Trigger[] = [];

  function add(trigger: Trigger): void {
    triggers.push(trigger);
    // Path addresses and the fallback lead back to `dispatch`, which brings their requests into this form first.
    if (trigger.route.includes('{*')) return;
    // Only Graph's own routes tell what is wrong with an address of Graph's.
    if (trigger.route.startsWith('{version}/')) templates.push(trigger.route.split('/'));
    const path = `/${trigger.route.replaceAll(/\{(\w+)\}/g, ':$1')}`;
    for (const method of trigger.methods) router.on(method, path, () => {}, trigger);
  }

  /** The trigger for a request, and where in it the request leads. @throws GraphError for what leads nowhere */
  function match({ method, url }: Pick<GraphRequest, 'method' | 'url'>): { trigger: Trigger; place: Place } {
    checkUri({ url });
    const { path, ...paths } = normalize(pathOf(url));
    checkEscapes(path);
    const asked = methods.find((each) => each === (method === 'HEAD' ? 'GET' : method));
    // As the Functions host does it, an encoded slash stays encoded in a parameter, and `%24batch` is `$batch`.
    const found = asked && router.find(asked, path.replaceAll(/%2f/gi, '%252F').replaceAll('%24', '$'));
    if (!found) throw refusal(path, method);
    return { trigger: found.store, place: { ...paths, params: definedParams(found.params) } };
  }

  async function dispatch(request: GraphRequest, context: Context): Promise<GraphResponse> {
    const exchange = exchangeOf(request, context);
    try {
      if (request.method === 'OPTIONS') return toPreflightResponse(exchange);
      const { trigger, place } = match(request);
      return await trigger.handler(request, place, context);
    } catch (thrown) {
      return toErrorResponse(thrown, exchange, context);
    }
  }

  /** Why no trigger takes the request: its version, its method, or the first segment that leads nowhere (F1.3, F9.2). */
  function refusal(path: string, method: string): GraphError {
    const segments = path.replace(/\/$/, '').split('/').slice(1);
    const [version = '', ...rest] = segments;
    if (!isVersion(version)) return new GraphError('unknownVersion', { values: { version } });
    let deepest = 1;
    let isPrefix = false;
    for (const template of templates) {
      const depth = matchingSegments(template, segments);
      if (depth === segments.length && template.length === segments.length)
        return new GraphError('methodNotAllowed', { values: { method } });
      if (depth === segments.length) isPrefix = true;
      deepest = Math.max(deepest, depth);
    }
    const segment = decoded(segments[deepest] ?? rest.at(-1) ?? '');
    return new GraphError(isPrefix && rest.length > 0 ? 'collectionMisused' : 'unknownSegment', {
      values: { segment },
    });
  }

  return { add, dispatch, match, triggers };
}

/** The versions there are; `{version}` in a route may be anything. */
export const isVersion = (version: string): boolean => versions.includes(version.toLowerCase());

/** The router takes what it cannot decode for another route. @throws GraphError `malformedUri` */
function checkEscapes(path: string): void {
  try {
    if (path.includes('%')) decodeURIComponent(path);
  } catch {
    throw new GraphError('malformedUri');
  }
}

function matchingSegments(template: readonly string[], segments: readonly string[]): number {
  let depth = 0;
  for (const segment of segments) {
    const expected = template[depth];
    if (expected === undefined || segment === '') break;
    if (!isParameter(expected) && expected.toLowerCase() !== segment.toLowerCase()) break;
    depth += 1;
  }
  return depth;
}

function definedParams(params: Record<string, string | undefined>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(params).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
}

function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}
