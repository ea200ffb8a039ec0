import { readBytes } from '../graph/body.ts';
import { credentialsOf } from '../graph/caller.ts';
import { exchangeOf, toErrorResponse } from '../graph/response.ts';
import { noteTenant } from '../graph/observe.ts';
import { pathOf } from '../graph/place.ts';
import type { GraphResponse } from '../graph/request.ts';
import { type Attend, operationOf } from '../graph/router.ts';
import { merged } from '../merged.ts';
import { tenantOf } from '../tenant.ts';
import { contextOf, type Control, controlOf } from './control.ts';
import { faultOfHeader } from './faultHeader.ts';
import { type Injected, inject } from './inject.ts';
import { journalOf, note } from './journal.ts';
import { senderOf } from './sender.ts';
import { unreachable } from './unreachable.ts';

const untouched: Injected = { hits: [] };

/**
 * Stands around every answer of Graph's: brings in the tenant's clock, policy and generation, lets faults happen, and
 * notes in the journal what came of it. For a tenant that nobody drives this costs one read in half a second. For a
 * stranger, where there are any, no fault waits, and no journal keeps what they have sent.
 */
export const attend: Attend = async ({ request, routed }, given, answer) => {
  const started = performance.now();
  const arrived = Date.now();
  const trigger = routed?.trigger;
  const named = trigger?.tenantOf?.(request, routed?.place.params ?? {});
  // What a URL names may be anything (decision record 30).
  const claimed = credentialsOf(request);
  const tenant = named === undefined ? claimed.caller.tenant : tenantOf(named);
  const { GRAPH_MOCK_AUTH: mode, GRAPH_MOCK_ENTRA_TENANT: ours } = given.settings;
  const keepsStrangersOut = mode === 'entra';
  // Of the tenants that are not ours, nothing is even read.
  if (keepsStrangersOut && tenant !== ours) return answer(request, given);
  if (!keepsStrangersOut) noteTenant(request, tenant);
  let control: Control;
  try {
    const held = controlOf(tenant, given);
    control = held instanceof Promise ? await held : held;
  } catch (failure) {
    return answer(request, { ...given, store: unreachable(failure, given.store) });
  }
  const context = contextOf(given, control);
  try {
    const credentials = keepsStrangersOut ? await senderOf(request, routed, context) : claimed;
    if (!credentials) return await answer(request, context);
    if (keepsStrangersOut) noteTenant(request, tenant);
    const time = context.clock().getTime();
    const operation = trigger && operationOf(trigger);
    const header = request.headers.get('x-mock-fault');
    const since = context.batchArrived ?? started;
    // What comes with the request goes first, then the tenant's in the order they were made.
    const faults = header === null ? control.faults : [faultOfHeader(header, since), ...control.faults];
    let injected = untouched;
    if (faults.length > 0) {
      const [path, app] = [pathOf(request.url), credentials.caller.app.id];
      const asked = { method: request.method, path, operation, app, isGraph: !trigger?.isAside };
      injected = await inject(asked, faults, tenant, context);
    }
    const { error, drop, hits } = injected;
    // The journal shall have the body of what is refused here as well; one that cannot be read is no matter.
    if (error && !drop) await readBytes(request).catch(() => {});
    const response: GraphResponse = error
      ? { ...toErrorResponse(error, exchangeOf(request, context), context), ...(drop && { drop }) }
      : await answer(request, operation === 'batch' ? merged(context, { batchArrived: since }) : context);
    const noted = {
      request,
      credentials,
      operation,
      scopes: trigger?.handler.operation?.scopes,
      arrived,
      time,
      durationMs: performance.now() - started,
      hits,
      response,
    };
    note(noted, journalOf(tenant, control, context));
    return response;
  } catch (thrown) {
    return toErrorResponse(thrown, exchangeOf(request, context), context);
  }
};
