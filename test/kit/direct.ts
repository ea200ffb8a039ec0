import { validateHeaderValue } from 'node:http';

import { dispatch } from '../../functions/index.ts';
import type { GraphRequest, GraphResponse } from '../../src/graph/request.ts';
import type { Context } from '../../src/operation.ts';

export interface DirectRequest {
  readonly method: string;
  /** As it stands in the request line. */
  readonly target: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
}

/** A request to the app itself, without a host: many times as fast. */
export async function ask(
  { method, target, headers = {}, body = '' }: DirectRequest,
  context: Context,
): Promise<GraphResponse> {
  const bytes = Uint8Array.from(Buffer.from(body));
  const request: GraphRequest = {
    method,
    url: `http://mock.example${target}`,
    params: {},
    query: new URLSearchParams(/\?([^#]*)/.exec(target)?.[1]),
    headers: {
      get: (name) => headers[name.toLowerCase()] ?? null,
      forEach: (take) => Object.entries(headers).forEach(([name, value]) => take(value, name)),
    },
    bytes: async () => bytes,
  };
  const answer = await dispatch(request, context);
  // What node refuses to send would become a 500 after all.
  for (const [name, value] of Object.entries(answer.headers)) validateHeaderValue(name, value);
  return answer;
}

export const textOf = ({ body }: GraphResponse): string => (body === undefined ? '' : Buffer.from(body).toString());
