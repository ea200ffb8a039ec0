import type { Site } from '@microsoft/microsoft-graph-types';

import { listEntries } from '../directory/listEntries.ts';
import { type Operation, scopes } from '../operation.ts';
import type { QueryOptions } from '../queryOptions.ts';
import type { DriveReference } from '../reference.ts';
import type { Drive } from './drive.ts';
import { toList, toSite } from './library.ts';
import { type LocatedDrive, locateDrive } from './locate.ts';

// A site of the mock has one library, and that one list.

const siteOptions = { type: 'site' } satisfies QueryOptions<Site>;

/** @see https://learn.microsoft.com/graph/api/site-get */
export const getSite: Operation<DriveReference, LocatedDrive, undefined> = {
  name: 'getSite',
  scopes: scopes.sites,
  needs: 'read',
  result: { statuses: [200], type: 'site' },
  query: siteOptions,
  locate: locateDrive,
  run: async ({ target: { drive }, origin }) => ({
    status: 200,
    metadata: '#sites/$entity',
    body: toSite(drive, origin),
  }),
};

/**
 * The sites whose name or path has all the words of `search`; without it, or for `*`, every site [guess].
 * @see https://learn.microsoft.com/graph/api/site-search
 */
export const searchSites: Operation<undefined, readonly Drive[], undefined> = {
  name: 'searchSites',
  scopes: scopes.sites,
  needs: 'token',
  result: { statuses: [200], type: 'site', many: true },
  async locate(_, caller, context) {
    const sites = await listEntries(caller.tenant, 'site', context);
    const located = sites.map(({ id }) =>
      locateDrive({ owner: { kind: 'site', name: id }, odata: '' }, caller, context),
    );
    return (await Promise.all(located)).map(({ drive }) => drive);
  },
  async run({ target, origin, query }) {
    const given = query();
    const words = (given.get('search') ?? given.get('$search') ?? '').toLowerCase().match(/[^\s*"]+/g) ?? [];
    const isFound = ({ owner, webPath }: Drive): boolean =>
      words.every((word) => `${owner.displayName} ${webPath}`.toLowerCase().includes(word));
    const value = target.filter(isFound).map((drive) => toSite(drive, origin));
    return { status: 200, metadata: '#sites', body: { value } };
  },
};

/** @see https://learn.microsoft.com/graph/api/list-list */
export const listLists: Operation<DriveReference, LocatedDrive, undefined> = {
  name: 'listLists',
  scopes: scopes.sites,
  needs: 'read',
  result: { statuses: [200], type: 'list', many: true },
  locate: locateDrive,
  run: async ({ target: { drive, reference }, origin }) => ({
    status: 200,
    metadata: `#${reference.odata}/lists`,
    body: { value: [toList(drive, origin)] },
  }),
};

/** @see https://learn.microsoft.com/graph/api/list-get */
export const getList: Operation<DriveReference, LocatedDrive, undefined> = {
  name: 'getList',
  scopes: scopes.sites,
  needs: 'read',
  result: { statuses: [200], type: 'list' },
  locate: locateDrive,
  run: async ({ target: { drive, reference }, origin }) => ({
    status: 200,
    metadata: `#${reference.odata.replace(/\/lists\(.*$/, '')}/lists/$entity`,
    body: toList(drive, origin),
  }),
};
