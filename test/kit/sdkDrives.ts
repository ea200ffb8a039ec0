import {
  apiClientProxifier,
  type ModelSerializerFunction,
  type NavigationMetadata,
  type Parsable,
  type ParsableFactory,
  type RequestAdapter,
  type RequestConfiguration,
  type RequestInformation,
  type RequestMetadata,
} from '@microsoft/kiota-abstractions';
import {
  type CreateLinkPostRequestBody,
  serializeCreateLinkPostRequestBody,
} from '@microsoft/msgraph-sdk-sites/sites/item/lists/item/items/item/createLink/index.js';
import {
  type GrantPostRequestBody,
  serializeGrantPostRequestBody,
} from '@microsoft/msgraph-sdk-sites/sites/item/lists/item/items/item/permissions/item/grant/index.js';
import {
  createDriveItemCollectionResponseFromDiscriminatorValue,
  createDriveItemFromDiscriminatorValue,
  createPermissionCollectionResponseFromDiscriminatorValue,
  createPermissionFromDiscriminatorValue,
  createSharedDriveItemFromDiscriminatorValue,
  type DriveItem,
  type DriveItemCollectionResponse,
  type DriveRecipient,
  type Permission,
  type PermissionCollectionResponse,
  serializeDriveItem,
  serializeDriveRecipient,
  serializePermission,
  type SharedDriveItem,
} from '@microsoft/msgraph-sdk/models/index.js';
import { createODataErrorFromDiscriminatorValue } from '@microsoft/msgraph-sdk/models/oDataErrors/index.js';

// A package of @microsoft/msgraph-sdk is a table of URI templates with the models that go there and come back, which the
// SDK makes a client of. Those for drives and shares are not on npm; this is as much of such a table as sharing needs.

interface Invitation {
  readonly recipients: DriveRecipient[];
  readonly roles: string[];
  readonly requireSignIn: boolean;
}

type Configuration = RequestConfiguration<{ expand?: string[]; filter?: string; select?: string[]; top?: number }>;

interface Get<Answer> {
  readonly get: (configuration?: Configuration) => Promise<Answer | undefined>;
  readonly toGetRequestInformation: () => RequestInformation;
}
interface Post<Body, Answer> {
  readonly post: (body: Body) => Promise<Answer | undefined>;
  readonly toPostRequestInformation: (body: Body) => RequestInformation;
}
interface Delete {
  readonly delete: () => Promise<void>;
  readonly toDeleteRequestInformation: () => RequestInformation;
}

interface Item extends Get<DriveItem>, Delete {
  readonly children: Get<DriveItemCollectionResponse> & Post<DriveItem, DriveItem>;
  readonly content: Get<ArrayBuffer> & { readonly put: (content: ArrayBuffer) => Promise<DriveItem | undefined> };
  readonly createLink: Post<CreateLinkPostRequestBody, Permission>;
  readonly invite: Post<Invitation, PermissionCollectionResponse>;
  readonly permissions: Get<PermissionCollectionResponse> & {
    readonly byPermissionId: (id: string) => Get<Permission> &
      Delete & {
        readonly patch: (change: Permission) => Promise<Permission | undefined>;
        /** On beta alone. */
        readonly revokeGrants: Post<{ grantees: DriveRecipient[] }, Permission>;
      };
  };
}

interface Client {
  readonly drives: {
    readonly byDriveId: (id: string) => { readonly items: { readonly byDriveItemId: (id: string) => Item } };
  };
  readonly shares: {
    readonly bySharedDriveItemId: (id: string) => Get<SharedDriveItem> & {
      readonly driveItem: Get<DriveItem>;
      readonly permission: { readonly grant: Post<GrantPostRequestBody, PermissionCollectionResponse> };
    };
  };
}

export const errorMappings = { XXX: createODataErrorFromDiscriminatorValue };

const serializeInvitation: ModelSerializerFunction<Invitation> = (writer, body) => {
  writer.writeCollectionOfObjectValues('recipients', body?.recipients, serializeDriveRecipient);
  writer.writeCollectionOfPrimitiveValues('roles', body?.roles);
  writer.writeBooleanValue('requireSignIn', body?.requireSignIn);
};

const serializeGrantees: ModelSerializerFunction<{ grantees: DriveRecipient[] }> = (writer, body) =>
  writer.writeCollectionOfObjectValues('grantees', body?.grantees, serializeDriveRecipient);

const answering = (path: string, responseBodyFactory: ParsableFactory<Parsable>): RequestMetadata => ({
  uriTemplate: `{+baseurl}${path}{?%24expand,%24filter,%24select,%24top}`,
  queryParametersMapper: { expand: '%24expand', filter: '%24filter', select: '%24select', top: '%24top' },
  responseBodyContentType: 'application/json',
  errorMappings,
  adapterMethodName: 'send',
  responseBodyFactory,
});

const taking = (
  requestBodySerializer: ModelSerializerFunction<Parsable>,
  path: string,
  responseBodyFactory: ParsableFactory<Parsable>,
): RequestMetadata => ({
  ...answering(path, responseBodyFactory),
  requestBodyContentType: 'application/json',
  requestBodySerializer,
  requestInformationContentSetMethod: 'setContentFromParsable',
});

const removing = (path: string): RequestMetadata => ({
  uriTemplate: `{+baseurl}${path}`,
  responseBodyContentType: 'application/json',
  errorMappings,
  adapterMethodName: 'sendNoResponseContent',
});

const item = '/drives/{drive%2Did}/items/{driveItem%2Did}';
const permission = `${item}/permissions/{permission%2Did}`;
const share = '/shares/{sharedDriveItem%2Did}';
const driveItem = createDriveItemFromDiscriminatorValue;
const driveItems = createDriveItemCollectionResponseFromDiscriminatorValue;
const onePermission = createPermissionFromDiscriminatorValue;
const permissions = createPermissionCollectionResponseFromDiscriminatorValue;

const itemNavigation: Record<string, NavigationMetadata> = {
  children: {
    requestsMetadata: {
      get: answering(`${item}/children`, driveItems),
      post: taking(serializeDriveItem, `${item}/children`, driveItem),
    },
  },
  content: {
    requestsMetadata: {
      get: {
        ...answering(`${item}/content`, driveItem),
        responseBodyContentType: 'application/octet-stream, application/json',
        adapterMethodName: 'sendPrimitive',
        responseBodyFactory: 'ArrayBuffer',
      },
      put: {
        ...answering(`${item}/content`, driveItem),
        requestBodyContentType: 'application/octet-stream',
        requestInformationContentSetMethod: 'setStreamContent',
      },
    },
  },
  createLink: {
    requestsMetadata: { post: taking(serializeCreateLinkPostRequestBody, `${item}/createLink`, onePermission) },
  },
  invite: { requestsMetadata: { post: taking(serializeInvitation, `${item}/invite`, permissions) } },
  permissions: {
    requestsMetadata: { get: answering(`${item}/permissions`, permissions) },
    navigationMetadata: {
      byPermissionId: {
        pathParametersMappings: ['permission%2Did'],
        requestsMetadata: {
          get: answering(permission, onePermission),
          patch: taking(serializePermission, permission, onePermission),
          delete: removing(permission),
        },
        navigationMetadata: {
          revokeGrants: {
            requestsMetadata: { post: taking(serializeGrantees, `${permission}/revokeGrants`, onePermission) },
          },
        },
      },
    },
  },
};

const shareNavigation: Record<string, NavigationMetadata> = {
  driveItem: { requestsMetadata: { get: answering(`${share}/driveItem`, driveItem) } },
  permission: {
    navigationMetadata: {
      grant: {
        requestsMetadata: {
          post: taking(serializeGrantPostRequestBody, `${share}/permission/grant`, permissions),
        },
      },
    },
  },
};

const navigation: Record<string, NavigationMetadata> = {
  drives: {
    navigationMetadata: {
      byDriveId: {
        pathParametersMappings: ['drive%2Did'],
        navigationMetadata: {
          items: {
            navigationMetadata: {
              byDriveItemId: {
                pathParametersMappings: ['driveItem%2Did'],
                requestsMetadata: { get: answering(item, driveItem), delete: removing(item) },
                navigationMetadata: itemNavigation,
              },
            },
          },
        },
      },
    },
  },
  shares: {
    navigationMetadata: {
      bySharedDriveItemId: {
        pathParametersMappings: ['sharedDriveItem%2Did'],
        requestsMetadata: { get: answering(share, createSharedDriveItemFromDiscriminatorValue) },
        navigationMetadata: shareNavigation,
      },
    },
  },
};

/** A client of the SDK for drives and shares. */
export const sdkDrives = (adapter: RequestAdapter): Client =>
  apiClientProxifier<Client>(adapter, { baseurl: adapter.baseUrl }, navigation);
