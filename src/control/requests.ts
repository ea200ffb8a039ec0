import * as z from 'zod';

import { lazy } from '../lazy.ts';
import type { Context } from '../operation.ts';
import { controlOf } from './control.ts';
import { type Entry, entrySchema } from './entry.ts';
import { glob } from './glob.ts';
import { harSchema, toHar } from './har.ts';
import { warned, type WarnedEntry } from './guidance.ts';
import { checked } from './input.ts';
import { clearJournal, entriesIn, journalOf, news, ring } from './journal.ts';
import { type ControlCall, type ControlOperation, done, type Told } from './operation.ts';
import { type Page, pageOf, pageSchemaOf } from './page.ts';

const whole = (least: number, greatest: number) => z.coerce.number().int().min(least).max(greatest);

/** Which requests; each may be left out. */
const filter = lazy(() =>
  z.strictObject({
    operation: z.string().exactOptional(),
    method: z.string().exactOptional(),
    /** A status, or all of a kind: `4xx`. */
    status: z
      .string()
      .regex(/^([1-5]\d\d|[1-5]xx|0)$/, 'must be a status such as 429 or 4xx')
      .exactOptional(),
    app: z.string().exactOptional(),
    /** A glob. */
    path: z.string().max(500).exactOptional(),
  }),
);

const questions = lazy(() =>
  filter().extend({
    /** How many of them. */
    top: whole(1, ring).default(50),
    /** Only those before this one, by its id. */
    before: z.string().exactOptional(),
    /** Wait so many milliseconds for `count` of them. */
    wait: whole(0, 60_000).default(0),
    count: whole(1, ring).default(1),
  }),
);

type Filter = z.output<ReturnType<typeof filter>>;

/** In milliseconds: so often somebody who waits looks for what came to other instances. */
const interval = 250;

function isAsked({ operation, method, status, app, path }: Filter): (entry: Entry) => boolean {
  const isPath = path === undefined ? undefined : glob(path);
  const same = (asked: string | undefined, value = ''): boolean =>
    asked === undefined || asked.toLowerCase() === value.toLowerCase();
  return (entry) =>
    same(operation, entry.operation) &&
    same(method, entry.method) &&
    same(app, entry.app) &&
    (status === undefined || String(entry.status) === status || `${Math.floor(entry.status / 100)}xx` === status) &&
    (isPath === undefined || isPath(entry.path));
}

/** The requests that are asked for, the newest first; with `wait`, once there are enough or the time is over. */
async function find(
  { wait, count, ...asked }: Filter & { wait: number; count: number },
  tenant: string,
  context: Context,
): Promise<WarnedEntry[]> {
  const isMatch = isAsked(asked);
  const end = performance.now() + wait;
  for (;;) {
    // Anew each time: a tenant that is reset has another journal.
    const journal = journalOf(tenant, await controlOf(tenant, context), context);
    const heard = journal.heard;
    const found = warned(await entriesIn(journal))
      .toReversed()
      .filter(isMatch);
    const left = end - performance.now();
    if (found.length >= count || left <= 0 || context.closing?.aborted) return found;
    if (journal.heard === heard) await news(journal, Math.min(interval, left), context.closing);
  }
}

export const listRequests: ControlOperation<undefined, Told<Page<WarnedEntry>>> = {
  summary: 'What the mock was asked, the newest first',
  query: questions,
  result: { status: 200, body: lazy(() => pageSchemaOf(entrySchema())) },
  async run({ tenant, query, origin }, context) {
    const asked = checked(questions(), Object.fromEntries(query));
    const found = await find(asked, tenant, context);
    const { top, before } = asked;
    const from = before === undefined ? 0 : found.findIndex(({ id }) => id === before) + 1;
    const value = found.slice(from, from + top);
    const others = new URLSearchParams(query);
    for (const once of ['wait', 'count']) others.delete(once);
    return { status: 200, body: pageOf(value, from + top < found.length, `${origin}/_mock/requests`, others) };
  },
};

export const clearRequests: ControlOperation = {
  summary: 'Forgets them',
  result: done,
  async run({ tenant }, context) {
    await clearJournal(journalOf(tenant, await controlOf(tenant, context), context));
    return { status: 204 };
  },
};

/** @see http://www.softwareishard.com/blog/har-12-spec/ */
export const exportRequests: ControlOperation<undefined, Told<ReturnType<typeof toHar>>> = {
  summary: 'The same as an HTTP archive, HAR 1.2',
  query: filter,
  result: { status: 200, body: harSchema },
  async run({ tenant, query, origin }: ControlCall, context) {
    const asked = checked(filter(), Object.fromEntries(query));
    const found = await find({ ...asked, wait: 0, count: 1 }, tenant, context);
    return { status: 200, body: toHar(found.toReversed(), origin) };
  },
};
