import type * as z from 'zod';

import type { Answer, Context } from '../operation.ts';

/** One request of a test to the mock itself, about one tenant. */
export interface ControlCall<Body = undefined> {
  readonly tenant: string;
  readonly body: Body;
  /** The parameters of its address. */
  readonly params: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  /** The origin that absolute URLs begin with. */
  readonly origin: string;
  readonly header: (name: string) => string | null;
}

/** How it answers when it succeeds: the one status, and the schema of the body where there is one. */
export interface ControlResult {
  readonly status: number;
  readonly body?: z.ZodType;
}

/** Done, and nothing to say of it. */
export const done: ControlResult = { status: 204 };

/** What a test may do with the mock: a value, as Graph's operations are. */
export interface ControlOperation<Body = undefined, Given extends Answer = Answer> {
  readonly summary: string;
  /** The JSON body's schema; `text` where the operation reads it itself; absent where there is none. */
  readonly body?: z.ZodType<Body> | 'text';
  /** What a text has to be once it has been read. */
  readonly textIs?: z.ZodType;
  /** The parameters of its query. */
  readonly query?: z.ZodObject;
  readonly result: ControlResult;
  readonly run: (call: ControlCall<Body>, context: Context) => Promise<Given>;
}

/** An answer that has this body. */
export type Told<Body> = Answer & { readonly body: Body };
