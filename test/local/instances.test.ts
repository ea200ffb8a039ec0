import { z } from 'zod';

import { itemPartition } from '../../src/drive/item.ts';
import { linkKind } from '../../src/sharing/link.ts';
import { sample } from '../../src/sample.ts';
import { openStore } from '../../src/store/openStore.ts';
import { type Deployment, startDeployment } from '../kit/deployment.ts';
import { printFigures } from '../kit/figures.ts';
import { ids, tokenOf } from '../kit/graph.ts';
import { azurite } from '../kit/stores.ts';

const permission = z.object({ id: z.string(), link: z.object({ webUrl: z.string() }) });

let deployment: Deployment;
beforeAll(async () => {
  deployment = await startDeployment();
});
afterAll(() => deployment.close());
// Five processes share what cores there are.
jest.setTimeout(180_000);

const call = async (tenant: string, method: string, path: string, body?: unknown, claims: object = {}) => {
  const response = await fetch(deployment.url + path, {
    method,
    headers: {
      authorization: `Bearer ${tokenOf({ tid: tenant, scp: 'Files.ReadWrite.All', ...claims })}`,
      'content-type': 'application/json',
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  return { status: response.status, body: text ? JSON.parse(text) : undefined };
};

test('100 equal createLink calls at once, over three host processes on one Azurite, make one link and one entity', async () => {
  const tenant = crypto.randomUUID();
  const path = `/v1.0/drives/${ids.drive}/items/${ids.report}/createLink`;
  const answers = await Promise.all(
    Array.from({ length: 100 }, async () => {
      const { status, body } = await call(tenant, 'POST', path, { type: 'view', scope: 'anonymous' });
      const { id, link } = permission.parse(body);
      return { status, id, webUrl: new URL(link.webUrl).pathname };
    }),
  );

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

test('what one instance has done the others know at once: a life of a folder, each call on the next instance', async () => {
  let calls = 0;
  const lives = Array.from({ length: 4 }, async () => {
    const tenant = crypto.randomUUID();
    const ask = (method: string, path: string, body?: unknown, claims?: object) => {
      calls += 1;
      return call(tenant, method, `/v1.0/drives/${ids.drive}${path}`, body, claims);
    };
    const { bruno } = sample.users;
    const asBruno = { oid: bruno.id, upn: bruno.userPrincipalName };
    const folder = await ask('POST', '/root/children', { name: 'Shared', folder: {} });
    expect(folder.status).toBe(201);
    const at = `/items/${folder.body.id}`;
    expect((await ask('PUT', `${at}:/a.txt:/content`, 'text')).status).toBe(201);
    expect((await ask('GET', `${at}/children`, undefined, asBruno)).status).toBe(404);
    const invitation = { recipients: [{ email: bruno.email }], roles: ['read'], requireSignIn: true };
    const invited = await ask('POST', `${at}/invite`, invitation);
    expect((await ask('GET', `${at}/children`, undefined, asBruno)).body.value).toHaveLength(1);
    const link = { type: 'edit', scope: 'organization' };
    const made = await ask('POST', `${at}/createLink`, link);
    const same = await ask('POST', `${at}/createLink`, link);
    expect([made.status, same.status, same.body.id]).toEqual([201, 200, made.body.id]);
    for (const { id } of [made.body, ...invited.body.value])
      expect((await ask('DELETE', `${at}/permissions/${id}`)).status).toBe(204);
    expect((await ask('GET', at, undefined, asBruno)).status).toBe(404);
    expect((await ask('GET', `${at}/permissions`)).body.value).toHaveLength(1);
    expect((await ask('DELETE', at)).status).toBe(204);
    expect((await ask('GET', at)).status).toBe(404);
  });
  await Promise.all(lives);
  printFigures('three instances', { instances: new Set(deployment.instances).size, calls, stale: 0 });
});
