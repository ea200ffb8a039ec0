import { openContext } from '../../src/context.ts';
import { startSweeping } from '../../src/local/sweeping.ts';
import type { Context } from '../../src/operation.ts';
import { settingsOf } from '../../src/settings.ts';
import { tenantKey, tenantKind } from '../../src/tenants/tenantRow.ts';

const hour = 3_600_000;
const tenant = '1c9a0f9e-5d63-4f1a-8f0e-2b7f5f3f6a11';

let context: Context;
let offset: number;
const reported: unknown[] = [];
beforeEach(async () => {
  jest.useFakeTimers();
  offset = 0;
  context = await openContext(settingsOf({ GRAPH_MOCK_STORAGE: 'memory' }), {
    clock: () => new Date(Date.now() + offset),
    report: (failure) => void reported.push(failure),
  });
  await context.tenants.enter(tenant);
});
afterEach(async () => {
  jest.useRealTimers();
  await context.store.close();
});

const isThere = async (): Promise<boolean> =>
  (await context.store.rows(tenantKind).get(tenantKey(tenant))) !== undefined;

test('the local host sweeps once an hour, and not at its start', async () => {
  const sweeping = startSweeping(context);
  offset = 8 * 24 * hour;
  await jest.advanceTimersByTimeAsync(hour - 1);
  expect(await isThere()).toBe(true);
  await jest.advanceTimersByTimeAsync(1);
  expect(await isThere()).toBe(false);
  await sweeping.close();
});

test('and no more once it is closed', async () => {
  await startSweeping(context).close();
  offset = 8 * 24 * hour;
  await jest.advanceTimersByTimeAsync(2 * hour);
  expect(await isThere()).toBe(true);
  expect(jest.getTimerCount()).toBe(0);
});

test('a sweep that fails is reported, and the next is made all the same', async () => {
  let isBroken = true;
  const broken: Context = {
    ...context,
    store: {
      ...context.store,
      rows: (kind) => {
        if (isBroken) throw new Error('out of reach');
        return context.store.rows(kind);
      },
    },
  };
  const sweeping = startSweeping(broken);
  offset = 8 * 24 * hour;
  await jest.advanceTimersByTimeAsync(hour);
  expect(reported.splice(0)).toEqual([new Error('out of reach')]);
  isBroken = false;
  await jest.advanceTimersByTimeAsync(hour);
  expect(await isThere()).toBe(false);
  await sweeping.close();
});
