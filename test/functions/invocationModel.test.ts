import { dispatch } from '../../functions/index.ts';
import { openContext } from '../../src/context.ts';
import * as sources from '../../src/local/functionsCore.ts';
import { type Host, startHost } from '../../src/local/host.ts';
import { deployedSettingsOf } from '../../src/settings.ts';
import { ids, tokenOf } from '../kit/graph.ts';
import { startPackaged } from '../kit/packaged.ts';
import { invoke, type RpcRequest, type RpcResponse } from '../kit/worker.ts';

// Ways into the same handlers, each with a store of its own: the worker's, as under `func start` and in the cloud, once
// for the sources and once for the bundle that is deployed; and the local host's. For the same request they answer the same.

const origin = 'https://mock.example.com';

/** The plain URL of a file, which is a share without anybody having made a link (F6.1). */
const share = `u!${Buffer.from(`${origin}/personal/ada_fenn_contoso_com/Documents/Projects/Budget.xlsx`).toString('base64url')}`;

/** A value for each parameter of a route. */
const samples: Readonly<Record<string, string>> = {
  version: 'v1.0',
  tenant: 'contoso.com',
  driveId: ids.drive,
  itemId: ids.budget,
  workbookId: ids.budget,
  userId: 'ada.fenn@contoso.com',
  groupId: '5b0b3b6e-8f7c-5c1e-9d43-0c5c8a1f6e21',
  siteId: 'root',
  siteHost: 'contoso.sharepoint.com',
  specialName: 'documents',
  listId: 'Documents',
  itemNumber: '1',
  shareKey: share,
  permissionId: 'aTowIy5mfG1lbWJlcnNoaXB8YWRhLmZlbm5AY29udG9zby5jb20',
};

/** What follows where a route ends in `{*path}`. */
const paths: Readonly<Record<string, string>> = {
  'path-site': 'sites/marketing:/drive/root',
  fallback: 'v1.0/nonsense',
};

/** A body for each operation that takes one. */
const bodies: Readonly<Record<string, string>> = {
  createLink: '{"type":"view","scope":"organization"}',
  createChild: '{"name":"New folder","folder":{}}',
  uploadContent: 'some text',
  createSession: '{"persistChanges":true}',
  createUploadSession: '{"item":{"@microsoft.graph.conflictBehavior":"replace"}}',
  batch: '{"requests":[{"id":"1","method":"GET","url":"/me/drive"}]}',
  addPermission: '{"roles":["read"],"grantedToV2":{"application":{"id":"d6fad40a-1390-54cd-8b9a-9018701daa96"}}}',
  invite: '{"recipients":[{"email":"bruno.costa@contoso.com"}],"roles":["read"],"requireSignIn":true}',
  grantPermission: '{"recipients":[{"email":"bruno.costa@contoso.com"}],"roles":["read"]}',
  updateItem: '{"description":"Described anew"}',
  updatePermission: '{"roles":["write"]}',
  revokeGrants: '{"grantees":[{"email":"bruno.costa@contoso.com"}]}',
  token: 'grant_type=client_credentials&client_id=a&client_secret=b&scope=https://graph.microsoft.com/.default',
  beginDevice: 'client_id=a&scope=User.Read',
  setClock: '{"now":"2031-01-01T00:00:00Z","frozen":true}',
  updatePolicy: '{"anonymousLinks":false}',
  addFault: '{"profile":"maintenance"}',
  putSeed: 'users: [userPrincipalName: ada.fenn@contoso.com]',
};

/** The same in a query. */
const queries: Readonly<Record<string, string>> = {
  authorize: '?client_id=a&response_type=code&redirect_uri=https://app.example.com/&scope=openid&prompt=none',
};

const operationOf = (name: string): string => name.split('-')[0] ?? '';

interface Example {
  readonly name: string;
  readonly method: string;
  readonly path: string;
  readonly params: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** One request for each method of each function. */
const examples = sources.registrations.flatMap(({ metadata: { name, bindings } }): Example[] => {
  const trigger = Object.values(bindings).find(({ type }) => type === 'httpTrigger');
  const route = trigger?.route ?? '';
  const rest = paths[name] ?? 'Projects/Budget.xlsx';
  const names = [...route.matchAll(/\{(\w+)\}/g)].map(([, parameter = '']) => parameter);
  const filled = route
    .replace('{*path}', rest)
    .replaceAll(/\{(\w+)\}/g, (_, parameter: string) => samples[parameter] ?? 'x');
  const path = `/${filled}${queries[operationOf(name)] ?? ''}`;
  const params = Object.fromEntries(names.map((parameter) => [parameter, samples[parameter] ?? 'x']));
  const body = bodies[operationOf(name)];
  return (trigger?.methods ?? []).map((method) => {
    const takesBody = body !== undefined && method !== 'GET' && method !== 'HEAD';
    return { name, method, path, params, ...(takesBody && { body }) };
  });
});

/** What differs from call to call: ids, moments, and what is made of them. */
const varying = [
  // What says where it begins comes first, the longest before the others: by chance, `eyJ` or a code stands within it.
  /(tempauth|session)=[\w.-]+/g,
  /\/E[\w-]{30,}/g,
  /u![\w-]{30,}/g,
  /eyJ[\w.-]+/g,
  /"(n|kid)":"[\w-]+"/g,
  /[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12}/gi,
  /\b01[A-Z\d]{32}\b/g,
  /"[\da-f]{32}"/g,
  /\b[BCDFGHJKLMNPQRSTVWXZ]{9}\b/g,
  /\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(\.\d+)?Z?/g,
  /"listItemId":"\d+"/g,
];
const settled = (text: string): string => varying.reduce((rest, pattern) => rest.replaceAll(pattern, '…'), text);

/** Headers that belong to the connection, and those the library drops for a status without a body. */
const ofTheConnection = new Set(['connection', 'keep-alive', 'date', 'content-length', 'transfer-encoding']);

const settledHeaders = (headers: Iterable<readonly [string, string]>): Record<string, string> =>
  Object.fromEntries(
    [...headers]
      .map(([name, value]) => [name.toLowerCase(), settled(value)] as const)
      .filter(([name]) => !ofTheConnection.has(name)),
  );

const controlKey = 'sixteen-letters-0';
const environment = {
  GRAPH_MOCK_STORAGE: 'memory',
  GRAPH_MOCK_PUBLIC_URL: origin,
  GRAPH_MOCK_CONTROL_KEY: controlKey,
};

/** An app in a worker. */
interface Worker {
  readonly registered: () => Promise<readonly unknown[]>;
  readonly invoke: (name: string, request: RpcRequest) => Promise<RpcResponse>;
  readonly close: () => Promise<void>;
}

const workers: Readonly<Record<string, () => Promise<Worker>>> = {
  async 'the sources'() {
    Object.assign(process.env, environment);
    return {
      registered: async () => sources.registrations.map(({ metadata }) => metadata),
      invoke: (name, request) => invoke(name, request, sources),
      async close() {
        for (const name of Object.keys(environment)) delete process.env[name];
      },
    };
  },
  'the deployed bundle': () => startPackaged(environment),
};

describe.each(Object.keys(workers))('%s', (name) => {
  let worker: Worker | undefined;
  let host: Host;
  let closeStore: () => Promise<void>;
  const succeeded = new Set<string>();

  beforeAll(async () => {
    worker = await workers[name]?.();
    const context = await openContext(deployedSettingsOf(environment));
    closeStore = context.store.close;
    host = await startHost({ dispatch, context, host: '127.0.0.1', port: 0 });
  });
  afterAll(async () => {
    await worker?.close();
    await host.close();
    await closeStore();
  });

  test.each(examples)('$name: $method $path', async ({ name: called, method, path, params, body }) => {
    const headers = {
      // A tenant of its own, so that each example finds the sample as it was.
      authorization: `Bearer ${tokenOf({ tid: crypto.randomUUID(), scp: 'Files.ReadWrite.All' })}`,
      'content-type': body?.startsWith('{') ? 'application/json' : 'application/x-www-form-urlencoded',
      'x-mock-key': controlKey,
    };
    const bytes = body === undefined ? undefined : new TextEncoder().encode(body);
    const url = host.url + path;
    const invoked = await worker?.invoke(called, { method, url, headers, params, ...(bytes && { body: bytes }) });
    const fetched = await fetch(url, { method, headers, redirect: 'manual', ...(bytes && { body: bytes }) });
    expect({
      status: invoked?.status,
      headers: settledHeaders(Object.entries(invoked?.headers ?? {})),
      body: settled(new TextDecoder().decode(invoked?.body)),
    }).toEqual({
      status: fetched.status,
      headers: settledHeaders(fetched.headers),
      body: settled(await fetched.text()),
    });
    if (fetched.status < 400) succeeded.add(operationOf(called));
  });

  test('every operation has succeeded at least once in this comparison, so that it compares more than errors', () => {
    // Without a session, a link, a grant, a signature or a fault there is nothing for these to succeed on.
    const bound = new Set([
      'refreshSession',
      'closeSession',
      'deletePermission',
      'updatePermission',
      'revokeGrants',
      'getSharePermission',
      'commitUpload',
      'uploadFragment',
      'uploadStatus',
      'completeUpload',
      'cancelUpload',
      'linkPage',
      'embedPage',
      'download',
      'getFault',
      'removeFault',
    ]);
    const operations = new Set(examples.map((example) => operationOf(example.name)).filter((each) => !bound.has(each)));
    expect([...operations].filter((each) => !succeeded.has(each))).toEqual([]);
  });

  test('where a connection cannot be dropped, a fault that drops is 503', async () => {
    const headers = { authorization: 'Bearer any', 'x-mock-fault': 'drop' };
    const params = { version: 'v1.0', driveId: ids.drive, itemId: ids.report };
    const url = `${host.url}/v1.0/drives/${ids.drive}/items/${ids.report}`;
    const answer = await worker?.invoke('getItem-anyDrive-item', { method: 'GET', url, headers, params });
    expect(answer?.status).toBe(503);
  });

  test('registers every function, under the same routes and methods', async () => {
    const metadata = sources.registrations.map((registration) => registration.metadata);
    expect(await worker?.registered()).toEqual(JSON.parse(JSON.stringify(metadata)));
  });
});
