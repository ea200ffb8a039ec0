import { openStore } from '../../src/store/openStore.ts';
import type { Kind } from '../../src/store/store.ts';
import { storeContract } from '../contract/store.ts';
import { proxied, type StorageProxy, type Treatment } from '../kit/storageProxy.ts';
import { azurite, freshStore, newPrefix } from '../kit/stores.ts';

storeContract('Table Storage', () => freshStore('azurite'));

const things: Kind<{ text: string }> = { table: 'things', json: [] };
const key = { partition: 'p', row: 'r' };

describe('Table Storage that fails', () => {
  const proxies: StorageProxy[] = [];
  afterEach(() => Promise.all(proxies.splice(0).map((proxy) => proxy.close())));

  async function startProxy(treat: (method: string) => Treatment): Promise<StorageProxy> {
    const proxy = await proxied(treat);
    proxies.push(proxy);
    return proxy;
  }

  test.each([503, 429, 500])(
    'a store that answers %i to everything is unavailable, and never empty',
    async (status) => {
      const proxy = await startProxy(() => status);
      const rows = (await openStore(proxy.connectionString)).rows(things);
      const unavailable = { what: 'storeUnavailable' };
      await expect(rows.get(key)).rejects.toMatchObject(unavailable);
      await expect(rows.insert(key, { text: 'x' })).rejects.toMatchObject(unavailable);
      await expect(rows.transact('p', [{ do: 'insert', row: 'r', value: { text: 'x' } }])).rejects.toMatchObject(
        unavailable,
      );
      await expect(rows.list('p')[Symbol.asyncIterator]().next()).rejects.toMatchObject(unavailable);
    },
    30_000,
  );

  test('a store that nobody listens for is unavailable', async () => {
    const proxy = await startProxy(() => 'pass');
    await proxy.close();
    const rows = (await openStore(proxy.connectionString)).rows(things);
    await expect(rows.get(key)).rejects.toMatchObject({ what: 'storeUnavailable' });
  }, 30_000);

  test('a key that is refused is unavailable, too', async () => {
    const wrong = azurite().replace(/AccountKey=[^;]+/, `AccountKey=${Buffer.from('wrong').toString('base64')}`);
    await expect((await openStore(wrong)).rows(things).get(key)).rejects.toMatchObject({ what: 'storeUnavailable' });
  });

  test('an insert is one call', async () => {
    const proxy = await startProxy(() => 'pass');
    const rows = (await openStore(proxy.connectionString, newPrefix())).rows(things);
    await rows.insert(key, { text: 'makes the table' });
    proxy.calls.length = 0;
    await rows.insert({ ...key, row: 'another' }, { text: 'x' });
    expect(proxy.calls).toEqual([expect.stringMatching(/^POST .*things$/)]);
  });

  test.each(['insert', 'replace', 'transact', 'transact a replacement'] as const)(
    'the answer is lost (%s): the repeated call finds its own row, and says so',
    async (verb) => {
      let lost = 0;
      const proxy = await startProxy((method) => {
        if (method === 'GET' || lost > 0) return 'pass';
        lost += 1;
        return 'lose';
      });
      const prefix = newPrefix();
      const direct = (await openStore(azurite(), prefix)).rows(things);
      await direct.insert({ ...key, row: 'makes the table' }, { text: '' });
      const isReplacement = verb.endsWith('replace') || verb.endsWith('replacement');
      const { etag } = isReplacement ? await direct.insert(key, { text: 'old' }) : { etag: '' };
      const rows = (await openStore(proxy.connectionString, prefix)).rows(things);
      const value = { text: 'x' };
      const calls = {
        insert: () => rows.insert(key, value),
        replace: () => rows.replace(key, value, etag),
        transact: () => rows.transact('p', [{ do: 'insert', row: 'r', value }]),
        'transact a replacement': () => rows.transact('p', [{ do: 'replace', row: 'r', value, etag }]),
      };
      const expected = {
        insert: expect.objectContaining({ created: true, value }),
        replace: { row: 'r', value, etag: expect.stringContaining('W/') },
        transact: undefined,
        'transact a replacement': undefined,
      };
      expect(await calls[verb]()).toEqual(expected[verb]);
      expect(lost).toBe(1);
      expect((await rows.get(key))?.value).toEqual({ text: 'x' });
    },
  );

  test.each(['done', 'refused'])(
    'a transaction that was %s, and whose answer ends too early, is not known',
    async (how) => {
      const proxy = await startProxy((method) => (method === 'POST' ? 'shorten' : 'pass'));
      const prefix = newPrefix();
      const direct = (await openStore(azurite(), prefix)).rows(things);
      await direct.insert({ ...key, row: how === 'refused' ? 'r2' : 'another' }, { text: 'old' });
      const rows = (await openStore(proxy.connectionString, prefix)).rows(things);
      const steps = ['r1', 'r2'].map((row) => ({ do: 'insert' as const, row, value: { text: 'new' } }));
      await expect(rows.transact('p', steps)).rejects.toMatchObject({ what: 'storeUnavailable' });
      expect((await direct.get({ ...key, row: 'r1' }))?.value.text).toBe(how === 'done' ? 'new' : undefined);
    },
  );
});
