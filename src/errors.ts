/** One row of the error table: what goes over the wire. `{name}` in a message is filled by the thrower. */
export interface ErrorRow {
  readonly status: number;
  readonly code: string;
  readonly message: string;
  readonly innerCode?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

const wwwAuthenticate = {
  'WWW-Authenticate':
    'Bearer realm="", authorization_uri="https://login.microsoftonline.com/common/oauth2/authorize", client_id="00000003-0000-0000-c000-000000000000"',
};

/** Every error there is, by what happened. Statuses, codes and texts: facts F2.4, F4, F6.3, F8, F9; a tag where they are less than seen. */
const rows = {
  // The gateway: route, token, payload
  unknownSegment: { status: 400, code: 'BadRequest', message: "Resource not found for the segment '{segment}'." },
  unknownVersion: { status: 400, code: 'BadRequest', message: 'Invalid version: {version}' },
  collectionMisused: {
    status: 400,
    code: 'BadRequest',
    message:
      "The request URI is not valid. Since the segment '{segment}' refers to a collection, this must be the last segment in the request URI or it must be followed by an function or action that can be bound to it otherwise all intermediate segments must refer to a single resource.",
  },
  emptyPath: {
    status: 400,
    code: 'BadRequest',
    message:
      "The bound function binding to 'microsoft.graph.driveItem' does not support the escape function annotation",
  },
  malformedUri: { status: 400, code: 'BadRequest', message: 'The request URI is not valid.' }, // [guess]
  methodNotAllowed: {
    status: 405,
    code: 'Request_BadRequest', // [guess] seen on directory paths only
    message: 'Specified HTTP method is not allowed for the request target.',
  },
  notAcceptable: {
    status: 406,
    code: 'BadRequest',
    message: 'A supported MIME type could not be found that matches the acceptable MIME types for the request.',
  }, // [doc] status, [guess] text
  payloadTooLarge: {
    status: 413,
    code: 'RequestEntityTooLarge',
    message: 'The request body is larger than {limit} bytes.',
  }, // [doc] status, [guess] rest
  unreadablePayload: {
    status: 400,
    code: 'BadRequest',
    message:
      'Unable to read JSON request payload. Please ensure Content-Type header is set and payload is of valid JSON format.',
  },
  emptyPayload: { status: 400, code: 'BadRequest', message: 'Empty Payload. JSON content expected.' },
  unknownParameter: {
    status: 400,
    code: 'BadRequest', // [guess] the text is seen
    message: "The parameter '{name}' in the request payload is not a valid parameter for the operation '{operation}'.",
  },
  missingParameter: {
    status: 400,
    code: 'BadRequest',
    message:
      "One or more parameters of the operation '{operation}' are missing from the request payload. The missing parameters are: {name}.",
  },
  wrongType: { status: 400, code: 'invalidRequest', message: "Invalid request: '{name}' {problem}" }, // [guess]
  invalidRequest: { status: 400, code: 'invalidRequest', message: 'Invalid request' },

  // Tokens
  tokenEmpty: {
    status: 401,
    code: 'InvalidAuthenticationToken',
    message: 'Access token is empty.',
    headers: wwwAuthenticate,
  },
  tokenMalformed: {
    status: 401,
    code: 'InvalidAuthenticationToken',
    message: 'IDX14100: JWT is not well formed, there are no dots (.).',
    headers: wwwAuthenticate,
  },
  tokenExpired: {
    status: 401,
    code: 'InvalidAuthenticationToken',
    message: 'Lifetime validation failed, the token is expired.',
    headers: wwwAuthenticate,
  },
  tokenNotYetValid: {
    status: 401,
    code: 'InvalidAuthenticationToken',
    message: 'Access token has expired or is not yet valid.',
    headers: wwwAuthenticate,
  },
  tokenAudience: {
    status: 401,
    code: 'InvalidAuthenticationToken',
    message: 'Access token validation failure. Invalid audience.',
    headers: wwwAuthenticate,
  },
  tokenWithoutScopes: {
    status: 403,
    code: 'AccessDenied',
    message: 'Either scp or roles claim need to be present in the token.',
  },
  accessDenied: { status: 403, code: 'accessDenied', message: 'Access denied' },
  meNeedsUser: {
    status: 400,
    code: 'BadRequest',
    message: '/me request is only valid with delegated authentication flow.',
  },
  driveNeedsUser: {
    status: 400,
    code: 'invalidRequest',
    message: 'Call was made to the default drive, which is not supported for apponly tokens.',
  },

  // Drives and items
  itemNotFound: { status: 404, code: 'itemNotFound', message: 'The resource could not be found.' },
  malformedDriveId: {
    status: 400,
    code: 'invalidRequest',
    message: 'The provided drive id appears to be malformed, or does not represent a valid drive.',
  },
  invalidHostname: { status: 400, code: 'invalidRequest', message: 'Invalid hostname for this tenancy' },
  invalidName: {
    status: 400,
    code: 'invalidRequest',
    message: 'The provided name cannot contain any of the characters, or be longer, than a file name may.',
  }, // [guess]
  nameAlreadyExists: { status: 409, code: 'nameAlreadyExists', message: 'Name already exists' },
  etagMismatch: {
    status: 412,
    code: 'resourceModified',
    innerCode: 'entityTagDoesNotMatch',
    message: "ETag does not match current item's value",
  },
  editConflict: {
    status: 409,
    code: 'resourceModified',
    innerCode: 'editConflict',
    message: 'The resource has changed in the meantime. Try again.',
  }, // [doc] codes, [guess] text

  // Sharing
  linkTypeNotAllowed: { status: 400, code: 'invalidRequest', message: "Link type must be either 'edit' or 'view'." },
  scopeRequired: {
    status: 400,
    code: 'invalidRequest',
    message:
      'The default link settings cannot be used to create a sharing link without a scope. Scope must be specified',
  },
  cannotBeShared: {
    status: 400, // [guess]
    code: 'notSupported',
    innerCode: 'objectNotSupported',
    message: 'The operation failed because the object does not support sharing.',
  },
  sharingDisabled: {
    status: 403,
    code: 'notAllowed',
    innerCode: 'sharingDisabled',
    message: 'The feature has been disabled. Please contact your admin to get it enabled.',
  },
  externalSharingRestricted: {
    status: 400,
    code: 'invalidRequest',
    innerCode: 'secureSharingInvalidRequest',
    message: 'Some users in the request cannot be invited securely.', // F5.1 [seen] of invite, [guess] of createLink
  },
  noResolvedUsers: { status: 400, code: 'noResolvedUsers', message: 'One or more users could not be resolved.' },
  permissionNotFound: { status: 404, code: 'itemNotFound', message: 'Item not found' },
  ownerStays: { status: 403, code: 'notAllowed', message: 'Operation not allowed' },

  // Workbook sessions
  sessionNotFound: {
    status: 404,
    code: 'ItemNotFound', // clients look for this one, F8 [prop]
    innerCode: 'invalidSessionReCreatable',
    message: 'The requested session does not exist or has expired.', // [guess]
  },
  sessionNotYours: {
    status: 401, // [guess]; the inner code is documented
    code: 'unauthenticated',
    innerCode: 'invalidSessionAuthentication',
    message: 'The session belongs to another user.', // [guess]
  },
  sessionRequired: {
    status: 400, // [guess]
    code: 'invalidRequest',
    innerCode: 'invalidSessionNotFound',
    message: 'The Workbook-Session-Id header is required.', // [guess]
  },
  notAWorkbook: {
    status: 400, // [guess]
    code: 'invalidRequest',
    innerCode: 'fileOpenUnsupportedWorkbook', // [guess] the documentation names the ending
    message: 'The file is not a workbook that can be opened.', // [guess]
  },

  // Ours
  /** A fault that a test has asked for, which brings its own row (`control/faultStatus.ts`). */
  injected: { status: 500, code: 'generalException', message: 'An unspecified error has occurred.' },
  controlRefused: { status: 400, code: 'invalidRequest', message: '{problem}' },
  controlNotFound: { status: 404, code: 'itemNotFound', message: 'There is no {what} of this id.' },
  tooLargeToStore: {
    status: 400,
    code: 'invalidRequest',
    message: 'A value of the request is too large to be stored.',
  },
  storeUnavailable: {
    status: 503,
    code: 'serviceNotAvailable',
    message: 'The service is not available. Try the request again after a delay.',
    headers: { 'Retry-After': '5' },
  },
  unexpected: { status: 500, code: 'generalException', message: 'General exception while processing' },
} as const satisfies Record<string, ErrorRow>;

export type ErrorName = keyof typeof rows;

/** One fault of several in a request; `target` is the property it is about. */
export interface ErrorDetail {
  readonly code: string;
  readonly message: string;
  readonly target: string;
}

interface Particulars {
  /** Fills the `{name}` places of the message. */
  readonly values?: Readonly<Record<string, string>>;
  readonly details?: readonly ErrorDetail[];
  /** In place of the table's row: what a test wants to be answered. */
  readonly row?: ErrorRow;
  /** For the log; the caller never sees it. */
  readonly cause?: unknown;
}

/** The only kind of failure an operation knows. `graph/response.ts` turns it into HTTP, and nothing else does. */
export class GraphError extends Error {
  override readonly name = 'GraphError';
  /** What happened: the name of its row. */
  readonly what: ErrorName;
  readonly row: ErrorRow;
  readonly details: readonly ErrorDetail[];

  constructor(what: ErrorName, { values = {}, details = [], row = rows[what], cause }: Particulars = {}) {
    super(
      row.message.replaceAll(/\{(\w+)\}/g, (place, name: string) => values[name] ?? place),
      cause === undefined ? undefined : { cause },
    );
    this.what = what;
    this.row = row;
    this.details = details;
  }
}
