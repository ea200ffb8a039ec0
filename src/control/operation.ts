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

/** A schema that is made when it is first asked for (`lazy.ts`): few starts are followed by a request that needs it. */
type Late<Schema extends z.ZodType> = () => Schema;

/** How it answers when it succeeds: the one status, and the schema of the body where there is one. */
export interface ControlResult {
  readonly status: number;
  readonly body?: Late<z.ZodType>;
}

/** Done, and nothing to say of it. */
export const done: ControlResult = { status: 204 };

/** What a test may do with the mock: a value, as Graph's operations are. */
export interface ControlOperation<Body = undefined, Given extends Answer = Answer> {
  readonly summary: string;
  /** The JSON body's schema; `text` where the operation reads it itself; absent where there is none. */
  readonly body?: Late<z.ZodType<Body>> | 'text';
  /** What a text has to be once it has been read. */
  readonly textIs?: Late<z.ZodType>;
  /** The parameters of its query. */
  readonly query?: Late<z.ZodObject>;
  readonly result: ControlResult;
  readonly run: (call: ControlCall<Body>, context: Context) => Promise<Given>;
}

/** An answer that has this body. */
export type Told<Body> = Answer & { readonly body: Body };
