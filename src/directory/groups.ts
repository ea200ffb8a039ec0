import type { Group } from '@microsoft/microsoft-graph-types';

import { GraphError } from '../errors.ts';
import { type Operation, scopes } from '../operation.ts';
import type { QueryOptions } from '../queryOptions.ts';
import type { EntryReference } from '../reference.ts';
import type { SampleGroup } from '../sample.ts';
import { findEntry } from './directory.ts';
import { listEntries } from './listEntries.ts';

/** F7. @see https://learn.microsoft.com/graph/api/resources/group */
const toGroup = ({ id, displayName, email }: SampleGroup) =>
  ({
    id,
    displayName,
    groupTypes: ['Unified'],
    mail: email,
    mailEnabled: true,
    mailNickname: email.slice(0, email.indexOf('@')),
    securityEnabled: false,
  }) satisfies Group;

const groupOptions = { type: 'group' } satisfies QueryOptions<Group>;
const groupsOptions = {
  ...groupOptions,
  filter: { id: 'String', displayName: 'String', mail: 'String', mailNickname: 'String' },
  orderBy: ['displayName'],
  pageSize: 100,
} as const satisfies QueryOptions<Group>;

/** A group of the tenant. Any token will do, as for people. @see https://learn.microsoft.com/graph/api/group-get */
export const getGroup: Operation<EntryReference, SampleGroup, undefined> = {
  name: 'getGroup',
  scopes: scopes.any,
  needs: 'token',
  result: { statuses: [200], type: 'group' },
  query: groupOptions,
  async locate({ name }, { tenant }, context) {
    const found = await findEntry(tenant, 'group', name, context);
    if (!found) throw new GraphError('noSuchEntry', { values: { name } });
    return found;
  },
  run: async ({ target }) => ({ status: 200, metadata: '#groups/$entity', body: toGroup(target) }),
};

/** @see https://learn.microsoft.com/graph/api/group-list */
export const listGroups: Operation<undefined, readonly SampleGroup[], undefined> = {
  name: 'listGroups',
  scopes: scopes.any,
  needs: 'token',
  result: { statuses: [200], type: 'group', many: true },
  query: groupsOptions,
  locate: (_, { tenant }, context) => listEntries(tenant, 'group', context),
  run: async ({ target }) => ({ status: 200, metadata: '#groups', body: { value: target.map(toGroup) } }),
};
