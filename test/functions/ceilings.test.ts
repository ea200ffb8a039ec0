import { itemPartition } from '../../src/drive/item.ts';
import { drivePartition } from '../../src/drive/drive.ts';
import { redeemedKind } from '../../src/identity/authorizationCode.ts';
import { deviceKind } from '../../src/identity/deviceCode.ts';
import { notificationKind } from '../../src/sharing/notification.ts';
import type { Kind, Step } from '../../src/store/store.ts';
import { uploadKind } from '../../src/upload/session.ts';
import { sessionKind } from '../../src/workbook/session.ts';
import { type Graph, ids, startGraph } from '../kit/graph.ts';
import { redirectUri, signInAt } from '../kit/signIn.ts';
import { freshStore, storeNames } from '../kit/stores.ts';

// What no quota counts has a ceiling: rows that live for minutes, of which a caller could make any number.

const minute = 60_000;
const drive = '/v1.0/me/drive';

interface Answer {
  readonly status: number;
  readonly retryAfter: string | null | undefined;
  readonly code: unknown;
}

interface Case {
  readonly what: string;
  readonly kind: Kind<object>;
  readonly partition: (tenant: string) => string;
  readonly most: number;
  /** How long a row is of use, in milliseconds. */
  readonly lives: number;
  readonly make: (graph: Graph, at: number) => Promise<Answer>;
  readonly made: number;
  readonly refused: Answer;
}

/** A kind whose rows are read, and written again, as they lie there. */
const asItLies = ({ table }: Kind<never>): Kind<object> => ({ table, json: [] });

const ofGraph = async (reply: ReturnType<Graph['post']>): Promise<Answer> => {
  const { status, headers, body } = await reply;
  return { status, retryAfter: headers['retry-after'], code: body.error?.code };
};

const throttled = { status: 429, retryAfter: '30', code: 'temporarily_unavailable' };

const cases: readonly Case[] = [
  {
    what: 'upload sessions of a drive',
    kind: asItLies(uploadKind),
    partition: (tenant) => drivePartition(tenant, ids.drive),
    most: 200,
    lives: 15 * minute,
    make: (graph, at) => ofGraph(graph.post(`${drive}/root:/file ${at}.bin:/createUploadSession`)),
    made: 200,
    refused: { status: 507, retryAfter: undefined, code: 'quotaLimitReached' },
  },
  {
    what: 'sessions of a workbook',
    kind: asItLies(sessionKind),
    partition: (tenant) => itemPartition(tenant, { driveId: ids.drive, id: ids.budget }),
    most: 100,
    lives: 7 * minute,
    make: (graph) =>
      ofGraph(graph.post(`${drive}/items/${ids.budget}/workbook/createSession`, { persistChanges: false })),
    made: 201,
    refused: { status: 429, retryAfter: '30', code: 'tooManyRequests' },
  },
  {
    what: 'devices that wait in a tenant',
    kind: asItLies(deviceKind),
    partition: (tenant) => tenant,
    most: 500,
    lives: 15 * minute,
    async make(graph) {
      const values = { client_id: 'a', scope: 'User.Read' };
      const { status, headers, body } = await signInAt(graph, graph.tenant).post('oauth2/v2.0/devicecode', values);
      return { status, retryAfter: headers.get('retry-after'), code: body.error };
    },
    made: 200,
    refused: throttled,
  },
  {
    what: 'codes that a tenant has redeemed lately',
    kind: asItLies(redeemedKind),
    partition: (tenant) => tenant,
    most: 5000,
    lives: 10 * minute,
    async make(graph) {
      const at = signInAt(graph, graph.tenant);
      const code = (await at.authorize()).get('code') ?? '';
      const values = { grant_type: 'authorization_code', redirect_uri: redirectUri, code };
      const { status, headers, body } = await at.token(values);
      return { status, retryAfter: headers.get('retry-after'), code: body.error };
    },
    made: 200,
    refused: throttled,
  },
];

let graph: Graph;
afterEach(() => graph.close());

async function rowsIn(kind: Kind<object>, partition: string): Promise<string[]> {
  const rows: string[] = [];
  for await (const { row } of graph.context.store.rows(kind).list(partition)) rows.push(row);
  return rows;
}

/** As if other instances had added so many more of what is there. */
async function copies(kind: Kind<object>, partition: string, count: number): Promise<void> {
  const rows = graph.context.store.rows(kind);
  const [first = ''] = await rowsIn(kind, partition);
  const value = (await rows.get({ partition, row: first }))?.value ?? {};
  const steps = Array.from({ length: count }, (_, at): Step<object> => {
    const row = `~copy ${at}`;
    return { do: 'insert', row, value: 'id' in value ? { ...value, id: row } : value };
  });
  for (let at = 0; at < count; at += 100) await rows.transact(partition, steps.slice(at, at + 100));
}

describe.each([...storeNames])('on %s', (store) => {
  test.each(cases)('$what', async ({ kind, partition, most, lives, make, made, refused }) => {
    graph = await startGraph({ store });
    const where = partition(graph.tenant);
    expect((await make(graph, 0)).status).toBe(made);
    await copies(kind, where, most - 2);
    // What an instance has seen of the others it knows for a minute.
    graph.advance(minute);
    expect((await make(graph, 1)).status).toBe(made);
    expect(await make(graph, 2)).toMatchObject({ ...refused, retryAfter: refused.retryAfter ?? undefined });
    expect(await rowsIn(kind, where)).toHaveLength(most);

    await graph.context.store.rows(kind).remove({ partition: where, row: '~copy 0' });
    graph.advance(1000);
    expect((await make(graph, 3)).status).toBe(made);
    expect((await make(graph, 4)).status).toBe(refused.status);

    graph.advance(lives);
    expect((await make(graph, 5)).status).toBe(made);
    expect(await rowsIn(kind, where)).toHaveLength(1);
  });

  test('of many at once no more are made than there may be', async () => {
    graph = await startGraph({ store });
    const [uploads] = cases;
    if (!uploads) throw new Error('There are cases');
    await graph.get(drive);
    const answers = await Promise.all(Array.from({ length: 230 }, (_, at) => uploads.make(graph, at)));
    const open = answers.filter(({ status }) => status === 200).length;
    expect(open).toBeGreaterThan(100);
    expect(open).toBeLessThanOrEqual(200);
    expect(await rowsIn(uploads.kind, uploads.partition(graph.tenant))).toHaveLength(open);
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200, 507]));
  });

  test('mails: the newest are kept, and shown page by page', async () => {
    graph = await startGraph({ store });
    const kind = asItLies(notificationKind);
    const invitation = { recipients: [{ email: 'bruno.costa@contoso.com' }], roles: ['read'], sendInvitation: true };
    const invite = (message: string) => graph.post(`${drive}/items/${ids.report}/invite`, { ...invitation, message });
    await invite('first');
    await copies(kind, graph.tenant, 1000);
    graph.advance(minute);
    await invite('second');
    expect((await rowsIn(kind, graph.tenant)).length).toBeLessThanOrEqual(501);

    await invite('third');
    const seen: string[] = [];
    let pages = 0;
    let next: string | undefined = '/_mock/notifications?top=200';
    while (next !== undefined) {
      const { status, body } = await graph.get(next);
      expect(status).toBe(200);
      expect(body.value.length).toBeLessThanOrEqual(200);
      seen.push(...body.value.map(({ message }: { message: string }) => message));
      next = body['@odata.nextLink']?.replace(graph.url, '');
      pages += 1;
    }
    expect({ pages, count: seen.length, newest: seen.slice(0, 3) }).toEqual({
      pages: 3,
      count: 500,
      newest: ['third', 'second', 'first'],
    });
    expect((await graph.get('/_mock/notifications')).body.value).toHaveLength(100);
  });
});

test('making one looks at the others now and then, and not each time', async () => {
  const store = await freshStore('memory');
  let lists = 0;
  const rows: typeof store.rows = (kind) => {
    const own = store.rows(kind);
    if (kind.table !== uploadKind.table) return own;
    return { ...own, list: (...asked) => ((lists += 1), own.list(...asked)) };
  };
  graph = await startGraph({ replaced: { store: { ...store, rows } } });
  for (let at = 0; at < 20; at += 1)
    expect((await graph.post(`${drive}/root:/file ${at}.bin:/createUploadSession`)).status).toBe(200);
  expect(lists).toBe(1);
});

describe('texts that are written down end somewhere', () => {
  const long = 'x'.repeat(4097);

  test.each([
    [
      'the description of an upload',
      'POST',
      `${drive}/root:/a.bin:/createUploadSession`,
      { item: { description: long } },
    ],
    ['the description of an item', 'PATCH', `${drive}/items/${ids.report}`, { description: long }],
  ])('%s', async (_, method, path, body) => {
    graph = await startGraph();
    const reply = await graph.send(method, path, body);
    expect(reply).toMatchObject({ status: 400, body: { error: { code: 'invalidRequest' } } });
    expect(JSON.stringify(reply.body)).toContain('description');
  });

  test.each([
    ['the scope of a device', { client_id: 'a', scope: long }],
    ['the application of a device', { client_id: long, scope: 'User.Read' }],
  ])('%s', async (_, values) => {
    graph = await startGraph();
    const { status, body } = await signInAt(graph, graph.tenant).post('oauth2/v2.0/devicecode', values);
    expect({ status, error: body.error, codes: body.error_codes }).toEqual({
      status: 400,
      error: 'invalid_request',
      codes: [9_002_313],
    });
    expect(await rowsIn(asItLies(deviceKind), graph.tenant)).toEqual([]);
  });
});
