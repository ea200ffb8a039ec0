import type { HttpRequest } from '@azure/functions';

/**
 * What a handler may use of a request: so much of the Functions library's HttpRequest that the local host can pass a
 * plain object instead of building an undici Request for each call (decision record 2).
 * `params` are decoded as the Functions host decodes them: all but `%2F`.
 */
export interface GraphRequest extends Pick<HttpRequest, 'method' | 'url' | 'params' | 'query'> {
  /** The body, which may be read but once. Nobody changes what they get. */
  readonly bytes: () => Promise<Uint8Array>;
  readonly headers: {
    /** By a name in lower case. */
    get: (name: string) => string | null;
    /** Every header, where the way in can tell: for the journal. */
    forEach?: (take: (value: string, name: string) => void) => void;
  };
  /** What is found out of it on its way, for who observes it; and what has been read of its body. */
  subject?: Subject;
  seen?: Uint8Array;
}

interface Subject {
  readonly operation: string | undefined;
  tenant: string | undefined;
}

/** What a handler answers with; the Functions library and the local host both take it. */
export interface GraphResponse {
  status: number;
  headers: Record<string, string>;
  body?: string | Uint8Array;
  /** Close the connection instead of answering. A host that cannot do so, as the Functions host, sends what is here. */
  drop?: true;
}
