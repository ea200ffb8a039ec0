import { createHash } from 'node:crypto';

import type { Observation, Observer } from './observation.ts';
import type { Settings } from './settings.ts';

type Level = Settings['GRAPH_MOCK_LOG'];

/** Which requests have a line, by level. What a caller did wrong is no error of the mock's: tests do that all day. */
const wanted: Readonly<Record<Exclude<Level, 'off'>, (observation: Observation) => boolean>> = {
  error: ({ status }) => status >= 500,
  info: () => true,
};

/** Writes a line of JSON for each request; undefined where no line is wanted, so that nothing is observed in vain. */
export function requestLog(level: Level, write: (line: string, isError: boolean) => void): Observer | undefined {
  if (level === 'off') return undefined;
  const isWanted = wanted[level];
  return (observation) => {
    if (isWanted(observation)) write(lineOf(observation), observation.status >= 500);
  };
}

function lineOf({ at, requestId, tenant, operation, method, status, ms }: Observation): string {
  return JSON.stringify({
    time: at.toISOString(),
    requestId,
    tenant: tenant === undefined ? undefined : hashOf(tenant),
    operation,
    method,
    status,
    ms: Math.round(ms * 10) / 10,
  });
}

/** Tells one tenant from another, and nothing more. */
const hashOf = (tenant: string): string => createHash('sha256').update(tenant).digest('hex').slice(0, 12);
