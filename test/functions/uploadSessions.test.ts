import { randomBytes } from 'node:crypto';
import { connect } from 'node:net';

import { Client, HTTPMessageHandler, OneDriveLargeFileUploadTask } from '@microsoft/microsoft-graph-client';

import { contentKind } from '../../src/drive/content.ts';
import { quickXorHash } from '../../src/drive/quickXorHash.ts';
import { uploadKind } from '../../src/upload/session.ts';
import { type Graph, ids, type Reply, startGraph } from '../kit/graph.ts';
import { as } from '../kit/people.ts';
import { storeNames } from '../kit/stores.ts';

// Megabytes go through a store that is a process of its own.
jest.setTimeout(60_000);

const drive = '/v1.0/me/drive';
const unit = 320 * 1024;
const at = (name: string): string => `${drive}/root:/${name}:/createUploadSession`;
const behavior = (word: string, more: object = {}) => ({
  item: { '@microsoft.graph.conflictBehavior': word, ...more },
});

/** What comes back from an upload URL, which is sent no token. */
async function visit(
  url: string,
  method: string,
  headers: Record<string, string> = {},
  body?: Uint8Array<ArrayBuffer>,
) {
  const response = await fetch(url, { method, headers, ...(body && { body }) });
  const text = await response.text();
  return {
    status: response.status,
    headers: Object.fromEntries(response.headers),
    body: text ? JSON.parse(text) : undefined,
  };
}

const put = (url: string, content: Uint8Array<ArrayBuffer>, start: number, end: number, total = content.length) =>
  visit(url, 'PUT', { 'content-range': `bytes ${start}-${end - 1}/${total}` }, content.subarray(start, end));

const bytesAt = async (reply: Pick<Reply, 'body'>): Promise<Buffer> =>
  Buffer.from(await (await fetch(reply.body['@microsoft.graph.downloadUrl'])).arrayBuffer());

describe.each([...storeNames])('upload sessions on %s', (store) => {
  let graph: Graph;
  beforeEach(async () => {
    graph = await startGraph({ store });
  });
  afterEach(() => graph.close());

  async function begin(path: string, body: unknown = {}): Promise<string> {
    const reply = await graph.post(path, body);
    expect(reply.status).toBe(200);
    return reply.body.uploadUrl;
  }

  /** Sends all of it in fragments of this size; the answer to the last. */
  async function sendAll(url: string, content: Uint8Array<ArrayBuffer>, size = unit) {
    let reply;
    for (let start = 0; start < content.length; start += size)
      reply = await put(url, content, start, Math.min(start + size, content.length));
    return reply ?? put(url, content, 0, 0);
  }

  /** How many rows are kept of uploads, and how many chunks of contents. */
  async function kept(): Promise<{ sessions: number; chunks: number }> {
    const count = async (rows: AsyncIterable<unknown>) => {
      let all = 0;
      for await (const _ of rows) all += 1;
      return all;
    };
    const { store: rows } = graph.context;
    let chunks = 0;
    for (const contentId of contentIds)
      chunks += await count(rows.rows(contentKind).list(`${graph.tenant}|${contentId}`));
    return { sessions: await count(rows.rows(uploadKind).list(`${graph.tenant}|${ids.drive}`)), chunks };
  }

  /** The content ids of all sessions that were seen to be kept. */
  const contentIds = new Set<string>();
  async function look(): Promise<void> {
    for await (const { value } of graph.context.store.rows(uploadKind).list(`${graph.tenant}|${ids.drive}`))
      contentIds.add(value.contentId);
  }

  test('a session is a URL of its own on this origin, good for 15 minutes', async () => {
    const now = Date.now();
    const { status, body } = await graph.post(at('New.bin'), behavior('fail'));
    expect(status).toBe(200);
    expect(body).toEqual({
      '@odata.context': `${graph.url}/v1.0/$metadata#microsoft.graph.uploadSession`,
      uploadUrl: expect.stringContaining(`${graph.url}/_api/v2.0/uploadSession?tempauth=`),
      expirationDateTime: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
      nextExpectedRanges: ['0-'],
    });
    expect(Date.parse(body.expirationDateTime)).toBeGreaterThanOrEqual(now + 15 * 60_000);
    expect((await graph.post(at('New.bin'))).body.uploadUrl).not.toBe(body.uploadUrl);
    expect((await graph.get(`${drive}/root:/New.bin`)).status).toBe(404);
  });

  test('a file in three fragments is there with the last, and not before', async () => {
    const content = randomBytes(2 * unit + 12_345);
    const url = await begin(`${drive}/items/${ids.projects}:/Large.zip:/createUploadSession`);
    expect(await put(url, content, 0, unit)).toMatchObject({
      status: 202,
      body: { expirationDateTime: expect.any(String), nextExpectedRanges: [`${unit}-`] },
    });
    expect((await put(url, content, unit, 2 * unit)).body.nextExpectedRanges).toEqual([`${2 * unit}-`]);
    expect((await graph.get(`${drive}/root:/Projects/Large.zip`)).status).toBe(404);
    const last = await put(url, content, 2 * unit, content.length);
    expect(last).toMatchObject({
      status: 201,
      headers: { etag: last.body.eTag },
      body: {
        '@odata.context': expect.stringMatching(/#drives\('b%21[\w-]+'\)\/items\/\$entity$/),
        name: 'Large.zip',
        size: content.length,
        file: { mimeType: 'application/zip', hashes: { quickXorHash: quickXorHash(content) } },
        createdBy: { user: { displayName: 'Ada Fenn' } },
        parentReference: { id: ids.projects },
      },
    });
    expect(new URL(last.headers['location'] ?? '').pathname).toContain(last.body.id);
    const read = await graph.get(`${drive}/root:/Projects/Large.zip`);
    expect(read.body.id).toBe(last.body.id);
    expect((await bytesAt(read)).equals(content)).toBe(true);
    expect(await visit(url, 'GET')).toMatchObject({ status: 404, body: { error: { code: 'itemNotFound' } } });
  });

  test.each([1, 26, 64 * 1024, 64 * 1024 + 1, unit, 5 * 1024 * 1024 + 7])(
    'a file of %d bytes in one fragment comes back the same',
    async (size) => {
      const content = randomBytes(size);
      const { status, body } = await sendAll(await begin(at('One.bin')), content, size);
      expect(status).toBe(201);
      expect((await bytesAt({ body })).equals(content)).toBe(true);
    },
  );

  test('a file larger than one request may be comes in fragments of 5 MiB', async () => {
    const content = randomBytes(11 * 1024 * 1024);
    const { status, body } = await sendAll(await begin(at('Big.bin')), content, 16 * unit);
    expect({ status, size: body.size }).toEqual({ status: 201, size: content.length });
    expect((await bytesAt({ body })).equals(content)).toBe(true);
    const { headers } = await graph.get(`${drive}/items/${body.id}/content`);
    const range = `bytes=${5 * 1024 * 1024 - 3}-${5 * 1024 * 1024 + 70_000}`;
    const part = await fetch(headers['location'] ?? '', { headers: { range } });
    expect(part.status).toBe(206);
    const [from, to] = [5 * 1024 * 1024 - 3, 5 * 1024 * 1024 + 70_001];
    expect(Buffer.from(await part.arrayBuffer()).equals(content.subarray(from, to))).toBe(true);
  });

  test('the file of an id gets other bytes, keeps its id, and old URLs give nothing any more', async () => {
    const before = (await graph.get(`${drive}/items/${ids.report}`)).body;
    const content = randomBytes(unit + 1);
    const reply = await sendAll(await begin(`${drive}/items/${ids.report}/createUploadSession`), content);
    expect(reply).toMatchObject({
      status: 200,
      body: {
        id: ids.report,
        name: 'Report.docx',
        eTag: before.eTag.replace(',1"', ',2"'),
        cTag: before.cTag.replace(',0"', ',1"'),
        createdDateTime: before.createdDateTime,
      },
    });
    expect((await bytesAt(reply)).equals(content)).toBe(true);
    expect((await fetch(before['@microsoft.graph.downloadUrl'])).status).toBe(403);
    // A second time the parts of the first are replaced by a few bytes.
    const again = await graph.put(`${drive}/items/${ids.report}/content`, 'short');
    expect((await bytesAt(again)).toString()).toBe('short');
  });

  test('what the session is told of the file is there in the end', async () => {
    const told = {
      name: 'Told.txt',
      description: 'Told before',
      fileSystemInfo: { createdDateTime: '2001-02-03T04:05:06Z', lastModifiedDateTime: '2002-03-04T05:06:07Z' },
      fileSize: 26,
      driveItemSource: { application: 'OneDrive' },
      '@odata.type': 'microsoft.graph.driveItemUploadableProperties',
    };
    const url = await begin(at('Told.txt'), { item: told });
    expect((await sendAll(url, randomBytes(26))).body).toMatchObject({
      description: told.description,
      fileSystemInfo: told.fileSystemInfo,
    });
  });

  test('a session needs no body', async () => {
    const url = await graph.send('POST', at('Bare.txt'));
    expect((await sendAll(url.body.uploadUrl, randomBytes(5))).status).toBe(201);
  });

  describe('a name that is taken', () => {
    test.each([
      ['by default', undefined, 409, 0, undefined],
      ['with fail', 'fail', 409, 0, undefined],
      ['with rename', 'rename', 200, 201, 'Logo 1.png'],
      ['with replace', 'replace', 200, 200, 'Logo.png'],
    ])('before the session begins, %s: %s %i, and in the end %i', async (_, word, begun, status, name) => {
      const reply = await graph.post(at('Logo.png'), word === undefined ? {} : behavior(word));
      expect(reply.status).toBe(begun);
      const done = begun === 200 ? await sendAll(reply.body.uploadUrl, randomBytes(9)) : { status: 0, body: {} };
      expect({ status: done.status, name: done.body.name }).toEqual({ status, name });
    });

    test.each([
      ['fail', 409, undefined],
      ['rename', 201, 'Late 1.txt'],
      ['replace', 200, 'Late.txt'],
    ])('while it is under way, with %s: %i', async (word, status, name) => {
      const content = randomBytes(40);
      const url = await begin(at('Late.txt'), behavior(word));
      await put(url, content, 0, 20);
      const rival = (await graph.put(`${drive}/root:/Late.txt:/content`, 'first')).body.id;
      const last = await put(url, content, 20, 40);
      expect({ status: last.status, name: last.body.name }).toEqual({ status, name });
      expect(last.body.id === rival).toBe(word === 'replace');
    });

    test('the session stays, and another name or another try completes it', async () => {
      const content = randomBytes(40);
      const url = await begin(at('Late.txt'), behavior('fail'));
      const rival = (await graph.put(`${drive}/root:/Late.txt:/content`, 'first')).body.id;
      expect(await put(url, content, 0, 40)).toMatchObject({
        status: 409,
        body: { error: { code: 'nameAlreadyExists' } },
      });
      expect(await visit(url, 'GET')).toMatchObject({ status: 200, body: { nextExpectedRanges: [] } });
      expect((await visit(url, 'POST')).status).toBe(409);
      const commit = (path: string, more: object) =>
        graph.put(`${drive}/${path}`, { '@microsoft.graph.sourceUrl': url, ...more });
      expect((await commit('root:/Late.txt:', {})).status).toBe(409);
      const done = await commit('root', { name: 'Later.txt', '@microsoft.graph.conflictBehavior': 'rename' });
      expect(done).toMatchObject({ status: 201, body: { name: 'Later.txt', size: 40 } });
      expect((await bytesAt(done)).equals(content)).toBe(true);
      expect((await graph.get(`${drive}/items/${rival}`)).body.size).toBe(5);
      expect((await commit('root', { name: 'Again.txt' })).status).toBe(404);
    });

    test('a POST completes it once the name is free again', async () => {
      const url = await begin(at('Late.txt'), behavior('fail'));
      await graph.put(`${drive}/root:/Late.txt:/content`, 'first');
      expect((await put(url, randomBytes(9), 0, 9)).status).toBe(409);
      await graph.delete(`${drive}/root:/Late.txt:`);
      expect(await visit(url, 'POST')).toMatchObject({ status: 201, body: { name: 'Late.txt' } });
    });

    test('a folder is not replaced', async () => {
      expect((await graph.post(at('Projects'), behavior('replace'))).status).toBe(409);
      const url = await begin(at('Later'), behavior('replace'));
      await graph.post(`${drive}/root/children`, { name: 'Later', folder: {} });
      expect((await put(url, randomBytes(9), 0, 9)).status).toBe(409);
    });
  });

  test('a deferred commit waits for its POST', async () => {
    const content = randomBytes(30);
    const url = await begin(at('Deferred.txt'), { deferCommit: true });
    await put(url, content, 0, 20);
    expect(await visit(url, 'POST')).toMatchObject({
      status: 400,
      body: { error: { innerError: { code: 'uploadSessionIncomplete' } } },
    });
    expect(await put(url, content, 20, 30)).toMatchObject({ status: 202, body: { nextExpectedRanges: [] } });
    expect((await graph.get(`${drive}/root:/Deferred.txt`)).status).toBe(404);
    expect(await visit(url, 'POST')).toMatchObject({ status: 201, body: { name: 'Deferred.txt', size: 30 } });
    expect((await visit(url, 'POST')).status).toBe(404);
  });

  const content = randomBytes(100);
  test.each([
    ['a repeated fragment', { start: 0, end: 40 }, 416, 'invalidRange', 'fragmentOverlap'],
    ['one that overlaps', { start: 39, end: 60 }, 416, 'invalidRange', 'fragmentOverlap'],
    ['one out of order', { start: 41, end: 60 }, 416, 'invalidRange', 'fragmentOutOfOrder'],
    ['another total', { start: 40, end: 60, total: 101 }, 400, 'invalidRequest', 'fragmentLengthMismatch'],
    ['a smaller total', { start: 40, end: 60, total: 60 }, 400, 'invalidRequest', 'fragmentLengthMismatch'],
    [
      'more bytes than the range has',
      { range: 'bytes 40-58/100', start: 40, end: 60 },
      400,
      'invalidRequest',
      undefined,
    ],
    [
      'fewer bytes than the range has',
      { range: 'bytes 40-60/100', start: 40, end: 60 },
      400,
      'invalidRequest',
      undefined,
    ],
    ['no range', { range: '', start: 40, end: 60 }, 400, 'invalidRequest', undefined],
    ['an unknown total', { range: 'bytes 40-59/*', start: 40, end: 60 }, 400, 'invalidRequest', undefined],
    ['a range beyond the total', { range: 'bytes 90-109/100', start: 40, end: 60 }, 400, 'invalidRequest', undefined],
    ['a range that goes backwards', { range: 'bytes 60-40/100', start: 40, end: 60 }, 400, 'invalidRequest', undefined],
    ['another unit', { range: 'items 40-59/100', start: 40, end: 60 }, 400, 'invalidRequest', undefined],
    [
      'a huge total',
      { start: 40, end: 60, total: 100 * 1024 * 1024 + 1 },
      413,
      'invalidRequest',
      'maxFileSizeExceeded',
    ],
  ])('%s is refused, and the upload goes on as if nothing had been', async (_, sent, status, code, inner) => {
    const url = await begin(at('Steps.bin'));
    await put(url, content, 0, 40);
    const { start, end, total = 100 } = { total: undefined, ...sent };
    const contentRange = 'range' in sent ? sent.range : `bytes ${start}-${end - 1}/${total}`;
    const reply = await visit(url, 'PUT', { 'content-range': contentRange }, content.subarray(start, end));
    expect(reply).toMatchObject({ status, body: { error: { code } } });
    expect(reply.body.error.innerError.code).toBe(inner);
    expect((await visit(url, 'GET')).body.nextExpectedRanges).toEqual(['40-']);
    const last = await put(url, content, 40, 100);
    expect(last.status).toBe(201);
    expect((await bytesAt(last)).equals(content)).toBe(true);
  });

  test.each([
    ['more than was announced is refused', 100, 400],
    ['as much as was announced is taken', 101, 202],
    ['less than was announced is taken', 102, 202],
  ])('%s', async (_, fileSize, status) => {
    const url = await begin(at('Announced.bin'), { item: { fileSize } });
    expect((await put(url, content, 0, 40, 101)).status).toBe(status);
  });

  const unknown = `${drive}/items/${ids.unknown}`;
  test.each([
    [
      'a file larger than the mock keeps',
      at('Huge.bin'),
      { item: { fileSize: 100 * 1024 * 1024 + 1 } },
      413,
      'invalidRequest',
    ],
    ['a folder', `${drive}/items/${ids.projects}/createUploadSession`, {}, 409, 'nameAlreadyExists'],
    ['the root', `${drive}/root/createUploadSession`, {}, 400, 'invalidRequest'],
    ['an unknown item', `${unknown}/createUploadSession`, {}, 404, 'itemNotFound'],
    ['a file in an unknown folder', `${unknown}:/x.txt:/createUploadSession`, {}, 404, 'itemNotFound'],
    ['a file below a file', `${drive}/items/${ids.report}:/x.txt:/createUploadSession`, {}, 400, 'invalidRequest'],
    ['a bad name', at('a%7Cb.txt'), {}, 400, 'invalidRequest'],
    ['another name than in the path', at('a.txt'), { item: { name: 'b.txt' } }, 400, 'invalidRequest'],
    ['an unknown behavior', at('a.txt'), behavior('merge'), 400, 'invalidRequest'],
    ['a size that is none', at('a.txt'), { item: { fileSize: -1 } }, 400, 'invalidRequest'],
    ['an unknown parameter', at('a.txt'), { name: 'a.txt' }, 400, 'BadRequest'],
  ])('no session begins for %s', async (_, path, body, status, code) => {
    expect(await graph.post(path, body)).toMatchObject({ status, body: { error: { code } } });
    expect((await kept()).sessions).toBe(0);
  });

  test('if-match and if-none-match mean the version that is replaced, at the beginning and in the end', async () => {
    const path = `${drive}/items/${ids.report}/createUploadSession`;
    const { eTag } = (await graph.get(`${drive}/items/${ids.report}`)).body;
    expect((await graph.post(path, {}, { 'if-match': '"other"' })).status).toBe(412);
    expect((await graph.post(path, {}, { 'if-none-match': eTag })).status).toBe(412);
    const { body } = await graph.post(path, {}, { 'if-match': eTag });
    await graph.put(`${drive}/items/${ids.report}/content`, 'newer');
    expect(await put(body.uploadUrl, content, 0, 100)).toMatchObject({
      status: 412,
      body: { error: { code: 'resourceModified' } },
    });
    expect((await graph.get(`${drive}/items/${ids.report}`)).body.size).toBe(5);
  });

  test('a session begins only for who may write', async () => {
    const scoped = await startGraph({ store, settings: { GRAPH_MOCK_AUTH: 'scopes' } });
    const begun = async (claims: Record<string, unknown>) => {
      const authorization = `Bearer ${scoped.token(claims)}`;
      const path = `/v1.0/drives/${ids.drive}/items/${ids.report}/createUploadSession`;
      return (await scoped.post(path, {}, { authorization })).status;
    };
    expect(await begun({ scp: 'Files.Read' })).toBe(403);
    expect(await begun({ oid: crypto.randomUUID(), upn: 'eve@contoso.com' })).toBe(404);
    expect(await begun({ scp: 'Files.ReadWrite' })).toBe(200);
    await scoped.close();
  });

  test('who may only add to a folder uploads something new, and replaces nothing', async () => {
    const folder = `${drive}/items/${ids.projects}`;
    const link = await graph.post(`${folder}/createLink`, { type: 'createOnly', scope: 'anonymous' });
    const upload = (name: string, word: string) =>
      graph.post(
        `/v1.0/shares/${link.body.shareId}/driveItem:/${name}:/createUploadSession`,
        behavior(word),
        as(graph, 'bruno'),
      );
    expect((await upload('Report.docx', 'replace')).status).toBe(403);
    const { body } = await upload('Given.txt', 'replace');
    await graph.put(`${folder}:/Given.txt:/content`, 'mine');
    expect((await put(body.uploadUrl, content, 0, 100)).status).toBe(409);
    expect((await graph.get(`${folder}:/Given.txt`)).body.size).toBe(4);
    const beside = (await upload('Given.txt', 'rename')).body.uploadUrl;
    expect(await put(beside, content, 0, 100)).toMatchObject({
      status: 201,
      body: { name: 'Given 1.txt', createdBy: { user: { displayName: 'Bruno Costa' } } },
    });
  });

  test.each([
    ['without its secret', (url: string) => url.replace(/\.[\w-]+$/, '')],
    ['with another secret', (url: string) => `${url.slice(0, -4)}AAAA`],
    ['with a secret too many', (url: string) => `${url}A`],
    [
      'of another session',
      (url: string) => url.replace(/tempauth=.{40}/, (text) => text.slice(0, -1) + (text.endsWith('x') ? 'y' : 'x')),
    ],
    ['without anything', (url: string) => url.replace(/\?.*/, '')],
    ['with nonsense', (url: string) => url.replace(/tempauth=.*/, 'tempauth=%00.%FF')],
  ])('a URL %s leads nowhere', async (_, change) => {
    const url = await begin(at('Secret.bin'));
    for (const method of ['GET', 'POST', 'DELETE']) expect((await visit(change(url), method)).status).toBe(404);
    expect((await put(change(url), content, 0, 100)).status).toBe(404);
    expect((await put(url, content, 0, 100)).status).toBe(201);
  });

  test('a cancelled session is gone, with its bytes', async () => {
    const url = await begin(at('Cancelled.bin'));
    await put(url, content, 0, 40);
    await look();
    expect(await kept()).toEqual({ sessions: 1, chunks: 1 });
    expect(await visit(url, 'DELETE')).toMatchObject({ status: 204, body: undefined });
    expect(await kept()).toEqual({ sessions: 0, chunks: 0 });
    for (const method of ['GET', 'DELETE', 'POST']) expect((await visit(url, method)).status).toBe(404);
    expect((await put(url, content, 40, 100)).status).toBe(404);
  });

  test('a session expires, each fragment renews it, and what has expired is swept away', async () => {
    const [first, second] = [await begin(at('First.bin')), await begin(at('Second.bin'))];
    await put(first, content, 0, 40);
    await put(second, content, 0, 40);
    graph.advance(14 * 60_000);
    expect((await put(first, content, 40, 60)).status).toBe(202);
    graph.advance(14 * 60_000);
    expect((await visit(first, 'GET')).status).toBe(200);
    await look();
    expect(await kept()).toEqual({ sessions: 2, chunks: 3 });
    await begin(at('Third.bin'));
    expect(await kept()).toEqual({ sessions: 2, chunks: 2 });
    expect((await visit(second, 'GET')).status).toBe(404);
    graph.advance(15 * 60_000);
    expect((await put(first, content, 60, 100)).status).toBe(404);
    expect(await kept()).toEqual({ sessions: 1, chunks: 0 });
  });

  test('an upload whose folder is deleted meanwhile is 404, and can still go elsewhere', async () => {
    const url = await begin(`${drive}/items/${ids.projects}:/x.bin:/createUploadSession`);
    await graph.delete(`${drive}/items/${ids.projects}`);
    expect((await put(url, content, 0, 100)).status).toBe(404);
    const done = await graph.put(`${drive}/root`, { name: 'x.bin', '@microsoft.graph.sourceUrl': url });
    expect(done).toMatchObject({ status: 201, body: { size: 100 } });
  });

  test.each([
    ['another tenant', `/v1.0/drives/${ids.drive}/root`, { tid: crypto.randomUUID() }],
    ['another drive', `/v1.0/drives/${ids.personalDrive}/root`, {}],
  ])('an upload is not completed in %s', async (_, path, claims) => {
    const url = await begin(at('Mine.bin'), { deferCommit: true });
    await put(url, content, 0, 100);
    const reply = await graph.put(
      path,
      { name: 'Theirs.bin', '@microsoft.graph.sourceUrl': url },
      { authorization: `Bearer ${graph.token(claims)}` },
    );
    expect(reply.status).toBe(404);
    expect((await visit(url, 'POST')).status).toBe(201);
  });

  test('of 20 equal fragments at once one is taken, and the file has its bytes', async () => {
    const whole = randomBytes(3 * unit);
    const url = await begin(at('Race.bin'));
    const rivals = Array.from({ length: 20 }, (_, n) => (n === 0 ? whole : randomBytes(3 * unit)));
    const replies = await Promise.all(rivals.map((each) => put(url, each, 0, 2 * unit)));
    const taken = replies.flatMap(({ status }, n) => (status === 202 ? [n] : []));
    expect(taken).toHaveLength(1);
    expect(replies.filter(({ status }) => status === 416)).toHaveLength(19);
    const winner = rivals[taken[0] ?? 0] ?? whole;
    const last = await put(url, winner, 2 * unit, 3 * unit);
    expect(last.status).toBe(201);
    expect(last.body.file.hashes.quickXorHash).toBe(quickXorHash(winner));
    expect((await bytesAt(last)).equals(winner)).toBe(true);
  });

  test('of 20 completions at once one makes the file', async () => {
    const url = await begin(at('Once.bin'), { ...behavior('rename'), deferCommit: true });
    await put(url, content, 0, 100);
    const replies = await Promise.all(Array.from({ length: 20 }, () => visit(url, 'POST')));
    // Who comes while another is about it makes, or finds, the same file.
    const made = replies.filter(({ status }) => status === 201);
    expect(new Set(made.map((reply) => reply.body.id)).size).toBe(1);
    expect(replies.filter(({ status }) => status === 404)).toHaveLength(20 - made.length);
    expect((await bytesAt(made[0] ?? { body: {} })).equals(content)).toBe(true);
    const { body } = await graph.get(`${drive}/root/children`);
    expect(body.value.filter(({ name }: { name: string }) => name.startsWith('Once'))).toHaveLength(1);
  });

  test('20 sessions at once for one name, with replace, leave one file', async () => {
    const urls = await Promise.all(Array.from({ length: 20 }, () => begin(at('Same.bin'), behavior('replace'))));
    const replies = await Promise.all(urls.map((url) => put(url, randomBytes(50_000), 0, 50_000)));
    expect(replies.filter(({ status }) => status === 201)).toHaveLength(1);
    expect(replies.filter(({ status }) => status === 200)).toHaveLength(19);
    const read = await graph.get(`${drive}/root:/Same.bin`);
    expect(read.body.eTag).toMatch(/,20"$/);
    expect(quickXorHash(await bytesAt(read))).toBe(read.body.file.hashes.quickXorHash);
  });

  test('a client that hangs up in the middle of a fragment has sent nothing, and goes on at another instance', async () => {
    const whole = randomBytes(2 * unit);
    const url = await begin(at('Resumed.bin'));
    await put(url, whole, 0, unit);
    const { hostname, port, pathname, search } = new URL(url);
    const socket = connect(Number(port), hostname);
    socket.write(
      `PUT ${pathname}${search} HTTP/1.1\r\nHost: mock\r\nContent-Length: ${unit}\r\nContent-Range: bytes ${unit}-${2 * unit - 1}/${2 * unit}\r\n\r\n`,
    );
    await new Promise<void>((resolve) => void socket.write(whole.subarray(unit, unit + 1000), () => resolve()));
    await new Promise<void>((resolve) => void socket.destroy().once('close', () => resolve()));
    const other = await startGraph({ replaced: { store: graph.context.store } });
    const there = url.replace(graph.url, other.url);
    expect((await visit(there, 'GET')).body.nextExpectedRanges).toEqual([`${unit}-`]);
    const last = await put(there, whole, unit, 2 * unit);
    expect(last.status).toBe(201);
    expect((await bytesAt(last)).equals(whole)).toBe(true);
    await other.close();
  });
});

describe('the upload task of @microsoft/microsoft-graph-client', () => {
  // It takes an https URL for absolute, and no other. So the mock says it is at one, and the client's sender knows better.
  const origin = 'https://graph.example.com';
  let graph: Graph;
  let client: Client;
  const ranges: string[] = [];
  beforeEach(async () => {
    graph = await startGraph({ settings: { GRAPH_MOCK_PUBLIC_URL: origin } });
    ranges.length = 0;
    client = Client.initWithMiddleware({
      baseUrl: origin,
      middleware: {
        async execute(context) {
          const options = (context.options ??= {});
          options.headers = new Headers(options.headers);
          options.headers.set('authorization', `Bearer ${graph.token()}`);
          ranges.push(options.headers.get('content-range') ?? '');
          context.request = String(context.request).replace(origin, graph.url);
          await new HTTPMessageHandler().execute(context);
        },
      },
    });
  });
  afterEach(() => graph.close());

  const read = async (path: string): Promise<Buffer> =>
    bytesAt({
      body: {
        '@microsoft.graph.downloadUrl': (await client.api(path).get())['@microsoft.graph.downloadUrl'].replace(
          origin,
          graph.url,
        ),
      },
    });

  test('uploads a file in ranges of a multiple of 320 KiB, as it comes', async () => {
    const content = randomBytes(2 * unit + 1);
    const task = await OneDriveLargeFileUploadTask.create(client, content, {
      fileName: 'Café #1 50%.bin',
      path: '/Projects',
      fileDescription: 'By the task',
      rangeSize: unit,
    });
    const result = await task.upload();
    expect(result.responseBody).toMatchObject({
      name: 'Café #1 50%.bin',
      size: content.length,
      description: 'By the task',
    });
    expect(ranges.slice(1).map((range) => range.replace(/^bytes /, ''))).toEqual([
      `0-${unit - 1}/${content.length}`,
      `${unit}-${2 * unit - 1}/${content.length}`,
      `${2 * unit}-${2 * unit}/${content.length}`,
    ]);
    expect((await read(`/me/drive/root:/Projects/${encodeURIComponent('Café #1 50%.bin')}`)).equals(content)).toBe(
      true,
    );
  });

  test('uploads with its own sizes, and renames where the name is taken', async () => {
    const content = randomBytes(6 * 1024 * 1024);
    for (const name of ['Own.bin', 'Own 1.bin']) {
      const task = await OneDriveLargeFileUploadTask.create(client, content, { fileName: 'Own.bin' });
      expect((await task.upload()).responseBody).toMatchObject({ name });
    }
  });

  test('resumes, tells its progress, and cancels', async () => {
    const content = randomBytes(3 * unit);
    const task = await OneDriveLargeFileUploadTask.create(client, content, {
      fileName: 'Resumed.bin',
      rangeSize: unit,
    });
    await task.uploadSlice(
      content.buffer.slice(content.byteOffset, content.byteOffset + unit),
      task.getNextRange(),
      content.length,
    );
    expect(await task.getStatus()).toMatchObject({ nextExpectedRanges: [`${unit}-`] });
    expect(await task.resume()).toMatchObject({ responseBody: { name: 'Resumed.bin' } });
    expect((await read('/me/drive/root:/Resumed.bin')).equals(content)).toBe(true);
    const other = await OneDriveLargeFileUploadTask.create(client, content, { fileName: 'Cancelled.bin' });
    await other.cancel();
    expect(other.getUploadSession().isCancelled).toBe(true);
    await expect(other.getStatus()).rejects.toMatchObject({ statusCode: 404, code: 'itemNotFound' });
  });

  test('commits under the conditions of its `commit` when the name was taken meanwhile', async () => {
    const content = randomBytes(unit);
    const task = await OneDriveLargeFileUploadTask.create(client, content, {
      fileName: 'Taken.bin',
      conflictBehavior: 'fail',
    });
    await client.api('/me/drive/root:/Taken.bin:/content').put('first');
    await expect(task.upload()).rejects.toMatchObject({ error: { code: 'nameAlreadyExists' } });
    expect(await task.commit('/me/drive/root', 'rename')).toMatchObject({ name: 'Taken 1.bin', size: unit });
  });
});
