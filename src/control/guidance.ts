import * as z from 'zod';

import { lazy } from '../lazy.ts';
import { controlOf } from './control.ts';
import type { Entry } from './entry.ts';
import { entriesIn, journalOf } from './journal.ts';
import type { ControlOperation, Told } from './operation.ts';

/** Something a client had better do otherwise. */
export interface Warning {
  readonly code: string;
  readonly message: string;
}

/** What an application's calls would have needed, and what its tokens had. */
export interface Permissions {
  readonly app: string;
  readonly caller: Entry['caller'];
  readonly calls: number;
  /** The fewest and least that are enough for every call, by the documentation (F14.1). */
  readonly needed: readonly string[];
  readonly granted: readonly string[];
  readonly excess: readonly string[];
}

/** Not Graph's permissions but OpenID's, which no call asks for. */
const openId = new Set(['openid', 'profile', 'email', 'offline_access']);

const groupOf = ({ app, caller }: Pick<Entry, 'app' | 'caller'>): string => `${caller} ${app.toLowerCase()}`;

/** The least privilege of each application. Calls that name no operation need nothing. */
export function permissionsOf(entries: readonly Entry[]): Permissions[] {
  const groups = new Map<string, Entry[]>();
  for (const entry of entries) groups.set(groupOf(entry), [...(groups.get(groupOf(entry)) ?? []), entry]);
  return [...groups.values()].flatMap((calls): Permissions[] => {
    const [first] = calls;
    const granted = [...new Set(calls.flatMap(({ grantedScopes }) => grantedScopes))].toSorted();
    if (!first || granted.length === 0) return [];
    const needed = leastOf(calls.map(({ acceptedScopes = [] }) => acceptedScopes));
    const excess = granted.filter((scope) => !openId.has(scope) && !needed.some((each) => same(each, scope)));
    return [{ app: first.app, caller: first.caller, calls: calls.length, needed, granted, excess }];
  });
}

const same = (a: string, b: string): boolean => a.toLowerCase() === b.toLowerCase();

/** Scopes of which each of these lists has one; a list begins with the least. What few scopes allow is decided first. */
function leastOf(lists: readonly (readonly string[])[]): string[] {
  const needed: string[] = [];
  for (const list of lists.toSorted((a, b) => a.length - b.length)) {
    const [least] = list;
    if (least !== undefined && least !== '*' && !list.some((scope) => needed.includes(scope))) needed.push(least);
  }
  return needed;
}

/** What a rule knows besides the entry itself. */
interface Known {
  /** The last answer to this application that asked it to wait, of those that it had when it came. */
  readonly throttledBy: Entry | undefined;
  /** The scopes that no call of this application has needed: a token may have thousands. */
  readonly excess: ReadonlySet<string>;
}

/** Says what is wrong with a request; undefined where nothing is. */
type Rule = (entry: Entry, known: Known) => string | undefined;

const rules: Readonly<Record<string, Rule>> = {
  retriedTooEarly(entry, { throttledBy }) {
    if (!throttledBy) return undefined;
    const asked = Number(throttledBy.responseHeaders['retry-after']);
    // By the tenant's clock or the machine's, whichever has gone further: a test may have moved the one on.
    const passed =
      Math.max(entry.arrived - answeredAt(throttledBy), Date.parse(entry.time) - Date.parse(throttledBy.time)) / 1000;
    if (!(passed < asked)) return undefined;
    return `It came ${passed.toFixed(1)} s after a ${throttledBy.status} that asked to wait for ${asked} s (F13).`;
  },
  excessiveScopes(entry, { excess }) {
    const unneeded = entry.grantedScopes.filter((scope) => excess.has(scope));
    if (unneeded.length === 0) return undefined;
    return `The token has ${unneeded.join(', ')}, which no call of this application has needed.`;
  },
  deprecatedProperty({ query }) {
    const [property] = /\bgrantedTo(Identities)?\b/i.exec(decoded(query)) ?? [];
    return property && `${property} is deprecated: use ${property}V2.`;
  },
  betaUsed({ path }) {
    return /^\/beta\//i.test(path) ? 'What is in beta may change, and is not for production.' : undefined;
  },
  noClientRequestId({ headers }) {
    if ('client-request-id' in headers) return undefined;
    return 'Without a client-request-id a call cannot be found again in the logs of both sides.';
  },
};

const answeredAt = ({ arrived, durationMs }: Entry): number => arrived + durationMs;

function decoded(query: string): string {
  try {
    return decodeURIComponent(query);
  } catch {
    return query;
  }
}

export interface WarnedEntry extends Entry {
  readonly warnings: readonly Warning[];
}

const none: ReadonlySet<string> = new Set();

/** The entries, which are in the order of their time, each with what is to be said of it. */
export function warned(entries: readonly Entry[]): WarnedEntry[] {
  const excess = new Map(permissionsOf(entries).map((each) => [groupOf(each), new Set(each.excess)]));
  const throttled = new Map<string, Entry[]>();
  return entries.map((entry) => {
    const group = groupOf(entry);
    const before = throttled.get(group) ?? [];
    const throttledBy = before.findLast((each) => answeredAt(each) <= entry.arrived);
    const known = { throttledBy, excess: excess.get(group) ?? none };
    if (entry.responseHeaders['retry-after'] !== undefined) throttled.set(group, [...before.slice(-99), entry]);
    const warnings = Object.entries(rules).flatMap(([code, rule]) => {
      const message = rule(entry, known);
      return message === undefined ? [] : [{ code, message }];
    });
    return { ...entry, warnings };
  });
}

/** So many requests stand with each warning. */
const mostExamples = 10;

interface Guidance {
  /** Each kind of warning with the latest requests it is about. */
  readonly warnings: readonly {
    readonly code: string;
    readonly count: number;
    readonly requests: readonly { readonly id: string; readonly message: string }[];
  }[];
  readonly permissions: readonly Permissions[];
}

const guidanceSchema = lazy(
  () =>
    z
      .object({
        warnings: z.array(
          z.object({
            code: z.string(),
            count: z.int(),
            requests: z.array(z.object({ id: z.string(), message: z.string() })),
          }),
        ),
        permissions: z.array(
          z.object({
            app: z.string(),
            caller: z.enum(['delegated', 'application']),
            calls: z.int(),
            needed: z.array(z.string()),
            granted: z.array(z.string()),
            excess: z.array(z.string()),
          }),
        ),
      })
      .meta({ id: 'guidance' }) satisfies z.ZodType<Guidance>,
);

export const getGuidance: ControlOperation<undefined, Told<Guidance>> = {
  summary: 'What clients had better do otherwise, and the permissions that each application has needed',
  result: { status: 200, body: guidanceSchema },
  async run({ tenant }, context) {
    const entries = await entriesIn(journalOf(tenant, await controlOf(tenant, context), context));
    const found = warned(entries).toReversed();
    const warnings = Object.keys(rules).flatMap((code) => {
      const about = found.flatMap(({ id, warnings: each }) => {
        const warning = each.find((one) => one.code === code);
        return warning ? [{ id, message: warning.message }] : [];
      });
      const requests = about.slice(0, mostExamples);
      return about.length === 0 ? [] : [{ code, count: about.length, requests }];
    });
    return { status: 200, body: { warnings, permissions: permissionsOf(entries) } };
  },
};
