import type { Trigger } from '../src/graph/router.ts';
import { authorize } from '../src/identity/authorize.ts';
import { approveDevice, beginDevice } from '../src/identity/device.ts';
import {
  instanceDiscovery,
  openidConfiguration,
  openidConfigurationV1,
  signingKeys,
} from '../src/identity/discovery.ts';
import { handleSignIn, type SignInOperation } from '../src/identity/handler.ts';
import { logout } from '../src/identity/logout.ts';
import { tenantNamed } from '../src/identity/tenant.ts';
import { token } from '../src/identity/token.ts';
import { http } from './http.ts';

type Methods = Trigger['methods'];

const get: Methods = ['GET'];
const post: Methods = ['POST'];
const both: Methods = ['GET', 'POST'];

// Where Entra ID has them, at login.microsoftonline.com. A refusal is shown to a program or to a person.
const endpoints: readonly [name: string, Methods, route: string, SignInOperation, 'json' | 'page'][] = [
  ['token', both, 'oauth2/v2.0/token', token, 'json'],
  ['authorize', both, 'oauth2/v2.0/authorize', authorize, 'page'],
  ['beginDevice', post, 'oauth2/v2.0/devicecode', beginDevice, 'json'],
  ['approveDevice', both, 'oauth2/deviceauth', approveDevice, 'page'],
  ['logout', both, 'oauth2/v2.0/logout', logout, 'page'],
  ['openidConfiguration', get, 'v2.0/.well-known/openid-configuration', openidConfiguration, 'json'],
  ['openidConfigurationV1', get, '.well-known/openid-configuration', openidConfigurationV1, 'json'],
  ['signingKeys', get, 'discovery/v2.0/keys', signingKeys, 'json'],
  ['signingKeysV1', get, 'discovery/keys', signingKeys, 'json'],
  ['instanceDiscovery', get, 'discovery/instance', instanceDiscovery, 'json'],
];

const tenantOfPath: Trigger['tenantOf'] = (_, { tenant = '' }) => tenantNamed(tenant);

for (const [name, methods, route, operation, refusesWith] of endpoints)
  http(name, {
    methods,
    route: `{tenant}/${route}`,
    isAside: true,
    tenantOf: tenantOfPath,
    handler: handleSignIn(operation, refusesWith),
  });
