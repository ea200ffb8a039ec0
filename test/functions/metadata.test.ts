import { execFile } from 'node:child_process';

import { XMLParser } from 'fast-xml-parser';

import { triggers } from '../../functions/http.ts';
import { follow } from '../../src/graph/model.ts';
import { type Graph, startGraph } from '../kit/graph.ts';

let graph: Graph;
beforeAll(async () => {
  graph = await startGraph();
});
afterAll(() => graph.close());

const anonymous = { authorization: '' };

/** The one schema of the document; what can be there more than once is a list. */
async function schemaOf(version: string) {
  const { body } = await graph.get(`/${version}/$metadata`, anonymous);
  const lists = new Set([
    'Action',
    'EntityType',
    'ComplexType',
    'Parameter',
    'Property',
    'NavigationProperty',
    'EntitySet',
    'Singleton',
  ]);
  const parser = new XMLParser({
    attributeNamePrefix: '',
    ignoreAttributes: false,
    isArray: (name) => lists.has(name),
  });
  return parser.parse(body)['edmx:Edmx']['edmx:DataServices'].Schema;
}

describe('$metadata', () => {
  test.each(['v1.0', 'beta'])('of %s needs no token', async (version) => {
    const { status, headers, body } = await graph.get(`/${version}/$metadata`, anonymous);
    expect(status).toBe(200);
    expect(headers['content-type']).toBe('application/xml');
    expect(body).toMatch(/^<\?xml version="1\.0" encoding="utf-8"\?>\s*<edmx:Edmx Version="4\.0"/);
  });

  test('has createLink with the parameters that its body takes, by their types', async () => {
    const { Action } = await schemaOf('v1.0');
    const action = Action.find(
      ({ Name, Parameter }: { Name: string; Parameter: { Type: string }[] }) =>
        Name === 'createLink' && Parameter[0]?.Type === 'microsoft.graph.driveItem',
    );
    expect(action.ReturnType.Type).toBe('microsoft.graph.permission');
    expect(
      Object.fromEntries(
        action.Parameter.slice(1).map(({ Name, Type }: { Name: string; Type: string }) => [Name, Type]),
      ),
    ).toEqual({
      type: 'Edm.String',
      scope: 'Edm.String',
      expirationDateTime: 'Edm.DateTimeOffset',
      password: 'Edm.String',
      message: 'Edm.String',
      recipients: 'Collection(microsoft.graph.driveRecipient)',
      retainInheritedPermissions: 'Edm.Boolean',
      sendNotification: 'Edm.Boolean',
    });
  });

  test('names no type that it does not define', async () => {
    const schema = await schemaOf('v1.0');
    const defined = [...schema.EntityType, ...schema.ComplexType].map(({ Name }: { Name: string }) => Name);
    const { body } = await graph.get('/v1.0/$metadata', anonymous);
    const named = [...body.matchAll(/microsoft\.graph\.(\w+)/g)].map(([, name]) => name);
    expect(named.filter((name) => !defined.includes(name))).toEqual([]);
    expect(new Set(defined).size).toBe(defined.length);
  });

  // A batch is no resource.
  const routes = triggers.flatMap(({ route, handler }) =>
    handler.operation && !route.endsWith('$batch') ? [route] : [],
  );
  test.each([...new Set(routes)])('describes what leads to %s', (route) => {
    expect(follow(route)).toBeDefined();
  });
});

describe('the OpenAPI document', () => {
  const read = async () => (await graph.get('/_mock/openapi.json', anonymous)).body;

  test('has every method of every route', async () => {
    const { paths } = await read();
    const described = Object.entries<object>(paths).flatMap(([path, item]) =>
      Object.keys(item).map((method) => `${method} ${path}`),
    );
    const registered = triggers
      .filter(({ route }) => !route.includes('{*'))
      .flatMap(({ route, methods }) => methods.map((method) => `${method.toLowerCase()} /${route}`));
    expect(described.toSorted()).toEqual(registered.toSorted());
  });

  test('names the origin at which it is asked for, each time', async () => {
    const serversAt = async (host: string) =>
      (await graph.get('/_mock/openapi.json', { ...anonymous, 'x-forwarded-host': host })).body.servers;
    expect(await serversAt('one.example')).toEqual([{ url: 'http://one.example' }]);
    expect(await serversAt('other.example')).toEqual([{ url: 'http://other.example' }]);
  });

  const controls = triggers.flatMap(({ name, route, handler }) =>
    handler.control ? [{ name, path: `/${route}`, control: handler.control }] : [],
  );

  test('says of all that drives the mock what it is for, what it takes and what it answers', async () => {
    const { paths, components } = await read();
    const described = Object.fromEntries(
      controls.map(({ name, path }) => {
        const operations = Object.values<{ operationId: string }>(paths[path]);
        const operation = operations.find(({ operationId }) => operationId.startsWith(`${name}-`));
        return [name, operation];
      }),
    );
    expect(described).toMatchObject({
      addFault: {
        summary: 'Makes requests fail, wait or break off',
        parameters: [{ name: 'x-mock-tenant', in: 'header' }],
        requestBody: { content: { 'application/json': { schema: { properties: { status: { minimum: 400 } } } } } },
        responses: { 201: { content: { 'application/json': { schema: { $ref: '#/components/schemas/fault' } } } } },
      },
      putSeed: {
        requestBody: { content: { 'application/json': { schema: { $ref: '#/components/schemas/seed' } } } },
        responses: { 204: { description: expect.any(String) } },
      },
      listRequests: { parameters: expect.arrayContaining([expect.objectContaining({ name: 'wait', in: 'query' })]) },
    });
    expect(components.schemas.policy.properties).toHaveProperty('maximumExpirationDays');
  });

  test('answers what drives the mock as it says', async () => {
    await graph.post('/_mock/faults', { status: 503, times: 2, match: { operation: 'getDrive' } });
    await graph.get('/v1.0/me/drive');
    await graph.post('/v1.0/me/drive/root:/Logo.png:/invite', {
      recipients: [{ email: 'bruno.costa@contoso.com' }],
      roles: ['read'],
      sendInvitation: true,
    });
    const lists = controls.filter(({ name, path }) => /^(get|list|export)/.test(name) && !path.includes('{'));
    expect(lists.length).toBeGreaterThan(6);
    for (const { path, control } of lists) {
      const { status, body } = await graph.get(path);
      expect({ path, status, ...control.result.body?.().safeParse(body) }).toMatchObject({
        path,
        status: 200,
        success: true,
      });
    }
  });

  test('lets annotations stand in what is of Graph, and nowhere else', async () => {
    const { paths, components } = await read();
    const { requestBody } = paths['/{version}/me/drive/items/{itemId}/createLink'].post;
    for (const schema of [components.schemas.permission, requestBody.content['application/json'].schema])
      expect(schema).toMatchObject({ additionalProperties: false, patternProperties: { '@': {} } });
    expect(components.schemas.fault).toMatchObject({ additionalProperties: false });
    expect(components.schemas.fault).not.toHaveProperty('patternProperties');
  });

  test('passes a linter without a warning', async () => {
    const document = JSON.stringify(await read());
    const problems = await new Promise<string>((resolve, reject) => {
      const child = execFile(process.execPath, ['test/kit/lintOpenApi.mjs'], (failure, stdout) =>
        failure ? reject(failure) : resolve(stdout),
      );
      child.stdin?.end(document);
    });
    expect(JSON.parse(problems)).toEqual([]);
  });
});
