import { IdentityError } from './errors.ts';
import type { App } from './app.ts';

/** What a `scope` parameter asks for. */
export interface Asked {
  /** What the access token is for: its audience. */
  readonly resource: string;
  /** The resource's permissions, without its name in front. */
  readonly permissions: readonly string[];
  readonly isDefault: boolean;
  /** Of OpenID Connect's own scopes, those that are there. */
  readonly openid: readonly string[];
  /** As it was written. */
  readonly text: string;
}

const openidScopes = new Set(['openid', 'profile', 'email', 'offline_access']);
const graph = 'https://graph.microsoft.com';

/** What `.default` stands for where an app is not registered with permissions of its own. */
const defaults = {
  scopes: ['Files.ReadWrite.All', 'Sites.ReadWrite.All', 'User.Read'],
  roles: ['Files.ReadWrite.All', 'Sites.ReadWrite.All'],
};

/**
 * `Files.Read`, `https://graph.microsoft.com/Files.Read`, `https://graph.microsoft.com/.default`, and OpenID's. A
 * permission without a resource in front is Graph's.
 *
 * @throws IdentityError `severalResources`, `defaultScopeMixed`
 */
export function askedOf(text: string): Asked {
  const words = text.split(/\s+/).filter((word) => word !== '');
  const openid = words.filter((word) => openidScopes.has(word.toLowerCase())).map((word) => word.toLowerCase());
  const scopes = words
    .filter((word) => !openidScopes.has(word.toLowerCase()))
    .map((word) => {
      const slash = word.lastIndexOf('/');
      return slash < 0
        ? { resource: graph, name: word }
        : { resource: word.slice(0, slash), name: word.slice(slash + 1) };
    });
  const [resource = graph, another] = new Set(scopes.map((scope) => scope.resource));
  if (another !== undefined) throw new IdentityError('severalResources', { values: { scope: text } });
  const isDefault = scopes.some(({ name }) => name === '.default');
  if (isDefault && scopes.length > 1) throw new IdentityError('defaultScopeMixed', { values: { scope: text } });
  return { resource, permissions: scopes.map(({ name }) => name), isDefault, openid, text };
}

/** What a user's token permits: what was asked for, since everybody has consented to everything. */
export function scopesFor({ isDefault, permissions }: Asked, { registration }: App): readonly string[] {
  if (isDefault) return registration?.scopes ?? defaults.scopes;
  // Who asks for OpenID's alone gets a token to read their profile with.
  return permissions.length > 0 ? permissions : ['User.Read'];
}

/**
 * What an app's own token permits. `roles` is a parameter of this mock, for a test that wants others.
 * @throws IdentityError `defaultScopeOnly`
 */
export function rolesFor({ isDefault, text }: Asked, { registration }: App, roles?: string): readonly string[] {
  if (!isDefault) throw new IdentityError('defaultScopeOnly', { values: { scope: text } });
  return roles?.split(/\s+/) ?? registration?.roles ?? defaults.roles;
}
