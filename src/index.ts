import { dispatch } from '../functions/index.ts';
import { openContext } from './context.ts';
import { keysOf } from './identity/keys.ts';
import { kinds } from './kinds.ts';
import { startHost } from './local/host.ts';
import { ensureTls } from './local/https.ts';
import { tokenOf } from './local/token.ts';
import { settingsOf } from './settings.ts';

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

/** A mock that is running. */
export interface GraphMock {
  /** Its origin, without a slash at the end: `http://127.0.0.1:49152`. Graph's paths follow: `/v1.0/me/drive`. */
  readonly url: string;
  /** With https, the certificate authority's file, in PEM: for `NODE_EXTRA_CA_CERTS`, or the `ca` of an agent. */
  readonly caFile?: string;
  /**
   * A bearer token, good for an hour of the mock's clock: that of Ada Fenn in the sample tenant, with every claim of
   * `claims` in the place of the usual one. A claim given as undefined is left out. With `roles` and no `scp` it is an
   * application's own token. Another `tid` is another tenant, where nothing of the first is seen.
   */
  readonly token: (claims?: Readonly<Record<string, unknown>>) => string;
  /** Forgets everything that was written, in all tenants, and in all of its tables in a Storage account. The sample files are there again. */
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
    GRAPH_MOCK_QUOTA_LINKS: options.quotas?.links?.toString(),
    GRAPH_MOCK_QUOTA_ITEMS: options.quotas?.items?.toString(),
    GRAPH_MOCK_QUOTA_BYTES: options.quotas?.bytes?.toString(),
  });
  const tls = await tlsOf(options.https);
  const context = await openContext(settings, { ...(clock && { clock }), ...(log && { report: log }) });
  const keys = settings.GRAPH_MOCK_AUTH === 'scopes' ? await keysOf(context) : undefined;
  const host = await startHost({ dispatch, context, host: address, port, tls });
  return {
    url: host.url,
    ...(tls && { caFile: tls.caFile }),
    token: (claims = {}) => tokenOf(claims, context.clock(), keys),
    async reset() {
      await context.store.clear(kinds, '');
      context.tenants.forget();
    },
    async close() {
      await host.close();
      await context.tenants.close();
      await context.store.close();
    },
  };
}

async function tlsOf(https: GraphMockOptions['https'] = false) {
  if (https === false) return undefined;
  const { certs, hostnames = [] } = https === true ? {} : https;
  return ensureTls({ folder: certs, hostnames });
}
