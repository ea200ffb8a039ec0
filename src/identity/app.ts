import * as z from 'zod';

import { isSame } from '../isSame.ts';
import type { Context, Identity } from '../operation.ts';
import { sample } from '../sample.ts';
import { IdentityError } from './errors.ts';
import { jose } from './jose.ts';
import { optional, type Parameters, read } from './parameters.ts';
import type { Registration } from './registration.ts';

/** The app that asks for tokens: a registered one, or where none is registered any. */
export interface App extends Identity {
  readonly registration?: Registration;
}

/** @throws IdentityError `unknownApp` where apps are registered, and this one is not among them */
export function appOf(id: string, tenant: string, { settings }: Context): App {
  const { GRAPH_MOCK_APPS: registered = [] } = settings;
  const registration = registered.find((each) => each.id.toLowerCase() === id.toLowerCase());
  if (registration) return { id: registration.id, displayName: registration.name ?? registration.id, registration };
  if (registered.length > 0) throw new IdentityError('unknownApp', { values: { app: id, tenant } });
  return { id, displayName: id === sample.app.id ? sample.app.displayName : id };
}

/** How an app has shown that it is the one, in the words of the claim `appidacr`. */
export type Proof = 'none' | 'secret' | 'assertion';

const credentials = z.object({ client_secret: optional, client_assertion: optional, client_assertion_type: optional });

/**
 * Looks at what the app has brought to prove itself. The secret of a registered app has to be its own, any other app's
 * may be any; an assertion has to be a JWT about the app that is not expired, by whomever it is signed.
 *
 * @throws IdentityError `wrongSecret`, `badAssertion`
 */
export async function proofOf(app: App, parameters: Parameters, context: Context): Promise<Proof> {
  const {
    client_secret: secret,
    client_assertion: assertion,
    client_assertion_type: type,
  } = read(credentials, parameters);
  if (assertion !== undefined) {
    await checkAssertion(app, assertion, type, context);
    return 'assertion';
  }
  if (secret === undefined) return 'none';
  const expected = app.registration?.secret;
  if (expected !== undefined && !isSame(secret, expected))
    throw new IdentityError('wrongSecret', { values: { app: app.id } });
  return 'secret';
}

const assertionType = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';

async function checkAssertion(
  app: App,
  assertion: string,
  type: string | undefined,
  { clock }: Context,
): Promise<void> {
  const { decodeJwt } = await jose();
  try {
    const { sub, exp = Infinity } = decodeJwt(assertion);
    if (type === assertionType && sub === app.id && exp * 1000 > clock().getTime()) return;
  } catch (cause) {
    throw new IdentityError('badAssertion', { cause });
  }
  throw new IdentityError('badAssertion');
}
