import * as z from 'zod';

import { type ErrorRow, GraphError } from '../errors.ts';
import { lazy } from '../lazy.ts';
import { oneOf } from '../schema.ts';
import { rowOfStatus } from './faultStatus.ts';
import { glob } from './glob.ts';

/** Which requests a fault is for: those that meet all of it. Without a path or an operation, Graph's alone [rule]. */
const match = lazy(() =>
  z.strictObject({
    method: oneOf(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE']).exactOptional(),
    // Of the path as it was sent, version and all: `/v1.0/**/createLink`.
    path: z.string().min(1).max(500).exactOptional(),
    /** As the journal names it: `createLink`. */
    operation: z.string().min(1).exactOptional(),
    /** The application's id. */
    app: z.string().min(1).exactOptional(),
  }),
);

/** The parts of a fault, each of which may be left out. */
export const faultParts = lazy(() =>
  z.strictObject({
    match: match().exactOptional(),
    /** The answer. Without one, and without `drop`, the request goes on after its delay. */
    status: z.int().min(400).max(599).exactOptional(),
    /** What Graph says with this status, unless it is told otherwise. */
    code: z.string().min(1).max(200).exactOptional(),
    message: z.string().max(2000).exactOptional(),
    retryAfterSeconds: z.int().min(0).max(86_400).exactOptional(),
    delayMs: z.int().min(0).max(600_000).exactOptional(),
    /** Closes the connection without an answer. */
    drop: z.boolean().exactOptional(),
    /** How often it happens. */
    times: z.int().min(1).max(1_000_000).exactOptional(),
    /** To how many of the requests it happens; to which, `seed` decides. */
    probability: z.number().gt(0).max(1).exactOptional(),
    seed: z.int().exactOptional(),
    /** It happens to an application only once its bucket of calls is empty. */
    limit: z
      .strictObject({ burst: z.int().min(1).max(1_000_000), perSecond: z.number().gt(0).max(1_000_000) })
      .exactOptional(),
  }),
);

export type FaultDefinition = z.output<ReturnType<typeof faultParts>>;

export const doesSomething = ({ status, drop, delayMs }: FaultDefinition): boolean =>
  status !== undefined || drop === true || delayMs !== undefined;

/** A fault as it is kept, with what its requests have come to on all instances. */
export interface Fault {
  readonly kind: 'fault';
  readonly id: string;
  readonly definition: FaultDefinition;
  /** When it was made, in milliseconds. */
  readonly at: number;
  /** Requests it was for; counted where `times` or `probability` ask for it. */
  readonly seen: number;
  /** Those of them that it has hit. */
  readonly hits: number;
}

/** What faults look at of a request. */
export interface Asked {
  readonly method: string;
  readonly path: string;
  /** None where the request leads nowhere. */
  readonly operation: string | undefined;
  readonly app: string;
  /** Whether it is a part of Graph: not signing in, nor a page behind a link. */
  readonly isGraph: boolean;
}

/** A fault, ready to be asked. */
export interface ActiveFault extends Fault {
  readonly isFor: (asked: Asked) => boolean;
}

export function activeFault(fault: Fault): ActiveFault {
  const { method, path, operation, app } = fault.definition.match ?? {};
  const isPath = path === undefined ? undefined : glob(path);
  return {
    ...fault,
    isFor: (asked) =>
      (method === undefined || method === asked.method) &&
      (isPath === undefined || isPath(asked.path)) &&
      // A batch is throttled part by part (F12): as a whole it is hit by what names it alone.
      (operation === undefined
        ? isPath !== undefined || (asked.isGraph && asked.operation !== 'batch')
        : same(operation, asked.operation)) &&
      (app === undefined || same(app, asked.app)),
  };
}

const same = (a: string, b: string | undefined): boolean => a.toLowerCase() === b?.toLowerCase();

/** Whether it happens to the request that is the n-th it is for: the same ones under the same seed. */
export function happens({ probability = 1, seed = 0 }: FaultDefinition, n: number): boolean {
  if (probability >= 1) return true;
  // The finaliser of MurmurHash3 spreads neighbouring numbers over all 32 bits.
  let bits = (seed + Math.imul(n + 1, 0x9e3779b1)) | 0;
  bits = Math.imul(bits ^ (bits >>> 16), 0x85ebca6b);
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35);
  return ((bits ^ (bits >>> 16)) >>> 0) / 2 ** 32 < probability;
}

/** The answer of a fault that has one; `wait` is the time that its limit asks for, in seconds. */
export function errorOf(definition: FaultDefinition, wait: number | undefined): GraphError | undefined {
  const { status, code, message, retryAfterSeconds = wait } = definition;
  // A host that cannot drop a connection is as good as not there.
  const answered = status ?? (definition.drop ? 503 : undefined);
  if (answered === undefined) return undefined;
  const usual = rowOfStatus(answered);
  const row: ErrorRow = {
    isMeant: true,
    ...(code === undefined ? usual : { status: answered, code, message: usual.message }),
    ...(message !== undefined && { message }),
    ...(retryAfterSeconds !== undefined && { headers: { 'Retry-After': String(retryAfterSeconds) } }),
  };
  return new GraphError('injected', { row });
}
