import type { Context } from '../operation.ts';

/** A tenant's clock: so far from the machine's, or standing still. In milliseconds. */
export type ClockSetting = { readonly offset: number } | { readonly frozenAt: number };

export const clockOf = (setting: ClockSetting, machine: Context['clock']): Context['clock'] =>
  'offset' in setting ? () => new Date(machine().getTime() + setting.offset) : () => new Date(setting.frozenAt);
