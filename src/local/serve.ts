import { dispatch } from '../../functions/index.ts';
import { openContext } from '../context.ts';
import { controlKind } from '../control/control.ts';
import { journalKind, settleJournals } from '../control/journal.ts';
import { sowFile } from '../control/seedFile.ts';
import { driveKind } from '../drive/drive.ts';
import { keysOf } from '../identity/keys.ts';
import type { Context } from '../operation.ts';
import { settleExports } from '../otlp.ts';
import { requestLog } from '../requestLog.ts';
import { permissionKind } from '../sharing/kept.ts';
import { makeTables } from '../store/openStore.ts';
import { tenantKind } from '../tenants/tenantRow.ts';
import type { Given } from './cliSettings.ts';
import { startHost } from './host.ts';
import { ensureTls, type Tls } from './https.ts';
import { startProxy } from './proxy.ts';
import { startSweeping } from './sweeping.ts';
import type { terminalOf } from './terminal.ts';
import { quoted, trustLines } from './trust.ts';
import { tokenOf } from './token.ts';

// Everything but the command line and Azurite: loaded while the latter starts.

/** What every tenant has something of from its first call on. */
const usualKinds = [controlKind, tenantKind, driveKind, permissionKind, journalKind];

interface Surroundings {
  readonly terminal: ReturnType<typeof terminalOf>;
  /** What has been started, to be stopped in the opposite order. */
  readonly started: { readonly close: () => Promise<void> }[];
}

/** Starts everything, and says so in one line. */
export async function serve(given: Given, storage: string, { terminal, started }: Surroundings): Promise<void> {
  terminal.progress('Opening the store');
  // Nobody waits for it: where one is missing still, or it fails, whoever writes first makes it.
  if (given.GRAPH_MOCK_STORAGE === 'azurite') void makeTables(storage, usualKinds).catch(() => {});
  const context = await openContext({ ...given, GRAPH_MOCK_STORAGE: storage });
  started.push(
    { close: settleExports },
    context.store,
    context.tenants,
    { close: () => settleJournals(context) },
    startSweeping(context),
  );
  if (given.GRAPH_MOCK_HTTPS || given.GRAPH_MOCK_PROXY !== undefined) terminal.progress('Looking at certificates');
  const tls = await tlsOf(given);
  const log = requestLog(given.GRAPH_MOCK_LOG, (line) => void process.stdout.write(`${line}\n`));
  const host = await startHost({
    dispatch: (request, from) => dispatch(request, from, log),
    context,
    host: given.HOST,
    port: given.PORT,
    tls,
  });
  started.push(host);
  if (given.GRAPH_MOCK_SEED !== undefined) terminal.progress('Sowing the seed');
  await sowFile(context, given.GRAPH_MOCK_PUBLIC_URL ?? host.url);
  const proxy = tls && (await proxyTo(host.url, given));
  // Closed last, since calls under way may come through it.
  if (proxy) started.unshift(proxy);
  const token = await tokenFor(given.GRAPH_MOCK_AUTH, context);
  const trust = tls ? `--cacert ${quoted(tls.caFile)} ` : '';
  const lines = [
    `Ready on ${host.url} - try: curl -s ${trust}-X POST ${host.url}/v1.0/me/drive/root/createLink -H 'Authorization: Bearer ${token}' -H 'Content-Type: application/json' -d '{"type":"view","scope":"organization"}'`,
    ...(tls ? trustLines(tls.caFile) : []),
    ...(proxy ? [`Proxy   HTTPS_PROXY=${proxy.url}`] : []),
  ];
  terminal.write(`${lines.join('\n')}\n`);
}

/** A token that works in the line that is printed; where only Entra ID's are taken, the place of one. */
async function tokenFor(mode: Given['GRAPH_MOCK_AUTH'], context: Context): Promise<string> {
  if (mode === 'entra') return '<token of your tenant>';
  if (mode !== 'scopes') return 'any';
  // Good for a decade: whoever pastes the line tomorrow shall not wonder.
  const exp = Math.floor(Date.now() / 1000) + 315_360_000;
  return tokenOf({ exp }, new Date(), await keysOf(context));
}

/** Key and certificate where the settings ask for https. A proxy leads to nothing else. */
async function tlsOf({ GRAPH_MOCK_HTTPS, GRAPH_MOCK_PROXY, ...given }: Given): Promise<Tls | undefined> {
  if (!GRAPH_MOCK_HTTPS && GRAPH_MOCK_PROXY === undefined) return undefined;
  const own = ['0.0.0.0', '::'].includes(given.HOST) ? [] : [given.HOST];
  return ensureTls({ folder: given.GRAPH_MOCK_CERTS, hostnames: [...given.GRAPH_MOCK_HOSTNAMES, ...own] });
}

async function proxyTo(url: string, { HOST, GRAPH_MOCK_PROXY }: Given) {
  if (GRAPH_MOCK_PROXY === undefined) return undefined;
  const { hostname, port: hostPort } = new URL(url);
  const target = { host: hostname.replaceAll(/[[\]]/g, ''), port: Number(hostPort) };
  return startProxy({ host: HOST, port: GRAPH_MOCK_PROXY, target });
}
