/** One row of the error table: what goes over the wire. `{name}` in a message is filled by the thrower. */
export interface ErrorRow {
  readonly status: number;
  readonly code: string;
  readonly message: string;
  readonly innerCode?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Set on a status from 500 on that is no failure of ours, and not for the log. */
  readonly isMeant?: true;
}

const wwwAuthenticate = {
  'WWW-Authenticate':
    'Bearer realm="", authorization_uri="https://login.microsoftonline.com/common/oauth2/authorize", client_id="00000003-0000-0000-c000-000000000000"',
};

/** A query option that cannot be used (F9.2 [doc] inner). The texts of these rows are OData's own where no tag says otherwise. */
const queryOption = { status: 400, code: 'invalidRequest', innerCode: 'invalidQueryOption' } as const;

/** Every error there is, by what happened. Statuses, codes and texts: facts F2.4, F4, F6.3, F8, F9; a tag where they are less than seen. */
export const rows = {
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
  wrongType: { status: 400, code: 'invalidRequest', message: "Invalid request: '{name}' {problem}." }, // [guess]
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
  tokenSignature: {
    status: 401,
    code: 'InvalidAuthenticationToken',
    message: 'Access token validation failure. Invalid signature.',
    headers: wwwAuthenticate,
  },
  tokenKey: {
    status: 401,
    code: 'InvalidAuthenticationToken',
    message: 'Signing key is invalid.', // [guess] that this is what makes it say so
    headers: wwwAuthenticate,
  },
  tokenIssuer: {
    status: 401,
    code: 'InvalidAuthenticationToken',
    message: 'Access token validation failure. Invalid issuer.', // [guess] after the text for audiences
    headers: wwwAuthenticate,
  },
  tokenNotForCalls: {
    status: 401,
    code: 'InvalidAuthenticationToken',
    message: 'Access token validation failure.', // [guess] the text of the others, without what only they are wrong in
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

  // People, groups and sites
  noSuchEntry: {
    status: 404,
    code: 'Request_ResourceNotFound',
    message: "Resource '{name}' does not exist or one of its queried reference-property objects are not present.",
  }, // [seen]

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
  rootStays: { status: 400, code: 'invalidRequest', message: 'Cannot update the root folder' }, // [seen] text, [guess] rest
  moveBelowItself: {
    status: 400,
    code: 'invalidRequest',
    message: 'A folder cannot be moved into itself or below it.',
  }, // [guess]
  moveAcrossDrives: {
    status: 400, // [guess]
    code: 'invalidRequest', // [guess]
    message: "Requested move requires an async response, add 'Prefer: respond-async' to allow",
  }, // [doc] refused, [seen] text
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

  // Ranges and upload sessions. Inner codes are [doc], and so are the texts of those that have one
  rangeNotSatisfiable: {
    status: 416,
    code: 'invalidRange',
    message: 'The specified byte range is invalid or unavailable.',
  },
  uploadSessionNotFound: { status: 404, code: 'itemNotFound', message: 'The upload session was not found' },
  uploadSessionIncomplete: {
    status: 400, // [guess]
    code: 'invalidRequest', // [guess]
    innerCode: 'uploadSessionIncomplete',
    message: 'Upload session incomplete.',
  },
  contentRangeMalformed: {
    status: 400,
    code: 'invalidRequest',
    message: 'The Content-Range header is missing or malformed.',
  }, // [guess]
  contentRangeLength: {
    status: 400, // [guess]
    code: 'invalidRequest', // [guess]
    message: 'The Content-Range header length does not match the provided number of bytes.', // [seen]
  },
  fragmentOverlap: {
    status: 416,
    code: 'invalidRange',
    innerCode: 'fragmentOverlap',
    message: 'Uploaded fragment overlaps with existing data.', // [seen]
  },
  fragmentOutOfOrder: {
    status: 416,
    code: 'invalidRange',
    innerCode: 'fragmentOutOfOrder',
    message: 'Uploaded fragment is out of order.', // [seen]
  },
  fragmentLengthMismatch: {
    status: 400, // [guess]
    code: 'invalidRequest', // [seen]
    innerCode: 'fragmentLengthMismatch',
    message:
      'The current upload session is for {expected} total bytes, but the current fragment declares a total of {total}.', // [seen]
  },
  fileTooLarge: {
    status: 413, // [doc]
    code: 'invalidRequest', // [guess]
    innerCode: 'maxFileSizeExceeded',
    message: 'Max file size exceeded.',
  },

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
  inviteSilently: {
    status: 400,
    code: 'invalidRequest',
    message: 'RequireSignIn and SendInvitation cannot both be false',
  },
  badArgument: {
    status: 400,
    code: 'badArgument',
    message: 'One of the provided arguments is not acceptable.',
  },
  propertyNotUpdateable: {
    status: 400,
    code: 'invalidRequest',
    innerCode: 'propertyNotUpdateable',
    message: "The property '{name}' cannot be updated.",
  }, // [guess] but for the inner code
  notOnThisDrive: {
    status: 400, // [guess]
    code: 'notSupported',
    message: 'The operation is not supported on this drive.', // [guess]
  },
  malformedRequest: { status: 400, code: 'invalidRequest', message: 'The request is malformed or incorrect.' },

  // Following links
  linkGone: {
    status: 403,
    code: 'accessDenied',
    message: 'The sharing link no longer exists, or you do not have permission to access it.',
  },
  passwordRequired: {
    status: 403, // [guess]
    code: 'accessDenied',
    innerCode: 'passwordRequired', // [guess]
    message: 'The sharing link no longer exists, or you do not have permission to access it.',
  },
  invalidSharesKey: { status: 400, code: 'invalidRequest', message: 'Invalid shares key.' },
  foreignSite: {
    status: 400,
    code: 'invalidRequest',
    message: 'The site in the encoded share URI is invalid',
  },
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
  tooManySessions: {
    status: 429, // [guess]
    code: 'tooManyRequests', // F8 [doc] of a workbook's errors, [guess] for this one
    message: 'Too many sessions of this workbook are open. Close some, or wait until they end.', // [guess]
    headers: { 'Retry-After': '30' },
  },
  notAWorkbook: {
    status: 400, // [guess]
    code: 'invalidRequest',
    innerCode: 'fileOpenUnsupportedWorkbook', // [guess] the documentation names the ending
    message: 'The file is not a workbook that can be opened.', // [guess]
  },

  // Query options, F11
  optionRefused: { ...queryOption, message: "The query option '{option}' is not supported for this resource." }, // [guess]
  optionRepeated: {
    ...queryOption,
    message: "Query option '{option}' was specified more than once, but it must be specified at most once.",
  },
  unknownProperty: {
    ...queryOption,
    message: "Could not find a property named '{name}' on type 'microsoft.graph.{type}'.",
  },
  invalidTerm: { ...queryOption, message: "Term '{term}' is not valid in a $select or $expand expression." },
  invalidOrderBy: { ...queryOption, message: "The property '{name}' cannot be used in the $orderby query option." },
  invalidTop: {
    ...queryOption,
    message: "Invalid value '{value}' for $top query option found. The $top query option requires a positive integer.", // [guess] from the second sentence on
  },
  invalidSkipToken: { ...queryOption, message: 'The $skiptoken is not one of this list.' }, // [guess]
  filterSyntax: { ...queryOption, message: "Syntax error at position {position} in '{filter}'." },
  filterTypes: {
    ...queryOption,
    message:
      "A binary operator with incompatible types was detected. Found operand types '{left}' and '{right}' for operator kind '{operator}'.",
  },
  filterNotBoolean: { ...queryOption, message: 'The $filter expression must evaluate to a single boolean value.' },
  filterFunction: { ...queryOption, message: "An unknown function with name '{name}' was found." },
  filterTooDeep: { ...queryOption, message: 'Recursion depth exceeded allowed limit.' },
  filterTooLong: { ...queryOption, message: 'The $filter expression is longer than {limit} characters.' }, // [guess]

  // $batch, F12
  batchMalformed: { status: 400, code: 'BadRequest', message: 'Invalid batch payload format.' }, // [seen] 2023, for an absolute url
  batchTooLong: {
    status: 400,
    code: 'BadRequest',
    message: 'Number of batch request steps exceeds the maximum value of {limit}.', // [guess]
  },
  batchRepeatedId: { status: 400, code: 'BadRequest', message: "Request Id '{id}' is used more than once." }, // [doc] status, [guess] rest
  batchIncompleteWrite: {
    status: 400,
    code: 'BadRequest',
    message: 'Write request id : {id} does not contain Content-Type header or body.', // [seen] 2021, 2024
  },
  batchDependency: { status: 400, code: 'BadRequest', message: 'Invalid dependency for request Id {id}' },
  batchNested: { status: 400, code: 'BadRequest', message: 'A batch cannot be part of a batch.' }, // [guess]
  failedDependency: {
    status: 424,
    code: 'FailedDependency', // [guess]
    message: 'A request that this one depends on has failed.', // [guess]
  },

  // How much, and how long
  quotaLimitReached: {
    status: 507,
    code: 'quotaLimitReached',
    message: 'Insufficient Space Available',
    isMeant: true,
  }, // [seen] 2023
  uriTooLong: {
    status: 414,
    code: 'BadRequest',
    message: 'The request URI is longer than {limit} characters.',
  }, // [guess]: Graph's pages tell of no such status, HTTP does (RFC 9110, 15.5.15)
  headersTooLarge: {
    status: 431,
    code: 'BadRequest',
    message: 'The headers of the request are larger than {limit} bytes.',
  }, // [guess] likewise (RFC 6585, 5)
  pathTooLong: {
    status: 400, // [guess]
    code: 'invalidRequest',
    innerCode: 'pathIsTooLong', // [doc]
    message: 'The path is longer than {limit} characters.', // [guess]
  },

  // Ours
  /** A fault that a test has asked for, which brings its own row (`control/faultStatus.ts`). */
  injected: { status: 500, code: 'generalException', message: 'An unspecified error has occurred.', isMeant: true },
  controlRefused: { status: 400, code: 'invalidRequest', message: '{problem}' },
  controlClosed: { status: 404, code: 'itemNotFound', message: 'There is nothing here.' },
  controlNotFound: { status: 404, code: 'itemNotFound', message: 'There is no {what} of this id.' },
  tenantClosed: {
    status: 503,
    code: 'serviceNotAvailable',
    message: 'What this tenant kept was not used for long and is being removed. Try the request again after a delay.',
    headers: { 'Retry-After': '5' },
    isMeant: true,
  },
  tooLargeToStore: {
    status: 400,
    code: 'invalidRequest',
    message: 'A value of the request is too large to be stored.',
  },
  signInUnavailable: {
    status: 503,
    code: 'serviceNotAvailable',
    message: 'The service is not available. Try the request again after a delay.',
    headers: { 'Retry-After': '5' },
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
  /** Headers of this answer, besides those of the row. */
  readonly headers?: Readonly<Record<string, string>>;
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
  readonly headers: Readonly<Record<string, string>>;

  constructor(what: ErrorName, { values = {}, details = [], headers = {}, row = rows[what], cause }: Particulars = {}) {
    super(
      row.message.replaceAll(/\{(\w+)\}/g, (place, name: string) => values[name] ?? place),
      cause === undefined ? undefined : { cause },
    );
    this.what = what;
    this.row = row;
    this.headers = { ...row.headers, ...headers };
    this.details = details;
  }
}

/** Whether this says that nothing was written. After any other failure nobody knows. */
export const isRefusal = (failure: unknown): boolean =>
  failure instanceof GraphError && (failure.row.status < 500 || failure.row.isMeant === true);
