import type { IDrive, IDrives } from '@pnp/graph/files/types.js';
import type { IPermissionsInviteInfo } from '@pnp/graph/permissions/drive-item.js';
import type { IPermissions } from '@pnp/graph/permissions/types.js';
import type { ICreateShareLinkInfo } from '@pnp/graph/shares/drive-item.js';
import type { IShares } from '@pnp/graph/shares/types.js';
import type { ISites } from '@pnp/graph/sites/types.js';
import type { Permission } from '@microsoft/microsoft-graph-types';

// What each part of PnP adds to the others when it is imported. PnP declares it for modules whose file extension it
// leaves out, which TypeScript finds for bundlers alone. createSharingLink answers a permission, whatever PnP calls it.

declare module '@pnp/graph/fi.js' {
  interface GraphFI {
    readonly drives: IDrives;
    readonly shares: IShares;
    readonly sites: ISites;
    batched: () => [GraphFI, () => Promise<void>];
  }
}

declare module '@pnp/graph/files/types.js' {
  interface IDriveItem {
    readonly permissions: IPermissions;
    addPermissions: (invitation: IPermissionsInviteInfo) => Promise<Permission[]>;
    createSharingLink: (link: ICreateShareLinkInfo) => Promise<Permission>;
  }
}

declare module '@pnp/graph/sites/types.js' {
  interface ISite {
    readonly drive: IDrive;
  }
}
