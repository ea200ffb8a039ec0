import type { Browser, BrowserContext, Page } from 'playwright-core';

import { startBrowser } from '../kit/browser.ts';
import { type Graph, ids, startGraph } from '../kit/graph.ts';
import { storeNames } from '../kit/stores.ts';

const bruno = 'befe83eb-5cfd-539c-a4eb-25549acdf051';
const report = `/v1.0/me/drive/items/${ids.report}`;
const folder = `/v1.0/me/drive/items/${ids.projects}`;
const personal = `/v1.0/drives/${ids.personalDrive}/items/${ids.list}`;
const inHours = (hours: number): string => new Date(Date.now() + hours * 3_600_000).toISOString();

let browser: Browser;
beforeAll(async () => {
  browser = await startBrowser();
});
afterAll(() => browser.close());

describe.each([...storeNames])('the page behind a link, on %s', (store) => {
  let graph: Graph;
  let visitor: BrowserContext;
  let page: Page;
  beforeEach(async () => {
    graph = await startGraph({ store });
    visitor = await browser.newContext();
    page = await visitor.newPage();
  });
  afterEach(async () => {
    await visitor.close();
    await graph.close();
  });

  const linkTo = async (item: string, body: object): Promise<{ id: string; webUrl: string }> => {
    const reply = await graph.post(`${item}/createLink`, body);
    expect(reply.status).toBe(201);
    return { id: reply.body.id, webUrl: reply.body.link.webUrl };
  };
  const title = () => page.getByRole('heading', { level: 1 }).textContent();
  const fact = (name: string) => page.locator('dt', { hasText: name }).locator('+ dd').textContent();

  test('tells what is shared, what the link allows, who made it and until when, and offers the download', async () => {
    const { webUrl } = await linkTo(report, {
      type: 'view',
      scope: 'anonymous',
      expirationDateTime: '2099-01-31T10:00:00Z',
    });
    const response = await page.goto(webUrl);
    expect(response?.status()).toBe(200);
    expect(await page.title()).toBe('Report.docx');
    expect(await title()).toBe('Report.docx');
    expect(await fact('Access')).toBe('Anyone with the link can view this file');
    expect(await fact('Shared by')).toBe('Ada Fenn');
    expect(await fact('Until')).toBe('31 January 2099 at 10:00 UTC');
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('link', { name: 'Download' }).click(),
    ]);
    expect(download.suggestedFilename()).toBe('Report.docx');
    const stream = await download.createReadStream();
    expect(Buffer.concat(await stream.toArray()).toString()).toBe('The quarterly report.');
  });

  test('offers no download where the link prevents it', async () => {
    const { webUrl } = await linkTo(report, { type: 'blocksDownload', scope: 'anonymous' });
    await page.goto(webUrl);
    expect(await fact('Access')).toContain('but not download it');
    expect(await page.getByRole('link').count()).toBe(0);
  });

  test('asks for the password, refuses a wrong one, and keeps the right one for an hour', async () => {
    const { webUrl } = await linkTo(report, { type: 'view', scope: 'anonymous', password: 'Tr0ub4dor' });
    await page.goto(webUrl);
    expect(await page.content()).not.toContain('Report.docx');
    const field = page.getByLabel('Password');
    await field.fill('wrong');
    const [refused] = await Promise.all([
      page.waitForEvent('response'),
      page.getByRole('button', { name: 'Open' }).click(),
    ]);
    expect(refused.status()).toBe(403);
    expect(await page.getByRole('alert').textContent()).toBe('That is not the password.');
    await field.fill('Tr0ub4dor');
    await field.press('Enter');
    await page.waitForSelector('dl');
    expect(await title()).toBe('Report.docx');
    await page.goto(webUrl);
    expect(await title()).toBe('Report.docx');
    graph.advance(3_600_001);
    await page.goto(webUrl);
    expect(await page.getByLabel('Password').count()).toBe(1);
  });

  test('a new password shuts out whoever knows the old one', async () => {
    const { webUrl } = await linkTo(report, { type: 'view', scope: 'anonymous', password: 'old' });
    await page.goto(webUrl);
    await page.getByLabel('Password').fill('old');
    await page.getByRole('button').click();
    await page.waitForSelector('dl');
    await graph.post(`${report}/createLink`, { type: 'view', scope: 'anonymous', password: 'new' });
    await page.goto(webUrl);
    expect(await page.getByLabel('Password').count()).toBe(1);
  });

  test('signs in as one of the tenant for an organisation, who can reach the item from then on', async () => {
    const { webUrl } = await linkTo(report, { type: 'view', scope: 'organization' });
    const asBruno = { authorization: `Bearer ${graph.token({ oid: bruno, upn: 'bruno.costa@contoso.com' })}` };
    const item = `/v1.0/drives/${ids.drive}/items/${ids.report}`;
    expect((await graph.get(item, asBruno)).status).toBe(404);
    await page.goto(webUrl);
    expect(await page.getByLabel('Sign in as').locator('option').allTextContents()).toEqual([
      'Ada Fenn (ada.fenn@contoso.com)',
      'Bruno Costa (bruno.costa@contoso.com)',
      'Chiara Lund (chiara.lund@contoso.com)',
    ]);
    await page.getByLabel('Sign in as').selectOption({ label: 'Bruno Costa (bruno.costa@contoso.com)' });
    await page.getByRole('button').click();
    await page.waitForSelector('dl');
    expect(await fact('Signed in as')).toBe('Bruno Costa');
    expect((await graph.get(item, asBruno)).status).toBe(200);
  });

  test('a link for certain people is for them, and for the owner', async () => {
    const recipients = [{ objectId: bruno }];
    const { webUrl } = await linkTo(report, { type: 'edit', scope: 'users', recipients });
    await page.goto(webUrl);
    for (const [name, opens] of [
      ['Chiara Lund (chiara.lund@contoso.com)', false],
      ['Bruno Costa (bruno.costa@contoso.com)', true],
    ] as const) {
      await page.getByLabel('Sign in as').selectOption({ label: name });
      await Promise.all([page.waitForLoadState('load'), page.getByRole('button').click()]);
      await page.waitForSelector(opens ? 'dl' : '[role=alert]');
    }
    expect(await fact('Access')).toBe('People it was shared with can view and edit this file');
  });

  test('a folder lists its children, which open below the same link', async () => {
    const name = 'Notes & <i>more</i>.txt'.replaceAll(/[<>/]/g, '_');
    await graph.put(`${folder}:/Deep/:/content`.replace('/Deep/', `/${encodeURIComponent(name)}`), 'x');
    await graph.post(`${folder}/children`, { name: 'Empty', folder: {} });
    const { webUrl } = await linkTo(folder, { type: 'view', scope: 'anonymous' });
    await page.goto(webUrl);
    const list = page.getByRole('list', { name: 'Contents' });
    expect(await list.getByRole('link').allTextContents()).toEqual([
      'Budget.xlsx',
      'Café № 1 (50%).txt',
      'Empty',
      name,
      'Report.docx',
    ]);
    await list.getByRole('link', { name: 'Café' }).click();
    await page.waitForSelector('a[download]');
    expect(await title()).toBe('Café № 1 (50%).txt');
    await page.getByRole('link', { name: 'Back' }).click();
    await list.getByRole('link', { name: 'Empty' }).click();
    await page.getByText('This folder is empty.').waitFor();
    await page.goto(`${webUrl}?path=..`);
    expect(await title()).toBe('The file is gone');
  });

  test('what is below but inherits no more is not shared along', async () => {
    const { webUrl } = await linkTo(folder, { type: 'view', scope: 'anonymous' });
    await linkTo(report, { type: 'view', scope: 'organization', retainInheritedPermissions: false });
    await page.goto(webUrl);
    expect(await page.getByRole('link', { name: 'Report.docx' }).count()).toBe(0);
    expect((await page.goto(`${webUrl}?path=Report.docx`))?.status()).toBe(404);
  });

  test.each([
    [
      'an unknown link',
      async (): Promise<string> => `${graph.url}/:w:/g/personal/ada_fenn_contoso_com/Enonsense`,
      404,
      'There is no such link',
    ],
    [
      'a removed link',
      async () => {
        const { id, webUrl } = await linkTo(report, { type: 'view', scope: 'anonymous' });
        await graph.delete(`${report}/permissions/${id}`);
        return webUrl;
      },
      410,
      'This link has been removed',
    ],
    [
      'a link made anew',
      async () => {
        const { id, webUrl } = await linkTo(report, { type: 'view', scope: 'anonymous' });
        await graph.delete(`${report}/permissions/${id}`);
        await linkTo(report, { type: 'view', scope: 'anonymous' });
        return webUrl;
      },
      410,
      'This link has been removed',
    ],
    [
      'an expired link',
      async () => {
        const { webUrl } = await linkTo(report, { type: 'view', scope: 'anonymous', expirationDateTime: inHours(1) });
        graph.advance(3_700_000);
        return webUrl;
      },
      410,
      'This link has expired',
    ],
    [
      'a link to a deleted file',
      async () => {
        const { webUrl } = await linkTo(report, { type: 'view', scope: 'anonymous' });
        await graph.delete(report);
        return webUrl;
      },
      410,
      'This link has been removed',
    ],
  ])('%s says so', async (_, make, status, heading) => {
    const response = await page.goto(await make());
    expect(response?.status()).toBe(status);
    expect(await title()).toBe(heading);
  });

  test('an embed link can be framed by anybody, any other by nobody', async () => {
    const embed = await linkTo(personal, { type: 'embed' });
    const view = await linkTo(personal, { type: 'view' });
    const frames = [embed, view].map(({ webUrl }) => `<iframe src="${webUrl.replaceAll('&', '&amp;')}"></iframe>`);
    const body = frames.join('');
    await page.route('**/framer', (route) => route.fulfill({ contentType: 'text/html', body }));
    await page.goto(`${graph.url}/framer`);
    const [, embedded, refused] = page.frames();
    expect(await embedded?.getByRole('heading').textContent()).toBe('Reading list.txt');
    // The browser's own page stands in for it.
    expect(refused?.url()).toBe('chrome-error://chromewebdata/');
  });
});

test('whatever a name holds is shown, and nothing of it runs', async () => {
  const graph = await startGraph();
  const evil = `&lt;img src=x onerror=alert(1)&gt; ' onload='alert(2).txt`;
  const owner = '<img src=x onerror=alert(3)>';
  const authorization = `Bearer ${graph.token({ oid: crypto.randomUUID(), upn: 'eve@contoso.com', name: owner })}`;
  await graph.put(`/v1.0/me/drive/root:/${encodeURIComponent(evil)}:/content`, '<script>alert(4)</script>', {
    authorization,
  });
  const made = await graph.post(
    `/v1.0/me/drive/root:/${encodeURIComponent(evil)}:/createLink`,
    { type: 'view', scope: 'anonymous' },
    { authorization },
  );
  const visitor = await browser.newContext();
  const page = await visitor.newPage();
  const dialogs: string[] = [];
  page.on('dialog', (dialog) => {
    dialogs.push(dialog.message());
    void dialog.dismiss();
  });
  await page.goto(made.body.link.webUrl);
  expect(await page.getByRole('heading').textContent()).toBe(evil);
  expect(await page.locator('dd', { hasText: owner }).count()).toBe(1);
  expect(await page.locator('img').count()).toBe(0);
  expect(dialogs).toEqual([]);
  await visitor.close();
  await graph.close();
});

describe('what goes with a page', () => {
  let graph: Graph;
  beforeAll(async () => {
    graph = await startGraph();
  });
  afterAll(() => graph.close());

  test('a policy that lets nothing in, and nobody frame it', async () => {
    const { body } = await graph.post(`${report}/createLink`, { type: 'view', scope: 'anonymous' });
    const { headers } = await graph.get(new URL(body.link.webUrl).pathname, { authorization: '' });
    expect(headers['content-security-policy']).toMatch(
      /^default-src 'none'; style-src 'sha256-[\w+/]+='; form-action 'self'; base-uri 'none'; frame-ancestors 'none'$/,
    );
    expect(headers).toMatchObject({
      'x-frame-options': 'DENY',
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'cache-control': 'no-store',
    });
  });

  test.each([
    ['another link', (ticket: string) => ticket, 'organization'],
    ['itself, changed', (ticket: string) => ticket.replace(/^(.{10})./, '$1A'), 'anonymous'],
    ['itself, unsigned', (ticket: string) => ticket.split('.')[0] ?? '', 'anonymous'],
    ['nonsense', () => 'x.y', 'anonymous'],
  ])('a ticket from %s opens no door', async (_, change, scope) => {
    const authorization = `Bearer ${graph.token({ tid: crypto.randomUUID() })}`;
    const link = async (body: object): Promise<string> =>
      new URL((await graph.post(`${report}/createLink`, body, { authorization })).body.link.webUrl).pathname;
    const own = await link({ type: 'view', scope: 'anonymous', password: 'x' });
    const other = await link({ type: 'edit', scope: 'anonymous', password: 'x' });
    const form = { 'content-type': 'application/x-www-form-urlencoded', authorization: '' };
    const entered = await graph.send('POST', scope === 'anonymous' ? own : other, 'password=x', form);
    expect(entered.status).toBe(303);
    const [name, ticket = ''] = (entered.headers['set-cookie'] ?? '').split(';')[0]?.split('=') ?? [];
    const nameOfOwn = (await graph.send('POST', own, 'password=x', form)).headers['set-cookie']?.split('=')[0];
    expect(name).toMatch(/^ticket_/);
    const cookie = `${nameOfOwn}=${change(ticket)}`;
    expect((await graph.get(own, { cookie, authorization: '' })).body).toContain('type="password"');
  });

  test.each(['/v1.0/g/personal/ada/E123', '/v1.0/s/marketing/E123', '/beta/c/8c41d9a07b52e63f/E123'])(
    '%s is no link',
    async (path) => {
      expect(await graph.get(path)).toMatchObject({ status: 400, body: { error: { code: 'BadRequest' } } });
    },
  );

  test('a form that is too long is refused', async () => {
    const { body } = await graph.post(`${report}/createLink`, { type: 'edit', scope: 'anonymous' });
    const path = new URL(body.link.webUrl).pathname;
    expect((await graph.send('POST', path, `password=${'x'.repeat(10_000)}`, { authorization: '' })).status).toBe(413);
  });
});
