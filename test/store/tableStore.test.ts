import { createServer, request as httpRequest, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

import { openStore } from '../../src/store/openStore.ts';
import type { Kind } from '../../src/store/store.ts';
import { storeContract } from '../contract/store.ts';
import { azurite, freshStore, newPrefix } from '../kit/stores.ts';

storeContract('Table Storage', () => freshStore('azurite'));

const things: Kind<{ text: string }> = { table: 'things', json: [] };
const key = { partition: 'p', row: 'r' };

interface Proxy {
  readonly connectionString: string;
  /** Method and path of every call that came through. */
  readonly calls: string[];
  readonly close: () => Promise<void>;
}

/** Azurite, behind a proxy that does to each call what the test says: pass it on, lose its answer, or answer itself. */
async function proxied(treat: (method: string, path: string) => 'pass' | 'lose' | number): Promise<Proxy> {
  const [, target = ''] = /TableEndpoint=([^;]+)/.exec(azurite()) ?? [];
  const { hostname, port } = new URL(target);
  const calls: string[] = [];
  const server: Server = createServer((incoming, outgoing) => {
    const { method = '', url = '' } = incoming;
    calls.push(`${method} ${url.split('?')[0]}`);
    const treatment = treat(method, url);
    if (typeof treatment === 'number') {
      incoming.resume();
      outgoing.writeHead(treatment).end();
      return;
    }
    const passed = httpRequest({ hostname, port, method, path: url, headers: incoming.headers }, (answer) => {
      if (treatment === 'lose') {
        answer.resume().once('end', () => outgoing.destroy());
        return;
      }
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(outgoing);
    });
    incoming.pipe(passed);
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const own = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    connectionString: azurite().replace(new URL(target).origin, own),
    calls,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

describe('Table Storage that fails', () => {
  test.each([503, 429, 500])(
    'a store that answers %i to everything is unavailable, and never empty',
    async (status) => {
      const proxy = await proxied(() => status);
      const rows = (await openStore(proxy.connectionString)).rows(things);
      const unavailable = { what: 'storeUnavailable' };
      await expect(rows.get(key)).rejects.toMatchObject(unavailable);
      await expect(rows.insert(key, { text: 'x' })).rejects.toMatchObject(unavailable);
      await expect(rows.transact('p', [{ do: 'insert', row: 'r', value: { text: 'x' } }])).rejects.toMatchObject(
        unavailable,
      );
      await expect(rows.list('p')[Symbol.asyncIterator]().next()).rejects.toMatchObject(unavailable);
      await proxy.close();
    },
    30_000,
  );

  test('a store that nobody listens for is unavailable', async () => {
    const proxy = await proxied(() => 'pass');
    await proxy.close();
    const rows = (await openStore(proxy.connectionString)).rows(things);
    await expect(rows.get(key)).rejects.toMatchObject({ what: 'storeUnavailable' });
  }, 30_000);

  test('a key that is refused is unavailable, too', async () => {
    const wrong = azurite().replace(/AccountKey=[^;]+/, `AccountKey=${Buffer.from('wrong').toString('base64')}`);
    await expect((await openStore(wrong)).rows(things).get(key)).rejects.toMatchObject({ what: 'storeUnavailable' });
  });

  test('an insert is one call', async () => {
    const proxy = await proxied(() => 'pass');
    const rows = (await openStore(proxy.connectionString, newPrefix())).rows(things);
    await rows.insert(key, { text: 'makes the table' });
    proxy.calls.length = 0;
    await rows.insert({ ...key, row: 'another' }, { text: 'x' });
    expect(proxy.calls).toEqual([expect.stringMatching(/^POST .*things$/)]);
    await proxy.close();
  });

  test.each(['insert', 'transact'] as const)(
    'the answer to an %s is lost: the repeated call finds its own row, and says so',
    async (verb) => {
      let lost = 0;
      const proxy = await proxied((method) => {
        if (method !== 'POST' || lost > 0) return 'pass';
        lost += 1;
        return 'lose';
      });
      const prefix = newPrefix();
      await (await openStore(azurite(), prefix)).rows(things).insert({ ...key, row: 'makes the table' }, { text: '' });
      const rows = (await openStore(proxy.connectionString, prefix)).rows(things);
      const done =
        verb === 'insert'
          ? rows.insert(key, { text: 'x' })
          : rows.transact('p', [{ do: 'insert', row: 'r', value: { text: 'x' } }]);
      const expected = {
        insert: expect.objectContaining({ created: true, value: { text: 'x' } }),
        transact: undefined,
      };
      expect(await done).toEqual(expected[verb]);
      expect(lost).toBe(1);
      expect((await rows.get(key))?.value).toEqual({ text: 'x' });
      await proxy.close();
    },
  );
});
