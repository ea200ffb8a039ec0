import { dispatch } from '../functions/index.ts';
import { openContext } from './context.ts';
import { clockNow } from './control/control.ts';
import { checked } from './control/input.ts';
import { settleJournals } from './control/journal.ts';
import { tenantOfSeed } from './control/seedFile.ts';
import { resetAll, sowOnce } from './control/seeding.ts';
import { tenantControls } from './control/tenantControls.ts';
import { keysOf } from './identity/keys.ts';
import { startHost } from './local/host.ts';
import { ensureTls } from './local/https.ts';
import { tokenOf } from './local/token.ts';
import { sample } from './sample.ts';
import { settingsOf } from './settings.ts';
import { policyChange, usualPolicy } from './sharing/policy.ts';
import { tenantOf } from './tenant.ts';

// The build makes the package's type declarations of this file alone: what it exports leans on no type from elsewhere.

/** How a mock shall be; everything may be left out. The environment's settings are not looked at. */
export interface GraphMockOptions {
  /** Where it keeps things: `memory` (the default), a Storage connection string, or the https URL of a table endpoint. */
  readonly storage?: string;
  /** The port to listen on; a free one by default. */
  readonly port?: number;
  /** The address to listen on; `127.0.0.1` by default. */
  readonly host?: string;
  /** The origin of `webUrl` and every other absolute URL, such as `https://mock.example.com`; the mock's own by default. */
  readonly publicUrl?: string;
  /** `bearer` (the default): any token; `scopes`: a JWT whose scopes are enforced; `none`: no token needed. */
  readonly auth?: 'bearer' | 'scopes' | 'none';
  /** What an unknown item id is: an error (`reject`, the default), or a file from its first use on (`create`). */
  readonly unknownItems?: 'reject' | 'create';
  /** Whether the three routes of 2015 answer as their page says; they do by default. */
  readonly historicContract?: boolean;
  /** The apps that may sign in, and what they are permitted; any client id may by default. */
  readonly apps?: readonly GraphMockApp[];
  /** The most that a tenant may keep, so that a test meets 507 `quotaLimitReached`; what is left out may be any number. */
  readonly quotas?: { readonly links?: number; readonly items?: number; readonly bytes?: number };
  /**
   * Speaks https, with a certificate that is made for this machine once: `true`, or where certificates are kept and what
   * other names the certificate is to be good for. Clients have to trust the authority in `caFile`.
   */
  readonly https?: boolean | { readonly certs?: string; readonly hostnames?: readonly string[] };
  /** What is there at the start, as an object or as text in JSON or YAML; the sample by default. */
  readonly seed?: string | GraphMockSeed;
  /** What differs from the usual policy, in every tenant until it decides otherwise. */
  readonly policy?: Partial<GraphMockPolicy>;
  /**
   * Opens `/_mock/*` to whoever sends it as `x-mock-key`; of 16 characters or more. Without one it is open where only
   * this machine can call. The methods of `GraphMock` need none.
   */
  readonly controlKey?: string;
  /** What time it is, for expiry and every date of an answer; the machine's clock by default. */
  readonly clock?: () => Date;
  /** Takes failures of the mock itself, which a caller sees as 500 or 503; the console by default. */
  readonly log?: (failure: unknown) => void;
}

/** An app that signs in at the mock. What is left out may be anything. */
export interface GraphMockApp {
  readonly id: string;
  readonly name?: string;
  readonly secret?: string;
  readonly redirectUris?: readonly string[];
  /** What `.default` stands for in its own tokens, such as `Files.Read.All`, and in those of its users. */
  readonly roles?: readonly string[];
  readonly scopes?: readonly string[];
}

/** What an administrator decides for a tenant. */
export interface GraphMockPolicy {
  /** Whether business drives may have links for anyone. */
  readonly anonymousLinks: boolean;
  readonly defaultType: 'view' | 'edit';
  readonly defaultScope: 'anonymous' | 'organization' | 'users';
  /** A link that shall end later ends after so many days. */
  readonly maximumExpirationDays: number | null;
  /** An anonymous link that shall never end ends after so many days. */
  readonly requiredExpirationDays: number | null;
  /** Whether people from elsewhere may be named. */
  readonly externalRecipients: boolean;
  /** What an inherited permission tells of where from on business drives: all, or `{}` as real ones do. */
  readonly inheritedFrom: 'full' | 'empty';
  readonly historicContract: boolean;
}

/** What shall go wrong, and with which requests. It needs one of `profile`, `status`, `delayMs` and `drop`. */
export interface GraphMockFault {
  /** All of it must be met. Signing in and the pages behind links are hit only by a `path` or an `operation`. */
  readonly match?: {
    readonly method?: string;
    /** A glob, such as `/v1.0/**` + `/createLink`. */
    readonly path?: string;
    /** As in the journal: `createLink`. */
    readonly operation?: string;
    /** The application's id. */
    readonly app?: string;
  };
  readonly profile?: 'throttled' | 'flaky' | 'slow' | 'maintenance';
  readonly status?: number;
  readonly code?: string;
  readonly message?: string;
  readonly retryAfterSeconds?: number;
  readonly delayMs?: number;
  /** Closes the connection. */
  readonly drop?: boolean;
  /** How often it happens. */
  readonly times?: number;
  /** To how many of the requests, from 0 to 1; `seed` decides to which. */
  readonly probability?: number;
  readonly seed?: number;
  /** It happens to an application once it has no calls left. */
  readonly limit?: { readonly burst: number; readonly perSecond: number };
}

/** A request that the mock was asked, without its secrets. */
export interface GraphMockRequest {
  readonly id: string;
  readonly time: string;
  readonly method: string;
  readonly path: string;
  readonly query: string;
  /** The authorization as its claims. */
  readonly headers: Readonly<Record<string, unknown>>;
  readonly body?: unknown;
  readonly operation?: string;
  readonly app: string;
  /** 0 where the connection was dropped. */
  readonly status: number;
  readonly code?: string;
  readonly durationMs: number;
  readonly requestId: string;
  readonly clientRequestId: string;
  /** The ids of the faults that hit it. */
  readonly faults: readonly string[];
  readonly warnings: readonly { readonly code: string; readonly message: string }[];
}

/** Which requests; all without it. */
export interface GraphMockFilter {
  readonly operation?: string;
  readonly method?: string;
  /** `429`, or `4xx` for all of a kind. */
  readonly status?: number | string;
  readonly app?: string;
  /** A glob. */
  readonly path?: string;
  /** How many at most. */
  readonly top?: number;
  /** Waits for `count` of them, so many milliseconds at most. */
  readonly wait?: number;
  readonly count?: number;
}

/** Everything a tenant shall hold; `README.md` shows one. What is left out is made up, the same each time. */
export interface GraphMockSeed {
  readonly tenant?: string;
  readonly users?: readonly object[];
  readonly groups?: readonly object[];
  readonly sites?: readonly object[];
  readonly drives?: readonly object[];
}

/** A tenant of the mock, a world of its own. */
export interface GraphMockTenant {
  /**
   * A bearer token, good for an hour of the tenant's clock: that of Ada Fenn, with every claim of `claims` in the place
   * of the usual one. A claim given as undefined is left out. With `roles` and no `scp` it is an application's own token.
   */
  readonly token: (claims?: Readonly<Record<string, unknown>>) => string;
  /** Makes the tenant hold this and nothing else. @throws Error that names the line, and changes nothing */
  readonly seed: (seed: string | GraphMockSeed) => Promise<void>;
  /** Back to the seed, or to the sample: with no fault, an empty journal, the machine's time and the usual policy. */
  readonly reset: () => Promise<void>;
  /** Everything it holds, in the form of a seed. */
  readonly state: () => Promise<GraphMockSeed>;
  readonly faults: {
    readonly add: (fault: GraphMockFault) => Promise<GraphMockFault & { readonly id: string }>;
    readonly list: () => Promise<readonly (GraphMockFault & { readonly id: string })[]>;
    readonly remove: (id: string) => Promise<void>;
    readonly clear: () => Promise<void>;
  };
  /** What it was asked, the newest first. */
  readonly requests: (filter?: GraphMockFilter) => Promise<readonly GraphMockRequest[]>;
  readonly clearRequests: () => Promise<void>;
  /** What clients had better do otherwise, and the permissions that each application has needed. */
  readonly guidance: () => Promise<{
    readonly warnings: readonly { readonly code: string; readonly count: number }[];
    readonly permissions: readonly {
      readonly app: string;
      readonly needed: readonly string[];
      readonly granted: readonly string[];
      readonly excess: readonly string[];
    }[];
  }>;
  /** Links, tokens, sessions and download URLs end by it. */
  readonly clock: {
    readonly now: () => Promise<Date>;
    /** Time goes on from there. */
    readonly set: (now: string | Date) => Promise<void>;
    /** It stands still, from now on or there. */
    readonly freeze: (now?: string | Date) => Promise<void>;
    /** By an ISO 8601 duration, such as `PT36H`. */
    readonly advance: (duration: string) => Promise<void>;
    readonly reset: () => Promise<void>;
  };
  readonly policy: {
    readonly get: () => Promise<GraphMockPolicy>;
    /** Changes a part of it. */
    readonly set: (policy: Partial<GraphMockPolicy>) => Promise<GraphMockPolicy>;
    readonly reset: () => Promise<void>;
  };
}

/** A mock that is running, and its tenant: that of the sample, or the one that the seed it was started with names. */
export interface GraphMock extends GraphMockTenant {
  /** Its origin, without a slash at the end: `http://127.0.0.1:49152`. Graph's paths follow: `/v1.0/me/drive`. */
  readonly url: string;
  /** With https, the certificate authority's file, in PEM: for `NODE_EXTRA_CA_CERTS`, or the `ca` of an agent. */
  readonly caFile?: string;
  /** Another tenant, by its id: nothing of the others is seen there. */
  readonly tenant: (id: string) => GraphMockTenant;
  /** Every tenant goes back to its seed, or to the sample, and so do all of its tables in a Storage account. */
  readonly reset: () => Promise<void>;
  /** Takes no more calls, finishes those under way, and ends. Nothing stays open. */
  readonly close: () => Promise<void>;
}

/**
 * Starts a mock of Microsoft Graph in this process. Several may run side by side; they share nothing but a Storage
 * account that is given to both.
 *
 * @throws Error whose message is one line: an option that cannot be, or a port that is taken
 */
export async function startGraphMock(options: GraphMockOptions = {}): Promise<GraphMock> {
  const { storage = 'memory', port = 0, host: address = '127.0.0.1', historicContract = true, clock, log } = options;
  const settings = settingsOf({
    GRAPH_MOCK_STORAGE: storage,
    GRAPH_MOCK_PUBLIC_URL: options.publicUrl,
    GRAPH_MOCK_AUTH: options.auth,
    GRAPH_MOCK_UNKNOWN_ITEMS: options.unknownItems,
    GRAPH_MOCK_HISTORIC_CONTRACT: historicContract ? 'on' : 'off',
    GRAPH_MOCK_APPS: options.apps && JSON.stringify(options.apps),
    GRAPH_MOCK_CONTROL_KEY: options.controlKey,
    GRAPH_MOCK_QUOTA_LINKS: options.quotas?.links?.toString(),
    GRAPH_MOCK_QUOTA_ITEMS: options.quotas?.items?.toString(),
    GRAPH_MOCK_QUOTA_BYTES: options.quotas?.bytes?.toString(),
  });
  const tls = await tlsOf(options.https);
  const policy = options.policy && { ...usualPolicy, historicContract, ...checked(policyChange(), options.policy) };
  const context = await openContext(settings, {
    ...(clock && { clock }),
    ...(policy && { policy }),
    ...(log && { report: log }),
  });
  const keys = settings.GRAPH_MOCK_AUTH === 'scopes' ? await keysOf(context) : undefined;
  const seed = options.seed === undefined ? undefined : textOfSeed(options.seed);
  const ownTenant = seed === undefined ? sample.tenant : await tenantOfSeed(seed);
  const host = await startHost({ dispatch, context, host: address, port, tls });
  const origin = settings.GRAPH_MOCK_PUBLIC_URL ?? host.url;

  function tenant(id: string): GraphMockTenant {
    const tid = tenantOf(id);
    return {
      token: (claims = {}) => tokenOf({ tid, ...claims }, clockNow(tid, context), keys),
      ...tenantControls(tid, origin, context),
    };
  }

  async function close(): Promise<void> {
    await host.close();
    await settleJournals(context);
    await context.tenants.close();
    await context.store.close();
  }

  try {
    if (seed !== undefined) await sowOnce(seed, ownTenant, origin, context);
  } catch (refused) {
    await close();
    throw refused;
  }
  return {
    ...tenant(ownTenant),
    url: host.url,
    ...(tls && { caFile: tls.caFile }),
    tenant,
    reset: () => resetAll(origin, context),
    close,
  };
}

const textOfSeed = (seed: string | GraphMockSeed): string =>
  typeof seed === 'string' ? seed : JSON.stringify(seed, undefined, 1);

async function tlsOf(https: GraphMockOptions['https'] = false) {
  if (https === false) return undefined;
  const { certs, hostnames = [] } = https === true ? {} : https;
  return ensureTls({ folder: certs, hostnames });
}
