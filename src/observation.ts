/**
 * What is told of a request to whoever runs the mock. Neither its path nor its headers nor a body: a link's URL, a
 * download URL and a token each open something to whoever reads them.
 */
export interface Observation {
  readonly at: Date;
  readonly requestId: string;
  readonly tenant: string | undefined;
  /** As Graph calls it, or the trigger is called; undefined where the request led to none. */
  readonly operation: string | undefined;
  readonly method: string;
  readonly status: number;
  readonly ms: number;
}

/** Takes what is observed. */
export type Observer = (observation: Observation) => void;
