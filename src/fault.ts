import { type ErrorDetail, type ErrorName, GraphError, rows } from './errors.ts';

/** Something that is wrong with a property of a body. */
export interface Fault {
  readonly what: ErrorName;
  readonly target: string;
  /** What is wrong with it, after its name. */
  readonly problem: string;
}

/** Parameter names come before types, types before values (F2.4). */
const order: readonly ErrorName[] = [
  'unknownParameter',
  'missingParameter',
  'wrongType',
  'unreadablePayload',
  'invalidRequest',
];

/** Enough to correct a body by; nobody reads thousands. */
const mostDetails = 20;

/**
 * What is answered to a body with faults: of several the first, which the message names, with all in its details.
 * Graph has no details (F9.1): they are for what its own words leave out, the other faults, or which property is meant.
 */
export function refusalOf(found: readonly Fault[], operation: string): GraphError {
  const faults = found.toSorted((a, b) => order.indexOf(a.what) - order.indexOf(b.what));
  const [first] = faults;
  if (!first) return new GraphError('invalidRequest');
  const details = faults.slice(0, mostDetails).map((fault) => detailOf(fault, operation));
  const { what, target: name, problem } = first;
  const values = { name, operation, problem };
  const isNamed = new GraphError(what, { values }).message.includes(name);
  if (details.length === 1) return new GraphError(what, { values, details: isNamed ? [] : details });
  return new GraphError(what, { values, details, ...(!isNamed && { row: { ...rows[what], message: namingMessage } }) });
}

/** The code is that of the fault, whatever stands beside it. */
const namingMessage = rows.wrongType.message;

function detailOf({ what, target, problem }: Fault, operation: string): ErrorDetail {
  const { row, message } = new GraphError(what, { values: { name: target, operation, problem } });
  const namesIt = message.includes(`'${target}'`) || what === 'missingParameter';
  return { code: row.code, message: namesIt ? message : `'${target}' ${problem}.`, target };
}
