import * as z from 'zod';

import { GraphError } from '../errors.ts';
import { lazy } from '../lazy.ts';
import type { Context } from '../operation.ts';
import { oneOf } from '../schema.ts';
import { baseOf, controlKind, forget } from './control.ts';
import { doesSomething, type Fault, type FaultDefinition, faultParts } from './fault.ts';
import { profileNames, profiles } from './faultProfiles.ts';
import { bucketKind, bucketPartition, faultRow } from './inject.ts';
import { type ControlOperation, done, type Told } from './operation.ts';

export const faultBody = lazy(() =>
  z
    .strictObject({ profile: oneOf(profileNames).exactOptional(), ...faultParts().shape })
    .transform(({ profile, ...parts }): FaultDefinition => ({ ...(profile && profiles[profile]), ...parts }))
    .refine(doesSomething, { message: 'must have one of status, drop, delayMs and profile' }),
);

const shownSchema = lazy(() =>
  faultParts()
    .extend({ id: z.string(), seen: z.int().exactOptional(), hits: z.int().exactOptional() })
    .meta({ id: 'fault' }),
);

/** As the API shows it; what is counted only where it is. */
export type ShownFault = FaultDefinition & Pick<Fault, 'id'> & Partial<Pick<Fault, 'seen' | 'hits'>>;

const shown = ({ id, definition, seen, hits }: Fault): ShownFault => {
  const isCounted = definition.times !== undefined || definition.probability !== undefined;
  return { id, ...definition, ...(isCounted && { seen, hits }) };
};

/** So many faults a tenant may have, each of which is read with its control state. */
const most = 100;

/** 201 and the fault with its id. @throws GraphError `quotaLimitReached` */
export const addFault: ControlOperation<FaultDefinition, Told<ShownFault>> = {
  summary: 'Makes requests fail, wait or break off',
  result: { status: 201, body: shownSchema },
  body: faultBody,
  async run({ tenant, body: given, origin }, context) {
    if ((await faultsOf(tenant, context)).length >= most) throw new GraphError('quotaLimitReached');
    const id = context.newId();
    // With a seed that it tells, whatever happens can be made to happen again.
    const drawn = given.probability !== undefined && given.seed === undefined && { seed: seedOf(context.newSecret(4)) };
    const definition = { ...given, ...drawn };
    // The time of the machine orders them, which no test moves.
    const fault: Fault = { kind: 'fault', id, definition, at: Date.now(), seen: 0, hits: 0 };
    await baseOf(context)
      .store.rows(controlKind)
      .insert({ partition: tenant, row: faultRow(id) }, fault);
    forget(tenant, context);
    return { status: 201, headers: { Location: `${origin}/_mock/faults/${id}` }, body: shown(fault) };
  },
};

const seedOf = (bytes: Uint8Array): number => bytes.reduce((sum, byte) => sum * 256 + byte, 0);

async function faultsOf(tenant: string, context: Context): Promise<Fault[]> {
  const faults: Fault[] = [];
  for await (const { value } of baseOf(context).store.rows(controlKind).list(tenant, faultRow('')))
    if (value.kind === 'fault') faults.push(value);
  return faults.toSorted((a, b) => a.at - b.at);
}

export const listFaults: ControlOperation<undefined, Told<{ value: ShownFault[] }>> = {
  summary: 'Every fault, in the order they were made',
  result: { status: 200, body: lazy(() => z.object({ value: z.array(shownSchema()) })) },
  async run({ tenant }, context) {
    return { status: 200, body: { value: (await faultsOf(tenant, context)).map(shown) } };
  },
};

export const getFault: ControlOperation<undefined, Told<ShownFault>> = {
  summary: 'One fault, with what it has hit',
  result: { status: 200, body: shownSchema },
  async run({ tenant, params }, context) {
    const fault = (await faultsOf(tenant, context)).find(({ id }) => id === params['faultId']);
    if (!fault) throw new GraphError('controlNotFound', { values: { what: 'fault' } });
    return { status: 200, body: shown(fault) };
  },
};

export const removeFault: ControlOperation = {
  summary: 'Ends a fault',
  result: done,
  async run({ tenant, params }, context) {
    const { store } = baseOf(context);
    const row = faultRow(params['faultId'] ?? '');
    const isGone = await store.rows(controlKind).remove({ partition: tenant, row });
    forget(tenant, context);
    if (!isGone) throw new GraphError('controlNotFound', { values: { what: 'fault' } });
    return { status: 204 };
  },
};

export const clearFaults: ControlOperation = {
  summary: 'Ends every fault',
  result: done,
  async run({ tenant }, context) {
    const { store } = baseOf(context);
    const rows = store.rows(controlKind);
    for await (const { row } of rows.list(tenant, faultRow(''))) await rows.remove({ partition: tenant, row });
    await store.clear([bucketKind], bucketPartition(tenant));
    forget(tenant, context);
    return { status: 204 };
  },
};
