import {
  Client,
  HTTPMessageHandler,
  type Context,
  RetryHandler,
  RetryHandlerOptions,
} from '@microsoft/microsoft-graph-client';

import { type GraphMock, startGraphMock } from '../../src/index.ts';

// The official client with its own retry handler, against the profile `throttled`; what it did is read in the journal.

let mock: GraphMock;
beforeAll(async () => {
  mock = await startGraphMock();
});
afterAll(() => mock.close());

test('the official client waits as it is told, and comes through', async () => {
  const sender = new HTTPMessageHandler();
  const retry = new RetryHandler(new RetryHandlerOptions());
  retry.setNext({
    async execute(context: Context) {
      const options = (context.options ??= {});
      options.headers = new Headers(options.headers);
      options.headers.set('authorization', `Bearer ${mock.token()}`);
      await sender.execute(context);
    },
  });
  const client = Client.initWithMiddleware({ baseUrl: mock.url, middleware: retry });
  await mock.faults.add({ profile: 'throttled', limit: { burst: 2, perSecond: 0.5 } });

  for (let n = 0; n < 3; n += 1) await client.api('/me/drive').get();

  const requests = (await mock.requests({ operation: 'getDrive' })).toReversed();
  const throttled = requests.find(({ status }) => status === 429);
  expect(requests.map(({ status }) => status)).toEqual([200, 200, 429, 200]);
  const [asked, came] = requests.slice(2).map(({ time }) => Date.parse(time));
  expect((came ?? 0) - (asked ?? 0)).toBeGreaterThanOrEqual(1900);
  expect(throttled).toMatchObject({ code: 'activityLimitReached', faults: [expect.any(String)] });
  const codes = requests.flatMap(({ warnings }) => warnings.map(({ code }) => code));
  expect(codes).not.toContain('retriedTooEarly');
}, 30_000);
