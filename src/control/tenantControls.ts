import type { Context } from '../operation.ts';
import { policyChange } from '../sharing/policy.ts';
import { addFault, clearFaults, faultBody, listFaults, removeFault } from './faults.ts';
import { getGuidance } from './guidance.ts';
import { checked } from './input.ts';
import { ring } from './journal.ts';
import type { ControlCall } from './operation.ts';
import { getPolicy, resetPolicy, updatePolicy } from './policy.ts';
import { clearRequests, listRequests } from './requests.ts';
import { reset, sow } from './seeding.ts';
import { clockBody, getClock, resetClock, setClock } from './setClock.ts';
import { stateOf } from './state.ts';

/** A date and time, or an instant of the machine. */
type Moment = string | Date;

const textOf = (moment: Moment): string => (typeof moment === 'string' ? moment : moment.toISOString());

/** What `/_mock` does for a tenant, for whoever runs the mock in their own process. */
export function tenantControls(tenant: string, origin: string, context: Context) {
  const call = <Body>(body: Body, more: Partial<ControlCall<Body>> = {}): ControlCall<Body> => ({
    tenant,
    origin,
    body,
    params: {},
    query: new URLSearchParams(),
    header: () => null,
    ...more,
  });
  const simple = call(undefined);
  const moveClock = async (given: unknown): Promise<void> =>
    void (await setClock.run(call(checked(clockBody(), given)), context));
  return {
    seed: (seed: string | object): Promise<void> =>
      sow(typeof seed === 'string' ? seed : JSON.stringify(seed, undefined, 1), tenant, origin, context),
    reset: (): Promise<void> => reset(tenant, origin, context),
    state: () => stateOf(tenant, context),
    faults: {
      add: async (fault: object) => (await addFault.run(call(checked(faultBody(), fault)), context)).body,
      list: async () => (await listFaults.run(simple, context)).body.value,
      remove: async (faultId: string): Promise<void> =>
        void (await removeFault.run(call(undefined, { params: { faultId } }), context)),
      clear: async (): Promise<void> => void (await clearFaults.run(simple, context)),
    },
    requests: async (asked: object = {}) => {
      const query = new URLSearchParams({ top: String(ring) });
      for (const [name, value] of Object.entries(asked)) if (value !== undefined) query.set(name, String(value));
      return (await listRequests.run(call(undefined, { query }), context)).body.value;
    },
    clearRequests: async (): Promise<void> => void (await clearRequests.run(simple, context)),
    guidance: async () => (await getGuidance.run(simple, context)).body,
    clock: {
      now: async () => new Date((await getClock.run(simple, context)).body.now),
      set: (now: Moment): Promise<void> => moveClock({ now: textOf(now) }),
      freeze: (now?: Moment): Promise<void> => moveClock({ frozen: true, ...(now && { now: textOf(now) }) }),
      advance: (duration: string): Promise<void> => moveClock({ advance: duration }),
      reset: async (): Promise<void> => void (await resetClock.run(simple, context)),
    },
    policy: {
      get: async () => (await getPolicy.run(simple, context)).body,
      set: async (policy: object) => (await updatePolicy.run(call(checked(policyChange(), policy)), context)).body,
      reset: async (): Promise<void> => void (await resetPolicy.run(simple, context)),
    },
  };
}
