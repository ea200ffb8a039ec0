import type { Permission } from '@microsoft/microsoft-graph-types';

import type { QueryOptions } from '../queryOptions.ts';

export const permissionOptions = { type: 'permission' } satisfies QueryOptions<Permission>;

/** The page documents `$select` alone; `$filter` is in use, and `$top` is ours: no pages unless it is asked for (F4.1, F11). */
export const permissionsOptions = {
  type: 'permission',
  filter: {
    id: 'String',
    shareId: 'String',
    hasPassword: 'Boolean',
    expirationDateTime: 'DateTimeOffset',
    link: 'Complex',
    'link/scope': 'String',
    'link/type': 'String',
    'link/webUrl': 'String',
    'link/preventsDownload': 'Boolean',
    grantedTo: 'Complex',
    'grantedTo/user/id': 'String',
    'grantedTo/user/displayName': 'String',
    grantedToV2: 'Complex',
    'grantedToV2/user': 'Complex',
    'grantedToV2/user/id': 'String',
    'grantedToV2/user/displayName': 'String',
    'grantedToV2/group': 'Complex',
    'grantedToV2/group/id': 'String',
    'grantedToV2/siteGroup': 'Complex',
    'grantedToV2/application': 'Complex',
    'grantedToV2/application/id': 'String',
    invitation: 'Complex',
    'invitation/email': 'String',
    inheritedFrom: 'Complex',
    'inheritedFrom/id': 'String',
    'inheritedFrom/driveId': 'String',
  },
  pageSize: Infinity,
} as const satisfies QueryOptions<Permission>;
