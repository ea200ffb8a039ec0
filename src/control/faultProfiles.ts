import type { FaultDefinition } from './fault.ts';

/** Faults ready made. Whoever adds one by its name may give any part of it another value. */
export const profiles = {
  /** Each application may make ten calls at once and two a second; then it is told to wait (F13). */
  throttled: { status: 429, limit: { burst: 10, perSecond: 2 } },
  /** One call in five fails, the same ones each time. */
  flaky: { status: 503, retryAfterSeconds: 1, probability: 0.2, seed: 1 },
  slow: { delayMs: 2000 },
  maintenance: { status: 503, retryAfterSeconds: 120 },
} satisfies Record<string, FaultDefinition>;

export type Profile = keyof typeof profiles;

export const profileNames = ['throttled', 'flaky', 'slow', 'maintenance'] as const satisfies readonly Profile[];
