import type { GraphRequest } from '../graph/request.ts';

/** A request, and what its handler reads of its body: the Functions host lets it be read but once. */
export interface Observed {
  readonly request: GraphRequest;
  /** What has been read; undefined where nobody wanted it. */
  readonly body: () => ArrayBuffer | undefined;
}

export function observed(request: GraphRequest): Observed {
  let bytes: ArrayBuffer | undefined;
  const read = async (): Promise<ArrayBuffer> => (bytes = await request.arrayBuffer());
  return {
    request: {
      method: request.method,
      url: request.url,
      params: request.params,
      headers: request.headers,
      get query() {
        return request.query;
      },
      arrayBuffer: read,
      text: async () => new TextDecoder().decode(await read()),
    },
    body: () => bytes,
  };
}
