import type { Observer } from '../observation.ts';
import type { Context } from '../operation.ts';
import type { GraphRequest, GraphResponse } from './request.ts';

/** Notes what a request asks for; nothing, where it leads nowhere. */
export function noteOperation(request: GraphRequest, operation: string | undefined): void {
  request.subject = { operation, tenant: undefined };
}

/** Adds whose the request is, once that is known. */
export function noteTenant({ subject }: GraphRequest, tenant: string): void {
  if (subject) subject.tenant = tenant;
}

/** What the caller has seen as the request's id; sign-in has a header of its own for it. */
export const requestIdIn = (headers: GraphResponse['headers']): string =>
  headers['request-id'] ?? headers['x-ms-request-id'] ?? '';

type Answering = (request: GraphRequest, context: Context) => Promise<GraphResponse>;

/** Answers as `answer` does, and tells the context's observers and the call's own. */
export const observed =
  (answer: Answering) =>
  (request: GraphRequest, context: Context, own?: Observer): Promise<GraphResponse> => {
    const { observers } = context;
    if (observers.length === 0 && !own) return answer(request, context);
    const start = performance.now();
    return answer(request, context).then((response) => {
      const { operation, tenant } = request.subject ?? {};
      const observation = {
        at: context.clock(),
        requestId: requestIdIn(response.headers),
        tenant,
        operation,
        method: request.method,
        status: response.status,
        ms: performance.now() - start,
      };
      for (const observe of observers) observe(observation);
      own?.(observation);
      return response;
    });
  };
