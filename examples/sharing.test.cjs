// How an app that shares files is tested with Jest: npx jest --rootDir examples --testMatch '**/*.test.cjs'
const { startGraphMock } = require('graph-sharing-mock');

/** What is tested: shares a file by a link that ends in a week, and comes back when it is told to wait. */
async function shareForAWeek(graph, token, path, now = new Date()) {
  const expirationDateTime = new Date(now.getTime() + 7 * 86_400_000).toISOString();
  for (;;) {
    const response = await fetch(`${graph}/v1.0/me/drive/root:${path}:/createLink`, {
      method: 'POST',
      headers: {
        Authorization: `Bearer ${token}`,
        'Content-Type': 'application/json',
        'client-request-id': crypto.randomUUID(),
      },
      body: JSON.stringify({ type: 'view', scope: 'anonymous', expirationDateTime }),
    });
    const answer = await response.json();
    if (response.ok) return answer.link.webUrl;
    const wait = response.status === 429 ? Number(response.headers.get('retry-after')) : NaN;
    if (Number.isNaN(wait)) throw new Error(answer.error.message);
    await new Promise((resolve) => setTimeout(resolve, wait * 1000));
  }
}

const seed = `
users:
  - { userPrincipalName: dora@example.com, id: 4d9e1c70-5a2b-4f83-9c6d-0e1f2a3b4c5d }
drives:
  - user: dora@example.com
    items:
      - { path: Offers/Offer.docx, text: An offer. }
`;

let mock;
beforeAll(async () => {
  mock = await startGraphMock({ seed }); // one for each worker, in memory, on a free port
});
afterEach(() => mock.reset()); // the seed is there again, and no fault, policy or clock of a test
afterAll(() => mock.close());

const dora = () => mock.token({ oid: '4d9e1c70-5a2b-4f83-9c6d-0e1f2a3b4c5d', upn: 'dora@example.com' });
const share = () => shareForAWeek(mock.url, dora(), '/Offers/Offer.docx');

test('an offer is shared', async () => {
  await expect(share()).resolves.toMatch(/\/:w:\/g\/personal\/dora_example_com\//);
  const [request] = await mock.requests({ operation: 'createLink' });
  expect(request).toMatchObject({ status: 201, body: { type: 'view', scope: 'anonymous' } });
});

test('the link ends after a week', async () => {
  await share();
  const shared = async () => {
    const response = await fetch(`${mock.url}/v1.0/me/drive/root:/Offers/Offer.docx:/permissions`, {
      headers: { Authorization: `Bearer ${dora()}` },
    });
    const { value } = await response.json();
    return value.filter(({ link }) => link).length;
  };
  expect(await shared()).toBe(1);
  await mock.clock.advance('P7D');
  expect(await shared()).toBe(0);
});

test('it waits as long as it is told to when it is throttled', async () => {
  await mock.faults.add({ status: 429, retryAfterSeconds: 1, times: 2, match: { operation: 'createLink' } });
  await share();
  const requests = await mock.requests();
  expect(requests.map(({ status }) => status)).toEqual([201, 429, 429]);
  expect(requests.flatMap(({ warnings }) => warnings)).not.toContainEqual(
    expect.objectContaining({ code: 'retriedTooEarly' }),
  );
});

test('it says why a tenant does not let it share with anyone', async () => {
  await mock.policy.set({ anonymousLinks: false });
  await expect(share()).rejects.toThrow('The feature has been disabled.');
});

test('it needs no more than Files.ReadWrite', async () => {
  await share();
  const { permissions } = await mock.guidance();
  expect(permissions[0].needed).toEqual(['Files.ReadWrite']);
});
