import type { Observer } from '../observation.ts';
import type { Context } from '../operation.ts';
import type { GraphRequest, GraphResponse } from './request.ts';

/** What the handler finds out on its way. */
interface Subject {
  readonly operation: string;
  tenant?: string;
}

const subjects = new WeakMap<GraphRequest, Subject>();

/** Notes what a request is about; the tenant is added when it is known. */
export function subjectOf(request: GraphRequest, operation: string): Subject {
  const subject: Subject = { operation };
  subjects.set(request.original ?? request, subject);
  return subject;
}

type Answering = (request: GraphRequest, context: Context) => Promise<GraphResponse>;

/** Answers as `answer` does, and tells the context's observers and the call's own. */
export const observed =
  (answer: Answering) =>
  async (request: GraphRequest, context: Context, own?: Observer): Promise<GraphResponse> => {
    const observers = own ? [...context.observers, own] : context.observers;
    if (observers.length === 0) return answer(request, context);
    const start = performance.now();
    const response = await answer(request, context);
    const observation = {
      at: context.clock(),
      requestId: response.headers['request-id'] ?? '',
      ...subjects.get(request),
      method: request.method,
      status: response.status,
      ms: performance.now() - start,
    };
    for (const observe of observers) observe(observation);
    return response;
  };
