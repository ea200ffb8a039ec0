import { randomUUID } from 'node:crypto';

import { ids, tokenOf } from '../kit/graph.ts';
import { weighted } from '../kit/random.ts';

/** `injected`: refused, as it may be, while storage was made to fail. */
export type Outcome = 'acknowledged' | 'injected' | 'unexpected';

type Call = readonly [method: string, path: string, body?: unknown];

const drive = `/v1.0/drives/${ids.drive}`;
const report = `${drive}/items/${ids.report}`;
const link = { type: 'view', scope: 'anonymous' };
const invitation = { recipients: [{ email: 'bruno.costa@contoso.com' }], roles: ['read'], requireSignIn: true };
const get = (url: string) => ({ id: '1', method: 'GET', url });

/** What is called, each so many times as often. `n` is another number each time. */
const calls: readonly (readonly [number, (n: number) => Call])[] = [
  [8, () => ['POST', `${report}/createLink`, link]],
  [4, () => ['GET', `${report}/permissions`]],
  [4, () => ['GET', `${drive}/root/children?$top=2&$filter=folder eq null`]],
  [2, () => ['GET', `${drive}/root:/Projects/Report.docx`]],
  [2, (n) => ['PUT', `${drive}/root:/file ${n % 20}.txt:/content`, 'x'.repeat((n % 3) * 50_000)]],
  [2, () => ['POST', `${drive}/items/${ids.projects}/invite`, invitation]],
  [1, () => ['POST', '/v1.0/$batch', { requests: [get('/me/drive'), { ...get(report.slice(5)), id: '2' }] }]],
  [1, () => ['GET', '/v1.0/$metadata']],
];

/** Calls again and again, one call at a time, in a tenant that is another one every so often. */
export function startCaller(
  url: string,
  random: () => number,
  injected: () => number,
  tell: (outcome: Outcome, what: string) => void,
): { readonly stop: () => Promise<void> } {
  const over = new AbortController();
  let tenant = randomUUID();
  async function loop(): Promise<void> {
    for (let n = 0; !over.signal.aborted; n += 1) {
      if (n % 200 === 0) tenant = randomUUID();
      const [method, path, body] = weighted(random, calls)(n);
      const before = injected();
      const { isGood, isRefusal, what } = await ask(url, tenant, [method, path, body]);
      if (isGood) tell('acknowledged', '');
      else tell(isRefusal && injected() > before ? 'injected' : 'unexpected', `${method} ${path}: ${what}`);
    }
  }
  const done = loop();
  return {
    async stop() {
      over.abort();
      await done;
    },
  };
}

async function ask(url: string, tenant: string, [method, path, body]: Call) {
  const headers = {
    authorization: `Bearer ${tokenOf({ tid: tenant, scp: 'Files.ReadWrite.All' })}`,
    'content-type': typeof body === 'string' ? 'text/plain' : 'application/json',
  };
  const sent = typeof body === 'string' ? body : JSON.stringify(body);
  try {
    const response = await fetch(url + encodeURI(path), { method, headers, ...(sent !== undefined && { body: sent }) });
    const text = await response.text();
    // A batch is answered 200 whatever becomes of its parts.
    const isPartRefused = path.endsWith('$batch') && text.includes('"status":503');
    const isRefusal = isPartRefused || (response.status === 503 && response.headers.has('retry-after'));
    return { isGood: response.ok && !isPartRefused, isRefusal, what: `${response.status} ${text.slice(0, 300)}` };
  } catch (failure) {
    return { isGood: false, isRefusal: false, what: String(failure) };
  }
}
