import { GraphError } from '../errors.ts';
import { textOf } from '../graph/body.ts';
import { noteTenant } from '../graph/observe.ts';
import type { GraphRequest } from '../graph/request.ts';
import { exchangeOf, toErrorResponse, toResponse } from '../graph/response.ts';
import type { Handler } from '../graph/router.ts';
import { checkAccess } from './checkAccess.ts';
import { baseOf } from './control.ts';
import { checked } from './input.ts';
import type { ControlOperation } from './operation.ts';
import { tenantAsked } from './tenant.ts';

/** In bytes: as much as content may have (F7). */
const largestBody = 4 * 1024 * 1024;

/**
 * The shared handler of `/_mock`: tenant, body through the schema, answer from the operation, in Graph's shape. No
 * bearer token is asked for.
 */
export function control<Body>(operation: ControlOperation<Body>): Handler {
  const handler: Handler = async (request, { params }, given) => {
    const context = baseOf(given);
    const exchange = exchangeOf(request, context);
    try {
      checkAccess(request, context);
      const tenant = tenantAsked(request);
      noteTenant(request, tenant);
      const body = await bodyOf(request, operation);
      const header = (name: string): string | null => request.headers.get(name);
      await context.tenants.enter(tenant);
      const call = { tenant, body, params, query: request.query, origin: exchange.origin, header };
      return toResponse(await operation.run(call, context), exchange, '');
    } catch (thrown) {
      return toErrorResponse(thrown, exchange, context);
    }
  };
  return Object.assign(handler, { control: operation });
}

async function bodyOf<Body>(
  request: GraphRequest,
  { body: schemaOf }: Pick<ControlOperation<Body>, 'body'>,
): Promise<Body> {
  if (schemaOf === undefined) return undefined as Body;
  const text = await textOf(request);
  if (Buffer.byteLength(text) > largestBody)
    throw new GraphError('payloadTooLarge', { values: { limit: String(largestBody) } });
  if (schemaOf === 'text') return text as Body;
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw new GraphError('unreadablePayload');
  }
  return checked(schemaOf(), json);
}
