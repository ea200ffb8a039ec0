/** One row: what Entra ID says when it refuses. `code` is the number behind `AADSTS`; `{name}` is filled by the thrower. */
interface IdentityErrorRow {
  readonly status: number;
  readonly error: string;
  readonly code: number;
  readonly message: string;
  readonly headers?: Readonly<Record<string, string>>;
}

const invalidRequest = { status: 400, error: 'invalid_request' };
const invalidGrant = { status: 400, error: 'invalid_grant' };
const invalidClient = { status: 401, error: 'invalid_client' };

/**
 * Every refusal of the sign-in endpoints.
 * @see https://learn.microsoft.com/entra/identity-platform/reference-error-codes for numbers and sense; texts are as seen
 * where no tag says otherwise
 */
const rows = {
  // The request
  missingParameter: {
    ...invalidRequest,
    code: 900_144,
    message: "The request body must contain the following parameter: '{name}'.",
  },
  invalidTenant: {
    ...invalidRequest,
    code: 900_023,
    message: "Specified tenant identifier '{tenant}' is neither a valid DNS name, nor a valid external domain.",
  },
  postOnly: {
    ...invalidRequest,
    code: 900_561,
    message: 'The endpoint only accepts POST requests. Received a GET request.',
  },
  malformed: { ...invalidRequest, code: 9_002_313, message: 'Invalid request. Request is malformed or invalid.' },
  unsupportedGrant: {
    status: 400,
    error: 'unsupported_grant_type',
    code: 70_003,
    message: "The app requested an unsupported grant type '{grant}'.",
  },
  unsupportedResponse: {
    status: 400,
    error: 'unsupported_response_type',
    code: 700_054,
    message: "response_type '{type}' is not enabled for the application.",
  },
  unsupportedResponseMode: {
    ...invalidRequest,
    code: 70_007,
    message: "'{mode}' is not a supported value of 'response_mode' when requesting a token.",
  },
  severalResources: {
    status: 400,
    error: 'invalid_scope',
    code: 28_000,
    message:
      'Provided value for the input parameter scope is not valid because it contains more than one resource. Scope {scope} is not valid.',
  },
  defaultScopeOnly: {
    status: 400,
    error: 'invalid_scope',
    code: 1_002_012,
    message:
      'The provided value for scope {scope} is not valid. Client credential flows must have a scope value with /.default suffixed to the resource identifier (application ID URI).',
  },
  defaultScopeMixed: {
    status: 400,
    error: 'invalid_scope',
    code: 70_011,
    message:
      "The provided request must include a 'scope' input parameter. The provided value for the input parameter 'scope' is not valid. .default scope can't be combined with resource-specific scopes. The scope {scope} is not valid.",
  },

  // The app
  unknownApp: {
    status: 400,
    error: 'unauthorized_client',
    code: 700_016,
    message:
      "Application with identifier '{app}' was not found in the directory '{tenant}'. This can happen if the application has not been installed by the administrator of the tenant or consented to by any user in the tenant. You may have sent your authentication request to the wrong tenant.",
  },
  missingCredential: {
    ...invalidClient,
    code: 7_000_218,
    message: "The request body must contain the following parameter: 'client_assertion' or 'client_secret'.",
  },
  wrongSecret: {
    ...invalidClient,
    code: 7_000_215,
    message:
      "Invalid client secret provided. Ensure the secret being sent in the request is the client secret value, not the client secret ID, for a secret added to app '{app}'.",
  },
  badAssertion: {
    ...invalidClient,
    code: 50_027,
    message: 'JWT token is invalid or malformed.', // [doc] number, [guess] text
  },
  unknownReplyAddress: {
    ...invalidRequest,
    code: 50_011,
    message:
      "The redirect URI '{address}' specified in the request does not match the redirect URIs configured for the application '{app}'.",
  },
  invalidReplyAddress: {
    ...invalidRequest,
    code: 90_102,
    message: "'redirect_uri' value must be a valid absolute URI.",
  },

  // The user
  unknownUser: {
    ...invalidGrant,
    code: 50_034,
    message: "The user account '{user}' does not exist in the {tenant} directory.",
  },
  loginRequired: {
    status: 400,
    error: 'login_required',
    code: 50_058,
    message: 'A silent sign-in request was sent but no user is signed in.',
  },
  declined: {
    status: 400,
    error: 'access_denied',
    code: 65_004,
    message: 'User declined to consent to access the app.',
  },

  // What is traded for tokens
  badChallenge: {
    ...invalidRequest,
    code: 50_147, // [guess] the number
    message: 'The code_challenge or code_challenge_method of the request is not valid.',
  },
  wrongVerifier: {
    ...invalidGrant,
    code: 501_481,
    message: 'The Code_Verifier does not match the code_challenge supplied in the authorization request.',
  },
  otherReplyAddress: {
    ...invalidGrant,
    code: 500_112,
    message:
      "The reply address '{address}' does not match the reply address '{other}' provided when requesting Authorization code.",
  },
  badGrant: { ...invalidGrant, code: 70_000, message: 'Provided grant is invalid or malformed.' },
  otherTenant: {
    ...invalidGrant,
    code: 700_005,
    message: 'Provided Authorization Code is intended to use against other tenant, thus rejected.',
  },
  grantExpired: {
    ...invalidGrant,
    code: 70_008,
    message:
      'The provided authorization code or refresh token has expired due to inactivity. Send a new interactive authorization request for this user and resource.',
  },
  codeRedeemed: {
    ...invalidGrant,
    code: 54_005,
    message:
      'OAuth2 Authorization code was already redeemed, please retry with a new valid code or use an existing refresh token.',
  },

  // Device codes; what a device polls for has error names of its own (RFC 8628)
  authorizationPending: {
    status: 400,
    error: 'authorization_pending',
    code: 70_016,
    message: 'OAuth 2.0 device flow error. Authorization is pending. Continue polling.',
  },
  authorizationDeclined: {
    status: 400,
    error: 'authorization_declined',
    code: 70_018, // [guess] the number
    message: 'The end user has denied the authorization request.',
  },
  deviceCodeExpired: {
    status: 400,
    error: 'expired_token',
    code: 70_020,
    message: "The provided value for the input parameter 'device_code' is not valid. This device code has expired.",
  },
  badDeviceCode: {
    status: 400,
    error: 'bad_verification_code',
    code: 70_019, // [guess] the number
    message: "The provided value for the input parameter 'device_code' is not valid.",
  },
  badUserCode: {
    ...invalidRequest,
    code: 90_023, // [guess] a page of Entra's says it in words of its own
    message: 'That code did not work. Check the code and try again.',
  },

  // Ours
  unavailable: {
    status: 503,
    error: 'temporarily_unavailable',
    code: 90_033,
    message: 'A transient error has occurred. Please try again.',
    headers: { 'Retry-After': '5' },
  },
  throttled: {
    status: 429, // [guess]
    error: 'temporarily_unavailable', // [guess] of the words that OAuth has (RFC 6749, 4.1.2.1)
    code: 90_055,
    message: 'There are too many incoming requests. Please try again later.', // [doc] number and sense
    headers: { 'Retry-After': '30' },
  },
  unexpected: { status: 500, error: 'server_error', code: 90_000, message: 'An unexpected error has occurred.' }, // [guess]
} as const satisfies Record<string, IdentityErrorRow>;

/** A refusal of the sign-in endpoints, thrown by name. `handler.ts` turns it into HTTP. */
export class IdentityError extends Error {
  override readonly name = 'IdentityError';
  readonly what: keyof typeof rows;
  readonly row: IdentityErrorRow;

  constructor(
    what: keyof typeof rows,
    { values = {}, cause }: { readonly values?: Readonly<Record<string, string>>; readonly cause?: unknown } = {},
  ) {
    super(
      rows[what].message.replaceAll(/\{(\w+)\}/g, (place, name: string) => values[name] ?? place),
      cause === undefined ? undefined : { cause },
    );
    this.what = what;
    this.row = rows[what];
  }
}
