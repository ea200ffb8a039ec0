import { GraphError } from '../errors.ts';
import { jose } from '../identity/jose.ts';
import { findKeys } from '../identity/keys.ts';
import type { Context } from '../operation.ts';
import { credentialsOf } from './caller.ts';
import type { GraphRequest } from './request.ts';

/**
 * Where scopes are enforced, a token that names the key of this deployment has to be signed with it. What names another
 * key, or none, is not ours to judge (docs/decisions/0020).
 *
 * @throws GraphError `tokenSignature`
 */
export async function checkSignature(request: GraphRequest, context: Context): Promise<void> {
  const { token = '' } = credentialsOf(request);
  const named = await keyNamedBy(token);
  const keys = named === undefined ? undefined : await findKeys(context);
  if (!keys || keys.id !== named) return;
  const { compactVerify } = await jose();
  try {
    // One algorithm, whatever the header asks for.
    await compactVerify(token, keys.publicKey, { algorithms: ['RS256'] });
  } catch (cause) {
    throw new GraphError('tokenSignature', { cause });
  }
}

async function keyNamedBy(token: string): Promise<string | undefined> {
  const { decodeProtectedHeader } = await jose();
  try {
    return decodeProtectedHeader(token).kid;
  } catch {
    return undefined;
  }
}
