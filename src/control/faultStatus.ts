import type { ErrorRow } from '../errors.ts';

/** What Graph says with a status, where a fault does not say otherwise (F9.2, F13). */
const usual: Readonly<Record<number, Omit<ErrorRow, 'status' | 'headers'>>> = {
  400: { code: 'invalidRequest', message: 'Invalid request' },
  401: { code: 'InvalidAuthenticationToken', message: 'Lifetime validation failed, the token is expired.' },
  403: { code: 'accessDenied', message: 'Access denied' },
  404: { code: 'itemNotFound', message: 'The resource could not be found.' },
  405: { code: 'Request_BadRequest', message: 'Specified HTTP method is not allowed for the request target.' },
  409: { code: 'nameAlreadyExists', message: 'Name already exists' },
  410: { code: 'resyncRequired', message: 'Resync required.' }, // [doc] code, [guess] text
  412: {
    code: 'resourceModified',
    innerCode: 'entityTagDoesNotMatch',
    message: "ETag does not match current item's value",
  },
  416: { code: 'invalidRange', message: 'The range is not satisfiable.' }, // [doc] code, [guess] text
  423: { code: 'resourceLocked', message: 'The resource is locked.' }, // [guess]
  429: {
    code: 'activityLimitReached',
    innerCode: 'throttledRequest',
    message: 'The request has been throttled',
  },
  500: { code: 'generalException', message: 'An unspecified error has occurred.' },
  501: { code: 'notSupported', message: 'The operation is not supported.' }, // [doc] code, [guess] text
  503: {
    code: 'serviceNotAvailable',
    message: 'The service is not available. Try the request again after a delay.',
  },
  504: { code: 'UnknownError', message: '' }, // the message may be empty [doc]
  507: { code: 'quotaLimitReached', message: 'Insufficient storage.' }, // [doc] code, [guess] text
  509: { code: 'activityLimitReached', message: 'The bandwidth limit has been exceeded.' }, // [doc] code, [guess] text
};

/** The error of a status. What is not in the table is a refusal below 500, and a failure from there on. */
export function rowOfStatus(status: number): ErrorRow {
  const row = usual[status] ?? usual[status < 500 ? 400 : 500];
  return { status, code: 'generalException', message: '', ...row };
}
