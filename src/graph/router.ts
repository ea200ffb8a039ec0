import findMyWay from 'find-my-way';
import type * as z from 'zod';

import { GraphError } from '../errors.ts';
import { type Context, type Operation, versions } from '../operation.ts';
import { rememberPair } from '../remember.ts';
import { checkUri } from './limits.ts';
import { noteOperation } from './observe.ts';
import { normalize, pathOf, type Place } from './place.ts';
import type { GraphRequest, GraphResponse } from './request.ts';
import { exchangeOf, toErrorResponse, toPreflightResponse } from './response.ts';

/** Answers one request that has been routed to `place`. */
export interface Handler {
  (request: GraphRequest, place: Place, context: Context): Promise<GraphResponse>;
  /** What it does, for whoever describes it. */
  readonly operation?: Pick<Operation<never, never, unknown>, 'name' | 'scopes' | 'body' | 'result'>;
  /** The same of what is no part of Graph but drives the mock. */
  readonly control?: {
    readonly summary: string;
    readonly body?: (() => z.ZodType) | 'text';
    readonly textIs?: () => z.ZodType;
    readonly query?: () => z.ZodObject;
    readonly result: { readonly status: number; readonly body?: () => z.ZodType };
  };
}

export const methods = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'] as const;

/** What a trigger registers: a route template in the Functions host's own syntax, its methods and its handler. */
export interface Trigger {
  /** The operation, and after a hyphen the address. */
  readonly name: string;
  readonly methods: readonly (typeof methods)[number][];
  readonly route: string;
  readonly handler: Handler;
  /** The tenant of a request that is known by something else than its token. */
  readonly tenantOf?: (request: GraphRequest, params: Place['params']) => string | undefined;
  /**
   * Whether the URL of a request is one that the mock has handed out, by the secret in it. Without this, nobody is known
   * by the URL alone.
   */
  readonly isHandedOut?: (request: GraphRequest, params: Place['params'], context: Context) => Promise<boolean>;
  /** Set for what is no part of Graph: sign-in, and pages for people. A fault has to name it to happen to it. */
  readonly isAside?: true;
}

export interface Routed {
  readonly trigger: Trigger;
  readonly place: Place;
}

/**
 * What stands around every answer. Without `routed` the request leads nowhere, and the answer says why. What is
 * answered may be another request and context than came in: seen through, and of the tenant.
 */
export type Attend = (
  asked: { readonly request: GraphRequest; readonly routed?: Routed },
  context: Context,
  answer: (request: GraphRequest, context: Context) => Promise<GraphResponse>,
) => Promise<GraphResponse>;

/** What a trigger does, by its name: without the address. */
export const operationOf = ({ name }: Pick<Trigger, 'name'>): string => {
  const end = name.indexOf('-');
  return end < 0 ? name : name.slice(0, end);
};

/** Where a test drives the mock itself: no part of Graph. */
export const isControl = ({ route }: Pick<Trigger, 'route'>): boolean => route.startsWith('_mock/');

const isParameter = (segment: string): boolean => segment.startsWith('{');

/**
 * Routes a request by the registered triggers, where the Functions host has not done so: on the local host, for a path
 * address, for a part of a batch, and for whatever matches no trigger.
 */
export function dispatcher(attend: Attend = (asked, context, answer) => answer(asked.request, context)) {
  const templates: string[][] = [];
  const triggers: Trigger[] = [];
  const sections = new Map<string, Section>();

  function add(trigger: Trigger): void {
    triggers.push(trigger);
    const name = sectionOf(`/${trigger.route}`);
    const section = sections.get(name);
    if (section) section.triggers.push(trigger);
    else sections.set(name, { triggers: [trigger] });
    // By these `refusal` tells what is wrong with an address. Of Graph's own alone, and not of the catch-alls (path
    // addresses, the fallback), which take everything and lead back to `dispatch`.
    if (trigger.route.startsWith('{version}/') && !trigger.route.includes('{*'))
      templates.push(trigger.route.split('/'));
  }

  /** The trigger for a request, and where in it the request leads. @throws GraphError for what leads nowhere */
  function match({ method, url }: Pick<GraphRequest, 'method' | 'url'>): Routed {
    checkUri({ url });
    return find(method, pathOf(url));
  }

  // All triggers are there before a request is; and a client comes back to what it has asked about.
  const find = rememberPair(lookUp, 1000, 1000);

  function lookUp(method: string, raw: string): Routed {
    const { path, ...paths } = normalize(raw);
    const asked = methods.find((each) => each === (method === 'HEAD' ? 'GET' : method));
    const plain = path.includes('%') ? withEscapes(path) : path;
    const section = sections.get(sectionOf(plain));
    // Built for the first request that needs it: where the Functions host routes, a start does without.
    const router = section && (section.router ??= routerOf(section.triggers));
    const found = asked && router?.find(asked, plain);
    if (!found) throw refusal(path, method);
    return { trigger: found.store, place: { params: definedParams(found.params), ...paths } };
  }

  function dispatch(request: GraphRequest, context: Context): Promise<GraphResponse> {
    if (request.method === 'OPTIONS') return Promise.resolve(toPreflightResponse(exchangeOf(request, context)));
    let routed: Routed;
    try {
      routed = match(request);
    } catch (refused) {
      noteOperation(request, undefined);
      return attend({ request }, context, async (seen, own) => toErrorResponse(refused, exchangeOf(seen, own), own));
    }
    return answerRouted(request, routed, context);
  }

  /** Answers a request that has been routed, here or by the Functions host. */
  function answerRouted(request: GraphRequest, routed: Routed, context: Context): Promise<GraphResponse> {
    const { trigger, place } = routed;
    noteOperation(request, trigger.handler.operation?.name ?? operationOf(trigger));
    if (isControl(trigger)) return trigger.handler(request, place, context);
    return attend({ request, routed }, context, (seen, own) => trigger.handler(seen, place, own));
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

  return { add, dispatch, answerRouted, match, triggers };
}

/** The triggers that share a second segment, which in every route is a literal: most runs need one or two of these. */
interface Section {
  /** All of them are there before a request is. */
  readonly triggers: Trigger[];
  router?: ReturnType<typeof routerOf>;
}

const sectionOf = (path: string): string => decoded(path.split('/', 3)[2] ?? '').toLowerCase();

function routerOf(triggers: readonly Trigger[]) {
  // Ids are long (a site's is over 100 characters, a share's has no limit) and keep their case, segments have none (F1.3).
  const router = findMyWay({ caseSensitive: false, ignoreTrailingSlash: true, maxParamLength: 16_384 });
  for (const trigger of triggers) {
    if (trigger.route.includes('{*')) continue;
    const path = `/${trigger.route.replaceAll(/\{(\w+)\}/g, ':$1')}`;
    for (const method of trigger.methods) router.on(method, path, () => {}, trigger);
  }
  return router;
}

/** The versions there are; `{version}` in a route may be anything. */
export const isVersion = (version: string): boolean => versions.includes(version.toLowerCase());

/**
 * A path as the router shall read it: as the Functions host does it, an encoded slash stays encoded in a parameter, and
 * `%24batch` is `$batch`. The router takes what it cannot decode for another route. @throws GraphError `malformedUri`
 */
function withEscapes(path: string): string {
  try {
    decodeURIComponent(path);
  } catch {
    throw new GraphError('malformedUri');
  }
  return path.replaceAll(/%2f/gi, '%252F').replaceAll('%24', '$');
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
  const defined: Record<string, string> = {};
  for (const [name, value] of Object.entries(params)) if (value !== undefined) defined[name] = value;
  return defined;
}

function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}
