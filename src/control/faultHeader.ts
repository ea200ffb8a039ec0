import * as z from 'zod';

import { GraphError } from '../errors.ts';
import { lazy } from '../lazy.ts';
import { type ActiveFault, doesSomething, faultParts } from './fault.ts';
import { checked } from './input.ts';

/** The parameters of the header, and the parts of a fault they stand for. */
const parameters: Readonly<Record<string, { part: string; isNumber: boolean }>> = {
  status: { part: 'status', isNumber: true },
  code: { part: 'code', isNumber: false },
  message: { part: 'message', isNumber: false },
  'retry-after': { part: 'retryAfterSeconds', isNumber: true },
  delay: { part: 'delayMs', isNumber: true },
};

/**
 * In milliseconds. Whoever calls brings it along: nobody waits for it as long as a function may take (host.json), whose
 * end is that of its process.
 */
const longest = 100_000;

const headerParts = lazy(() => faultParts().extend({ delayMs: z.int().min(0).max(longest).exactOptional() }));

/**
 * A fault that a request brings along for itself: `429;retry-after=2`, `drop`, `delay=500`. A status may stand alone.
 * `arrived` is when the request came in, by `performance.now()`; for a part of a batch, when the whole did: however its
 * parts follow one another, once so much time has gone by none of them waits any longer.
 *
 * @throws GraphError `controlRefused`, so that a misspelt one does not pass for a request that went well
 */
export function faultOfHeader(header: string, arrived: number): ActiveFault {
  const parts = Object.fromEntries(header.split(';').map((part) => partOf(part.trim())));
  const asked = checked(headerParts(), parts);
  if (!doesSomething(asked)) throw refused(header);
  const left = Math.max(0, arrived + longest - performance.now());
  const definition = { ...asked, ...(asked.delayMs !== undefined && { delayMs: Math.min(asked.delayMs, left) }) };
  const fault = { kind: 'fault', id: 'x-mock-fault', definition, at: 0, seen: 0, hits: 0 } as const;
  // Whatever it comes with is what it is for.
  return { ...fault, isFor: () => true };
}

function partOf(text: string): [string, unknown] {
  if (/^\d+$/.test(text)) return ['status', Number(text)];
  if (/^drop$/i.test(text)) return ['drop', true];
  const [, name = '', value = ''] = /^([\w-]+)\s*=\s*(.+)$/.exec(text) ?? [];
  const known = Object.hasOwn(parameters, name.toLowerCase()) ? parameters[name.toLowerCase()] : undefined;
  if (!known) throw refused(text);
  const unquoted = value.replace(/^"(.*)"$/, '$1');
  return [known.part, known.isNumber ? Number(unquoted) : unquoted];
}

const refused = (text: string): GraphError =>
  new GraphError('controlRefused', {
    values: { problem: `The header x-mock-fault does not know '${text.slice(0, 100)}'.` },
  });
