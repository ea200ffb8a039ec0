import { GraphError } from '../errors.ts';
import { subjectOf } from './observe.ts';
import type { Caller, Operation } from '../operation.ts';
import { bodyOf } from './body.ts';
import { callerOf } from './caller.ts';
import { checkEntra } from './entra.ts';
import type { Place } from './place.ts';
import { exchangeOf, toErrorResponse, toResponse } from './response.ts';
import { type Handler, isVersion } from './router.ts';

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
      const { version = '' } = place.params;
      if (!isVersion(version)) throw new GraphError('unknownVersion', { values: { version } });
      const subject = subjectOf(request, operation.name);
      await checkEntra(request, context);
      const caller = callerOf(request, operation.scopes, context);
      subject.tenant = caller.tenant;
      if (operation.answers !== 'bytes') checkAccept(request.headers.get('accept'));
      const reference = refer(place, caller);
      const body = await bodyOf(request, operation);
      const target = await operation.locate(reference, caller, context);
      const root = `${exchange.origin}/${version.toLowerCase()}`;
      const { query, headers } = request;
      const header = (name: string): string | null => headers.get(name);
      const call = { target, caller, body, origin: exchange.origin, root, query, header };
      return toResponse(await operation.run(call, context), exchange, root);
    } catch (thrown) {
      return toErrorResponse(thrown, exchange, context);
    }
  };
  return Object.assign(handler, { operation });
}

/** Graph speaks JSON; whoever accepts nothing of the kind gets 406 (F9.2). Asked first, so that nothing is done in vain. */
function checkAccept(accept: string | null): void {
  if (!accept) return;
  const isMet = accept
    .split(',')
    .some((range) => /^\s*(\*\/\*|application\/(\*|json|octet-stream|.*\+json))\s*(;|$)/i.test(range));
  if (!isMet) throw new GraphError('notAcceptable');
}
