import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { createInterface } from 'node:readline';

import * as z from 'zod';

import { itemPartition } from '../../src/drive/item.ts';
import { linkKind } from '../../src/sharing/link.ts';
import { openStore } from '../../src/store/openStore.ts';
import { ids, tokenOf } from '../kit/graph.ts';
import { azurite } from '../kit/stores.ts';

const permission = z.object({ id: z.string(), link: z.object({ webUrl: z.string() }) });

const children: ChildProcess[] = [];
afterAll(async () => {
  for (const child of children) child.kill('SIGTERM');
  await Promise.all(children.map((child) => once(child, 'close')));
});

/** A host process of its own on the shared Azurite; its URL. */
async function startProcess(): Promise<string> {
  const flags = ['--port', '0', '--storage', azurite()];
  const child = spawn(process.execPath, [path.resolve('dist/cli.cjs'), ...flags], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  children.push(child);
  const [line] = await once(createInterface(child.stdout), 'line');
  return /http:\/\/[\d.:]+/.exec(String(line))?.[0] ?? '';
}

test('100 equal createLink calls at once, over two host processes on one Azurite, make one link and one entity', async () => {
  const urls = await Promise.all([startProcess(), startProcess()]);
  expect(new Set(urls).size).toBe(2);
  const tenant = crypto.randomUUID();
  const call = async (_: unknown, at: number): Promise<{ status: number; id: string; webUrl: string }> => {
    const response = await fetch(`${urls[at % 2]}/v1.0/drives/${ids.drive}/items/${ids.report}/createLink`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${tokenOf({ tid: tenant, scp: 'Files.ReadWrite' })}`,
        'content-type': 'application/json',
      },
      body: JSON.stringify({ type: 'view', scope: 'anonymous' }),
    });
    const { id, link } = permission.parse(await response.json());
    return { status: response.status, id, webUrl: new URL(link.webUrl).pathname };
  };

  const answers = await Promise.all(Array.from({ length: 100 }, call));

  expect(answers.filter(({ status }) => status === 201)).toHaveLength(1);
  expect(answers.filter(({ status }) => status === 200)).toHaveLength(99);
  expect(new Set(answers.map(({ id }) => id)).size).toBe(1);
  expect(new Set(answers.map(({ webUrl }) => webUrl)).size).toBe(1);

  const store = await openStore(azurite());
  const entities = [];
  const partition = itemPartition(tenant, { driveId: ids.drive, id: ids.report });
  for await (const { value } of store.rows(linkKind).list(partition)) entities.push(value.id);
  expect(entities).toEqual([answers[0]?.id]);
  await store.close();
});
