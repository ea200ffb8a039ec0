import { credentialsOf } from '../graph/caller.ts';
import { checkEntra } from '../graph/entra.ts';
import type { GraphRequest } from '../graph/request.ts';
import type { Context } from '../operation.ts';

/**
 * Whether a request, where `entra` keeps strangers out, comes from one: without a token that is taken, or about a tenant
 * that its URL names and that is not ours. No fault waits for them, and no journal keeps what they have sent.
 */
export async function isStranger(request: GraphRequest, named: string | undefined, context: Context): Promise<boolean> {
  if (named !== undefined) return named !== context.settings.GRAPH_MOCK_ENTRA_TENANT;
  if (credentialsOf(request).token === undefined) return true;
  try {
    await checkEntra(request, context);
    return false;
  } catch {
    // Why, the handler will say.
    return true;
  }
}
