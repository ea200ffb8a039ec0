import { issuerOf } from './answerTokens.ts';
import { keysOf } from './keys.ts';
import type { SignIn, SignInOperation } from './handler.ts';
import { isAnyTenant } from './tenant.ts';

/** The names of Entra ID's public cloud, which its libraries take for one. */
const publicCloud = ['login.microsoftonline.com', 'login.windows.net', 'login.microsoft.com', 'sts.windows.net'];

/** What is the same in both versions of the document. Where the path names no tenant, `{tenantid}` stands for one. */
function endpoints({ origin, authority }: SignIn) {
  const base = `${origin}/${authority}`;
  return {
    token_endpoint: `${base}/oauth2/v2.0/token`,
    token_endpoint_auth_methods_supported: ['client_secret_post', 'private_key_jwt', 'client_secret_basic'],
    response_modes_supported: ['query', 'fragment', 'form_post'],
    subject_types_supported: ['pairwise'],
    id_token_signing_alg_values_supported: ['RS256'],
    response_types_supported: ['code'],
    scopes_supported: ['openid', 'profile', 'email', 'offline_access'],
    grant_types_supported: [
      'authorization_code',
      'client_credentials',
      'refresh_token',
      'urn:ietf:params:oauth:grant-type:device_code',
    ],
    code_challenge_methods_supported: ['S256', 'plain'],
    authorization_endpoint: `${base}/oauth2/v2.0/authorize`,
    device_authorization_endpoint: `${base}/oauth2/v2.0/devicecode`,
    end_session_endpoint: `${base}/oauth2/v2.0/logout`,
    http_logout_supported: true,
    claims_supported: [
      'sub',
      'iss',
      'aud',
      'exp',
      'iat',
      'nonce',
      'preferred_username',
      'name',
      'tid',
      'oid',
      'ver',
      'email',
    ],
    tenant_region_scope: null,
    cloud_instance_name: 'microsoftonline.com',
    msgraph_host: 'graph.microsoft.com',
  };
}

const tenantIn = ({ authority, tenant }: SignIn): string => (isAnyTenant(authority) ? '{tenantid}' : tenant);

/** @see https://learn.microsoft.com/entra/identity-platform/v2-protocols-oidc#fetch-the-openid-configuration-document */
export const openidConfiguration: SignInOperation = async (call) => ({
  status: 200,
  json: {
    ...endpoints(call),
    issuer: issuerOf(call.origin, tenantIn(call)),
    jwks_uri: `${call.origin}/${call.authority}/discovery/v2.0/keys`,
  },
});

/** The document of version 1.0, whose issuer is the one in access tokens for Graph. Its endpoints are those of version 2.0: there are no others here. */
export const openidConfigurationV1: SignInOperation = async (call) => ({
  status: 200,
  json: {
    ...endpoints(call),
    issuer: `https://sts.windows.net/${tenantIn(call)}/`,
    jwks_uri: `${call.origin}/${call.authority}/discovery/keys`,
  },
});

/** The public half of the signing key. */
export const signingKeys: SignInOperation = async (_, context) => {
  const { id, publicJwk } = await keysOf(context);
  return { status: 200, json: { keys: [{ ...publicJwk, kid: id, use: 'sig', alg: 'RS256' }] } };
};

/**
 * Which hosts are the same authority: what MSAL asks login.microsoftonline.com before it trusts one that it does not
 * know. Here all are trusted.
 */
export const instanceDiscovery: SignInOperation = async ({ origin, parameters }) => {
  const [, authority = 'common'] =
    /^https?:\/\/[^/]+\/([^/?#]+)/.exec(parameters['authorization_endpoint'] ?? '') ?? [];
  return {
    status: 200,
    json: {
      tenant_discovery_endpoint: `${origin}/${authority}/v2.0/.well-known/openid-configuration`,
      'api-version': '1.1',
      metadata: [{ preferred_network: publicCloud[0], preferred_cache: publicCloud[1], aliases: publicCloud }],
    },
  };
};
