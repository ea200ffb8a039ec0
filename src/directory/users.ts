import type { User as UserResource } from '@microsoft/microsoft-graph-types';

import { GraphError } from '../errors.ts';
import { type Caller, type Context, type Operation, scopes, type User } from '../operation.ts';
import type { QueryOptions } from '../queryOptions.ts';
import type { EntryReference } from '../reference.ts';
import { findEntry } from './directory.ts';
import { listEntries } from './listEntries.ts';

/** F7. @see https://learn.microsoft.com/graph/api/resources/user */
const toUser = ({ id, displayName, email, userPrincipalName }: User) =>
  ({ displayName, mail: email, userPrincipalName, id }) satisfies UserResource;

const filter = { id: 'String', displayName: 'String', mail: 'String', userPrincipalName: 'String' } as const;

/** F11 says nothing of people; these are what a client finds somebody by [prop]. A page has 100 [doc]. */
const userOptions = { type: 'user' } satisfies QueryOptions<UserResource>;
const usersOptions = {
  ...userOptions,
  filter,
  orderBy: ['displayName'],
  pageSize: 100,
} as const satisfies QueryOptions<UserResource>;

/** The caller is there, even where nobody has seen them before. @throws GraphError `noSuchEntry` */
async function locateUser({ name }: EntryReference, { tenant, user }: Caller, context: Context): Promise<User> {
  const names = user ? [user.id, user.userPrincipalName].map((each) => each.toLowerCase()) : [];
  if (user && names.includes(name.toLowerCase())) return user;
  const found = await findEntry(tenant, 'user', name, context);
  if (!found) throw new GraphError('noSuchEntry', { values: { name } });
  return found;
}

/** Somebody of the tenant. F14.1 names no scopes for it: any token will do [prop]. @see https://learn.microsoft.com/graph/api/user-get */
export const getUser: Operation<EntryReference, User, undefined> = {
  name: 'getUser',
  scopes: scopes.any,
  needs: 'token',
  result: { statuses: [200], type: 'user' },
  query: userOptions,
  locate: locateUser,
  run: async ({ target }) => ({ status: 200, metadata: '#users/$entity', body: toUser(target) }),
};

/** Everybody who is known: those of the sample, and who has come with a token. @see https://learn.microsoft.com/graph/api/user-list */
export const listUsers: Operation<undefined, readonly User[], undefined> = {
  name: 'listUsers',
  scopes: scopes.any,
  needs: 'token',
  result: { statuses: [200], type: 'user', many: true },
  query: usersOptions,
  locate: (_, { tenant }, context) => listEntries(tenant, 'user', context),
  run: async ({ target }) => ({ status: 200, metadata: '#users', body: { value: target.map(toUser) } }),
};
