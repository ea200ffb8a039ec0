import type { GraphRequest } from '../graph/request.ts';

/** In bytes: of a body that is longer the journal knows its length alone. */
const longest = 16 * 1024;

/** A request that remembers what its handler reads of its body: the Functions host lets it be read but once. */
export class Observed implements GraphRequest {
  readonly method: string;
  readonly url: string;
  readonly params: GraphRequest['params'];
  readonly headers: GraphRequest['headers'];
  /** What has been read, or how many bytes that were; undefined where nobody wanted it. */
  body: Uint8Array | number | undefined;
  readonly original: GraphRequest;

  constructor(request: GraphRequest) {
    this.method = request.method;
    this.url = request.url;
    this.params = request.params;
    this.headers = request.headers;
    this.body = undefined;
    this.original = request;
  }

  get query(): URLSearchParams {
    return this.original.query;
  }

  async bytes(): Promise<Uint8Array> {
    const bytes = await this.original.bytes();
    this.body = bytes.length > longest ? bytes.length : bytes;
    return bytes;
  }
}
