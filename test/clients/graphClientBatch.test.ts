import {
  BatchRequestContent,
  BatchResponseContent,
  Client,
  HTTPMessageHandler,
} from '@microsoft/microsoft-graph-client';

import { type GraphMock, startGraphMock } from '../../src/index.ts';
import { ids } from '../kit/graph.ts';
import { azurite, storeNames } from '../kit/stores.ts';

// The batch classes of the official client as they come from npm. In Node a Request needs an absolute URL; the client
// takes its origin off, and the version has to be left out.

const part = (path: string, init: RequestInit = {}): Request => new Request(`https://graph.microsoft.com${path}`, init);
const post = (path: string, body: object): Request =>
  part(path, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) });

describe.each([...storeNames])("@microsoft/microsoft-graph-client's batches on %s", (store) => {
  let mock: GraphMock;
  let client: Client;
  const tid = crypto.randomUUID();

  beforeAll(async () => {
    mock = await startGraphMock({ storage: store === 'azurite' ? azurite() : store });
    client = Client.initWithMiddleware({
      baseUrl: mock.url,
      middleware: {
        async execute(context) {
          const options = (context.options ??= {});
          options.headers = new Headers(options.headers);
          options.headers.set('authorization', `Bearer ${mock.token({ tid })}`);
          await new HTTPMessageHandler().execute(context);
        },
      },
    });
  });
  afterAll(() => mock.close());

  const send = async (
    requests: ConstructorParameters<typeof BatchRequestContent>[0],
  ): Promise<BatchResponseContent> => {
    const content = await new BatchRequestContent(requests).getContent();
    return new BatchResponseContent(await client.api('/$batch').post(content));
  };

  test('reads, creates, and redirects in one', async () => {
    const item = `/drives/${ids.drive}/items/${ids.report}`;
    const answers = await send([
      { id: '1', request: part('/me/drive?$select=id') },
      { id: '2', request: post(`${item}/createLink`, { type: 'view', scope: 'organization' }) },
      { id: '3', request: part(`${item}/content`) },
      { id: '4', request: part(`/me/drive/items/${ids.unknown}`) },
    ]);
    expect(await answers.getResponseById('1').json()).toMatchObject({ id: ids.drive });
    const made = answers.getResponseById('2');
    expect(made.status).toBe(201);
    expect(await made.json()).toMatchObject({ link: { type: 'view', scope: 'organization' } });
    expect(answers.getResponseById('3').status).toBe(302);
    expect(answers.getResponseById('3').headers.get('location')).toMatch(mock.url);
    expect(answers.getResponseById('4').status).toBe(404);
    expect(await answers.getResponseById('4').json()).toMatchObject({ error: { code: 'itemNotFound' } });
  });

  test('what is done one after the other, and what fails with it', async () => {
    const answers = await send([
      { id: 'make', request: post('/me/drive/root/children', { name: 'Batch', folder: {} }) },
      { id: 'remove', request: part('/me/drive/root:/Batch:', { method: 'DELETE' }), dependsOn: ['make'] },
      { id: 'miss', request: part('/me/drive/root:/Batch:'), dependsOn: ['remove'] },
      { id: 'late', request: part('/me/drive'), dependsOn: ['miss'] },
    ]);
    const statuses = [...answers.getResponses()].map(([id, { status }]) => [id, status]);
    expect(statuses).toEqual([
      ['make', 201],
      ['remove', 204],
      ['miss', 404],
      ['late', 424],
    ]);
  });
});
