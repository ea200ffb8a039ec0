import { type Credentials, credentialsOf } from '../graph/caller.ts';
import { checkEntra } from '../graph/entra.ts';
import type { GraphRequest } from '../graph/request.ts';
import type { Routed } from '../graph/router.ts';
import type { Context } from '../operation.ts';
import { baseOf } from './control.ts';

/** Whoever is known by their URL alone: a token that comes with it is not looked at, and says whatever it likes. */
const bearerOfUrl = credentialsOf({ headers: { get: () => null } });

/**
 * Who has sent a request, where `entra` keeps strangers out; undefined for a stranger. Known is who shows a token that is
 * taken, or a URL that the mock has handed out, by the secret in it. A tenant is no secret: to name ours proves nothing.
 */
export async function senderOf(
  request: GraphRequest,
  routed: Routed | undefined,
  context: Context,
): Promise<Credentials | undefined> {
  const credentials = credentialsOf(request);
  // By the machine's time: whom the tenant's clock refuses, as a test may want it, is none the less somebody.
  if (credentials.token !== undefined && (await isTaken(request, baseOf(context)))) return credentials;
  const isHandedOut = await routed?.trigger.isHandedOut?.(request, routed.place.params, context);
  return isHandedOut ? bearerOfUrl : undefined;
}

async function isTaken(request: GraphRequest, context: Context): Promise<boolean> {
  try {
    await checkEntra(request, context);
    return true;
  } catch {
    // Why, the handler will say.
    return false;
  }
}
