import * as z from 'zod';

import type { Context } from '../operation.ts';
import { answerApp, answerUser, refreshTokens, userOf } from './answerTokens.ts';
import { type App, appOf, type Proof, proofOf } from './app.ts';
import { authorizationCodes, redeem } from './authorizationCode.ts';
import { type Device, deviceCodes, deviceKey, deviceKind } from './deviceCode.ts';
import { IdentityError } from './errors.ts';
import type { SignIn, SignInAnswer, SignInOperation } from './handler.ts';
import { needed, optional, type Parameters, read } from './parameters.ts';
import { checkVerifier } from './pkce.ts';
import { askedOf, rolesFor } from './scope.ts';
import { unseal } from './seal.ts';

/** A call for tokens, of an app that is known. */
interface TokenCall extends SignIn {
  readonly app: App;
  readonly proof: Proof;
}

type Grant = (call: TokenCall, context: Context) => Promise<SignInAnswer>;

const common = z.object({ grant_type: needed, client_id: needed });

/**
 * Tokens, for whatever the grant is.
 * @see https://learn.microsoft.com/entra/identity-platform/v2-oauth2-auth-code-flow
 */
export const token: SignInOperation = async (call, context) => {
  if (call.method !== 'POST') throw new IdentityError('postOnly');
  const parameters = { ...call.parameters, ...basicCredentials(call.header('authorization')) };
  const { grant_type: name, client_id: id } = read(common, parameters);
  const grant = Object.hasOwn(grants, name) ? grants[name] : undefined;
  if (!grant) throw new IdentityError('unsupportedGrant', { values: { grant: name } });
  const app = appOf(id, call.tenant, context);
  return grant({ ...call, parameters, app, proof: await proofOf(app, parameters, context) }, context);
};

/** An app may also show its secret by HTTP Basic (RFC 6749, 2.3.1): golang's oauth2 tries that first. */
function basicCredentials(header: string | null): Parameters {
  const [, encoded] = /^basic\s+(\S+)\s*$/i.exec(header ?? '') ?? [];
  const [, id, secret] = /^([^:]*):(.*)$/s.exec(Buffer.from(encoded ?? '', 'base64').toString()) ?? [];
  if (id === undefined || secret === undefined) return {};
  const [client_id, client_secret] = [formDecoded(id), formDecoded(secret)];
  return { ...(client_id && { client_id }), ...(client_secret && { client_secret }) };
}

const formDecoded = (text: string): string => new URLSearchParams(`x=${text.replaceAll('&', '%26')}`).get('x') ?? '';

const clientCredentials: Grant = async ({ tenant, app, proof, parameters }, context) => {
  const { scope, roles } = read(z.object({ scope: needed, roles: optional }), parameters);
  if (proof === 'none') throw new IdentityError('missingCredential');
  const asked = askedOf(scope);
  return answerApp({ tenant, app, proof }, asked, rolesFor(asked, app, roles), context);
};

const codeParameters = z.object({
  code: needed,
  redirect_uri: needed,
  code_verifier: optional,
  scope: optional,
});

const authorizationCode: Grant = async (call, context) => {
  const { tenant, app, proof, parameters } = call;
  const { code, redirect_uri: address, code_verifier: verifier, scope } = read(codeParameters, parameters);
  checkProof(app, proof);
  const given = await unseal(authorizationCodes, code, context);
  if (given.tenant !== tenant) throw new IdentityError('otherTenant');
  if (given.app !== app.id) throw new IdentityError('badGrant');
  if (given.redirectUri !== address)
    throw new IdentityError('otherReplyAddress', { values: { address, other: given.redirectUri } });
  checkVerifier(given.challenge, verifier);
  const asked = askedOf(scope ?? given.scope);
  const user = await userOf(tenant, given.user, context);
  if (!(await redeem(given, context))) throw new IdentityError('codeRedeemed');
  return answerUser({ tenant, app, proof, user }, asked, call, context, given.nonce);
};

const refreshToken: Grant = async (call, context) => {
  const { tenant, app, proof, parameters } = call;
  const { refresh_token: text, scope } = read(z.object({ refresh_token: needed, scope: optional }), parameters);
  checkProof(app, proof);
  const given = await unseal(refreshTokens, text, context);
  if (given.tenant !== tenant || given.app !== app.id) throw new IdentityError('badGrant');
  // Whoever refreshes goes on refreshing.
  const asked = askedOf(`${scope ?? given.scope} offline_access`);
  const user = await userOf(tenant, given.user, context);
  return answerUser({ tenant, app, proof, user }, asked, call, context);
};

const refusals = {
  pending: 'authorizationPending',
  declined: 'authorizationDeclined',
} as const satisfies Record<Exclude<Device['state'], 'approved'>, string>;

const deviceCode: Grant = async (call, context) => {
  const { tenant, app, proof, parameters } = call;
  const { device_code: text } = read(z.object({ device_code: needed }), parameters);
  const { userCode, id, ...given } = await unsealDeviceCode(text, context);
  if (given.tenant !== tenant || given.app !== app.id) throw new IdentityError('badDeviceCode');
  const rows = context.store.rows(deviceKind);
  const stored = await rows.get(deviceKey(tenant, userCode));
  if (stored?.value.id !== id) throw new IdentityError('badDeviceCode');
  const { state, scope, user: name = '' } = stored.value;
  if (state !== 'approved') throw new IdentityError(refusals[state]);
  const user = await userOf(tenant, name, context);
  // Of several polls at once one takes the row away, and gets the tokens.
  if (!(await rows.remove(deviceKey(tenant, userCode), stored.etag))) throw new IdentityError('badDeviceCode');
  return answerUser({ tenant, app, proof, user }, askedOf(scope), call, context);
};

/** As `unseal`, in the words that a polling device knows (RFC 8628, 3.5). */
async function unsealDeviceCode(text: string, context: Context) {
  try {
    return await unseal(deviceCodes, text, context);
  } catch (cause) {
    if (!(cause instanceof IdentityError)) throw cause;
    throw new IdentityError(cause.what === 'grantExpired' ? 'deviceCodeExpired' : 'badDeviceCode', { cause });
  }
}

/** An app that is registered with a secret has to show it. @throws IdentityError `missingCredential` */
function checkProof({ registration }: App, proof: Proof): void {
  if (registration?.secret !== undefined && proof === 'none') throw new IdentityError('missingCredential');
}

const grants: Readonly<Record<string, Grant>> = {
  client_credentials: clientCredentials,
  authorization_code: authorizationCode,
  refresh_token: refreshToken,
  device_code: deviceCode, // MSAL's word for the next one
  'urn:ietf:params:oauth:grant-type:device_code': deviceCode,
};
