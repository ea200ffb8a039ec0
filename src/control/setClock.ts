import * as z from 'zod';

import { GraphError } from '../errors.ts';
import { lazy } from '../lazy.ts';
import type { Context } from '../operation.ts';
import { type ClockSetting, clockOf } from './clock.ts';
import { baseOf, controlOf, settle } from './control.ts';
import { readDuration } from './duration.ts';
import { type ControlOperation, done, type Told } from './operation.ts';

const duration = lazy(() =>
  z.string().transform((text, check) => {
    const move = readDuration(text);
    if (move) return move;
    check.issues.push({ code: 'custom', message: 'must be an ISO 8601 duration such as PT36H', input: text });
    return z.NEVER;
  }),
);

/** Time goes on from `now`, unless it is frozen there; `advance` moves it, and leaves it going or standing as it was. */
export const clockBody = lazy(() =>
  z
    .strictObject({
      now: z.iso.datetime({ offset: true }).exactOptional(),
      frozen: z.boolean().exactOptional(),
      advance: duration().meta({ type: 'string' }).exactOptional(),
    })
    .refine(({ now, advance, frozen }) => [now, advance, frozen].some((each) => each !== undefined), {
      message: 'must have one of now, advance and frozen',
    })
    .refine(({ now, advance }) => now === undefined || advance === undefined, {
      message: 'cannot have both now and advance',
    }),
);

type ClockBody = z.output<ReturnType<typeof clockBody>>;

/** The years that `yyyy-MM-ddTHH:mm:ssZ` can show. */
const range = { earliest: Date.parse('0001-01-01T00:00:00Z'), latest: Date.parse('9999-12-31T23:59:59Z') };

function changed(setting: ClockSetting | undefined, body: ClockBody, machine: number): ClockSetting {
  const was = setting ?? { offset: 0 };
  const before = 'offset' in was ? machine + was.offset : was.frozenAt;
  const moment = body.now === undefined ? (body.advance?.(before) ?? before) : Date.parse(body.now);
  if (!(moment >= range.earliest && moment <= range.latest))
    throw new GraphError('controlRefused', { values: { problem: 'The clock goes from the year 1 to the year 9999.' } });
  const isFrozen = body.frozen ?? (body.now === undefined && 'frozenAt' in was);
  return isFrozen ? { frozenAt: moment } : { offset: moment - machine };
}

const shownSchema = lazy(() => z.object({ now: z.iso.datetime(), frozen: z.boolean() }).meta({ id: 'clock' }));
type ShownClock = Readonly<z.output<ReturnType<typeof shownSchema>>>;

const shown = (setting: ClockSetting | undefined, { clock }: Context): ShownClock => ({
  now: (setting ? clockOf(setting, clock) : clock)().toISOString(),
  frozen: setting !== undefined && 'frozenAt' in setting,
});

export const getClock: ControlOperation<undefined, Told<ShownClock>> = {
  summary: 'What time it is in the tenant',
  result: { status: 200, body: shownSchema },
  async run({ tenant }, context) {
    const { settled } = await controlOf(tenant, context);
    return { status: 200, body: shown(settled?.clock, baseOf(context)) };
  },
};

/** Links, tokens, sessions, download URLs and upload sessions all end by this clock. */
export const setClock: ControlOperation<ClockBody, Told<ShownClock>> = {
  summary: 'Sets, moves or stops the clock',
  result: { status: 200, body: shownSchema },
  body: clockBody,
  async run({ tenant, body }, context) {
    const base = baseOf(context);
    const { after } = await settle(tenant, context, (settled) => ({
      ...settled,
      clock: changed(settled.clock, body, base.clock().getTime()),
    }));
    return { status: 200, body: shown(after.clock, base) };
  },
};

export const resetClock: ControlOperation = {
  summary: "Back to the machine's own time",
  result: done,
  async run({ tenant }, context) {
    await settle(tenant, context, ({ clock: _clock, ...settled }) => settled);
    return { status: 204 };
  },
};
