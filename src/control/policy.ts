import { type Policy, policyChange, policySchema } from '../sharing/policy.ts';
import { baseOf, controlOf, settle } from './control.ts';
import { type ControlOperation, done, type Told } from './operation.ts';

export const getPolicy: ControlOperation<undefined, Told<Policy>> = {
  summary: "What the tenant's administrator has decided",
  result: { status: 200, body: policySchema },
  async run({ tenant }, context) {
    const { settled } = await controlOf(tenant, context);
    return { status: 200, body: { ...baseOf(context).policy, ...settled?.policy } };
  },
};

export const updatePolicy: ControlOperation<Partial<Policy>, Told<Policy>> = {
  summary: 'Changes a part of it',
  result: { status: 200, body: policySchema },
  body: policyChange,
  async run({ tenant, body }, context) {
    const { after } = await settle(tenant, context, (settled) => ({
      ...settled,
      policy: { ...settled.policy, ...body },
    }));
    return { status: 200, body: { ...baseOf(context).policy, ...after.policy } };
  },
};

export const resetPolicy: ControlOperation = {
  summary: 'Back to what the mock was started with',
  result: done,
  async run({ tenant }, context) {
    await settle(tenant, context, ({ policy: _policy, ...settled }) => settled);
    return { status: 204 };
  },
};
