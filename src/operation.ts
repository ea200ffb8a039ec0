import type * as z from 'zod';

import type { Reached, Right, Sharing } from './access.ts';
import type { Fault } from './fault.ts';
import type { QueryOptions } from './queryOptions.ts';
import type { Observer } from './observation.ts';
import type { Settings } from './settings.ts';
import type { Policy } from './sharing/policy.ts';
import type { Store } from './store/store.ts';
import type { Tenants } from './tenants/tenants.ts';

/** A person, an application or a device, as Graph names them (F3.1 identity). */
export interface Identity {
  readonly id: string;
  readonly displayName: string;
}

/** A user as a token or the directory tells of them. */
export interface User extends Identity {
  readonly email: string;
  readonly userPrincipalName: string;
}

/** Who calls, read from the bearer token (F14.2). Without a user it is an application calling for itself. */
export interface Caller {
  readonly tenant: string;
  readonly app: Identity;
  readonly user?: User;
}

/** The permissions of F14.1 any one of which an operation asks for, by the kind of token. */
export interface Scopes {
  readonly delegated: readonly string[];
  readonly application: readonly string[];
  /** Where an operation asks for others when it is called through a share. */
  readonly throughShare?: Scopes;
}

const readWriteAll = ['Files.ReadWrite.All', 'Sites.ReadWrite.All', 'Sites.Manage.All', 'Sites.FullControl.All'];
const readAll = ['Files.Read.All', 'Sites.Read.All', ...readWriteAll];

const readSites = ['Sites.Read.All', 'Sites.ReadWrite.All', 'Sites.Manage.All', 'Sites.FullControl.All'];

/** F14.1, by what an operation does. */
export const scopes = {
  read: {
    delegated: ['Files.Read', 'Files.ReadWrite', ...readAll],
    application: readAll,
    throughShare: { delegated: ['Files.Read.All', 'Files.ReadWrite', ...readWriteAll], application: readWriteAll },
  },
  write: { delegated: ['Files.ReadWrite', ...readWriteAll], application: readWriteAll },
  workbook: { delegated: ['Files.ReadWrite', ...readWriteAll], application: [] },
  /** Sites and their lists [doc]; F14.1 has what is in them. */
  sites: { delegated: readSites, application: readSites },
  /** Whatever the token allows. */
  any: { delegated: ['*'], application: ['*'] },
} satisfies Record<string, Scopes>;

/** The versions there are. */
export const versions = ['v1.0', 'beta'];

/** What an operation reaches the world through. Tests pass another clock, other ids or another store. */
export interface Context {
  readonly settings: Settings;
  readonly store: Store;
  /** Who is in use, and how much they keep. */
  readonly tenants: Tenants;
  /** Where that waits which a request makes without having been asked (`unasked.ts`). */
  readonly unasked?: Store | undefined;
  /** Set beside it: the store without what waits. */
  readonly kept?: Store | undefined;
  /** Says what a caller may do. */
  readonly sharing: Sharing;
  readonly clock: () => Date;
  /** What the tenant's administrator has decided. */
  readonly policy: Policy;
  /** Set in a tenant that holds its seed and what was written since; every other one begins with the sample. */
  readonly isSeeded?: true | undefined;
  /** A new GUID. */
  readonly newId: () => string;
  /** So many random bytes, fit for a secret. */
  readonly newSecret: (bytes: number) => Uint8Array;
  /** Takes a failure that is our own, for the log. */
  readonly report: (failure: unknown) => void;
  /** Are told of each request when it has been answered. */
  readonly observers: readonly Observer[];
  /** Aborted once the host closes, so that nothing waits any longer. */
  readonly closing?: AbortSignal | undefined;
  /** Set in the context of a tenant that has a clock, a policy or a store of its own: the one it was made of. */
  readonly base?: Context | undefined;
  /** Set for the parts of a batch: however its URL is written, a batch within a batch is known by it. */
  readonly inBatch?: true | undefined;
  /** Set with it: when the whole came in, by `performance.now()`. */
  readonly batchArrived?: number | undefined;
  /** Set where nobody but this machine can call: on a loopback address. */
  readonly isLocal?: boolean | undefined;
}

/** One request, as an operation sees it. */
export interface Call<Target, Body = undefined> {
  readonly target: Target;
  readonly caller: Caller;
  readonly body: Body;
  /** The origin that absolute URLs begin with, without a trailing slash. */
  readonly origin: string;
  /** The service root with its version: `{origin}/v1.0`. */
  readonly root: string;
  readonly query: () => URLSearchParams;
  /** Whether `$expand` asks for this; the other options of the operation's `query` are applied to its answer. */
  readonly expands: (name: string) => boolean;
  readonly header: (name: string) => string | null;
}

/** What an operation answers. `graph/response.ts` makes HTTP of it. */
export interface Answer {
  readonly status: number;
  /** The resource, or bytes as they are. None for 204. */
  readonly body?: object | Uint8Array;
  /** The fragment behind `$metadata` in `@odata.context`, such as `#microsoft.graph.permission`. */
  readonly metadata?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** What a resource of a list is with its `late` properties (`queryOptions.ts`): asked for those of one page alone. */
  readonly complete?: (resource: object) => Promise<object>;
}

/** How an operation answers when it succeeds: with which statuses, and with what of `graph/model.ts`; nothing for bytes and 204. */
export interface Result {
  readonly statuses: readonly number[];
  readonly type?: string;
  readonly many?: true;
}

/**
 * An operation is a value: who may call it, what it takes, how its target is found, and a function of (call, context).
 * `Reference` is what an address makes of its parameters, `Target` what is found there.
 */
export interface Operation<Reference, Target, Body> {
  /** Graph's name for it, as its messages use it. */
  readonly name: string;
  readonly scopes: Scopes;
  /** What the caller must be allowed to do with the target; `handle` sees to it. Where the target is no item, a token will do. */
  readonly needs: Target extends Reached ? Right : 'token';
  /** Set where v1.0 does not know it. */
  readonly betaOnly?: true;
  /** The JSON body's schema; `bytes` where the body is content; absent where there is none. */
  readonly body?: z.ZodType<Body> | 'bytes';
  /**
   * What else is wrong with a body, which no schema can know: asked where the schema has refused it, so that all is said
   * at once. Alone it is for `run` to refuse.
   */
  readonly faults?: (given: unknown, context: Context) => readonly Fault[];
  readonly result: Result;
  /** Set where the answer is no JSON, so that any `Accept` is met. */
  readonly answers?: 'bytes';
  /** The OData query options it takes. */
  readonly query?: QueryOptions;
  readonly locate: (reference: Reference, caller: Caller, context: Context) => Promise<Target>;
  readonly run: (call: Call<Target, Body>, context: Context) => Promise<Answer>;
}
