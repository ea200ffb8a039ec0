import { type Access, admit, type Reached, type Right } from '../access.ts';
import { GraphError } from '../errors.ts';
import type { Answer, Caller, Operation } from '../operation.ts';
import type { Settings } from '../settings.ts';
import { unlessRefused } from '../unasked.ts';
import { bodyOf } from './body.ts';
import { callerOf } from './caller.ts';
import { checkEntra } from './entra.ts';
import { checkUri } from './limits.ts';
import { readQuery } from './odata/query.ts';
import { shape } from './odata/shape.ts';
import type { Place } from './place.ts';
import { exchangeOf, toErrorResponse, toResponse } from './response.ts';
import { type Handler, isVersion } from './router.ts';
import { checkSignature } from './signature.ts';

/**
 * The shared handler: every trigger delegates to it. Caller from the token, reference from the address, body through
 * the schema, target from the store, answer from the operation, HTTP from the answer; whatever is thrown on the way
 * meets the one `catch`.
 */
export function handle<Reference, Target, Body>(
  operation: Operation<Reference, Target, Body>,
  refer: (place: Place, caller: Caller) => Reference,
): Handler {
  const handler: Handler = async (request, place, context) => {
    const exchange = exchangeOf(request, context);
    try {
      checkUri(request);
      const { version = '' } = place.params;
      if (!isVersion(version)) throw new GraphError('unknownVersion', { values: { version } });
      if (operation.betaOnly && version.toLowerCase() !== 'beta')
        throw new GraphError('unknownSegment', { values: { segment: operation.name } });
      const check = checks[context.settings.GRAPH_MOCK_AUTH];
      if (check) await check(request, context);
      const { scopes } = operation;
      const isShare = 'shareKey' in place.params;
      const caller = callerOf(request, (isShare && scopes.throughShare) || scopes, context);
      if (operation.answers !== 'bytes') checkAccept(request.headers.get('accept'));
      const prefer = request.headers.get('prefer') ?? '';
      const reference = refer({ origin: exchange.origin, prefer, ...place }, caller);
      const options = operation.query && readQuery(operation.query, request.query);
      const body = await bodyOf(request, operation, context);
      await context.tenants.enter(caller.tenant);
      const root = `${exchange.origin}/${version.toLowerCase()}`;
      const { origin } = exchange;
      const { headers } = request;
      const header = (name: string): string | null => headers.get(name);
      const query = (): URLSearchParams => request.query;
      const expands = (name: string): boolean => options?.expand.has(name) ?? false;
      const answer = await unlessRefused(context, async (within) => {
        const target = await operation.locate(reference, caller, within);
        const access = admitted(target, operation.needs);
        const given = await operation.run({ target, caller, body, origin, root, query, expands, header }, within);
        const shaped = options ? await shape(given, options, { request, origin, caller }) : given;
        // Last, so that a call that is refused redeems nothing.
        if (access?.preference) await access.preference.keep();
        return withPreference(shaped, access);
      });
      return toResponse(answer, exchange, root);
    } catch (thrown) {
      return toErrorResponse(thrown, exchange, context);
    }
  };
  return Object.assign(handler, { operation });
}

/** What a token has to stand up to, by the setting. */
const checks: Readonly<Partial<Record<Settings['GRAPH_MOCK_AUTH'], typeof checkEntra>>> = {
  scopes: checkSignature,
  entra: checkEntra,
};

/** No operation comes to run on an item that the caller may not do this with. */
function admitted(target: unknown, needs: Right | 'token'): Access | undefined {
  if (needs === 'token') return undefined;
  if (!isReached(target)) throw new GraphError('accessDenied');
  admit(target.access, needs);
  return target.access;
}

const isReached = (target: unknown): target is Reached =>
  typeof target === 'object' && target !== null && 'access' in target;

function withPreference(answer: Answer, access: Access | undefined): Answer {
  if (!access?.preference) return answer;
  return { ...answer, headers: { ...answer.headers, 'Preference-Applied': access.preference.applied } };
}

/** Graph speaks JSON; whoever accepts nothing of the kind gets 406 (F9.2). Asked first, so that nothing is done in vain. */
function checkAccept(accept: string | null): void {
  if (!accept) return;
  const isMet = accept
    .split(',')
    .some((range) => /^\s*(\*\/\*|application\/(\*|json|octet-stream|.*\+json))\s*(;|$)/i.test(range));
  if (!isMet) throw new GraphError('notAcceptable');
}
