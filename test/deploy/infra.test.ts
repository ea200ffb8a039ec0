import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';

import { settingsOf, settingsSchema } from '../../src/settings.ts';
import { parseTemplate, readTemplate, type Template } from '../kit/bicep.ts';

const files = ['main', 'identity', 'storage', 'monitoring', 'app'].map((name) => `${name}.bicep`);
const json = async (file: string) => JSON.parse(await readFile(file, 'utf8'));

let templates: ReadonlyMap<string, Template>;
const template = (file: string): Template => {
  const found = templates.get(file);
  if (!found) throw new Error(`There is no ${file}`);
  return found;
};
beforeAll(async () => {
  templates = new Map(
    await Promise.all(files.map(async (file) => [file, await readTemplate(`infra/${file}`)] as const)),
  );
});

/** The values of azd's parameter file. */
async function azdParameters(): Promise<Readonly<Record<string, string>>> {
  const { parameters } = await json('infra/main.parameters.json');
  return Object.fromEntries(Object.entries<{ value: string }>(parameters).map(([name, { value }]) => [name, value]));
}

/**
 * What azd makes of a value of that file: variables are put into the text as they are, and the whole is read as JSON
 * afterwards. https://github.com/Azure/azure-dev, `loadParameters` in cli/azd/pkg/infra/provisioning/bicep
 */
function filledByAzd(value: string, variables: Readonly<Record<string, string>>): string {
  const text = JSON.stringify(value).replaceAll(
    /\$\{(\w+)(?:=([^}]*))?\}/g,
    (_, name: string, otherwise = '') => variables[name] || otherwise,
  );
  return JSON.parse(text);
}

test('every template of the folder is looked at', async () => {
  const all = (await readdir('infra')).filter((file) => file.endsWith('.bicep'));
  expect(all.toSorted()).toEqual(files.toSorted());
});

describe.each(files)('%s', (file) => {
  test('is Bicep', () => {
    expect(template(file).errors).toEqual([]);
  });

  test('uses each of its parameters', () => {
    const { parameters, identifiers } = template(file);
    expect(parameters.map(({ name }) => name).filter((name) => !identifiers.has(name))).toEqual([]);
  });

  test('gives each module what it takes and no more', () => {
    for (const { file: module, given } of template(file).modules) {
      const taken = template(module).parameters;
      expect(taken.map(({ name }) => name)).toEqual(expect.arrayContaining([...given]));
      const required = taken.filter((parameter) => parameter.default === undefined).map(({ name }) => name);
      expect([module, ...given]).toEqual(expect.arrayContaining(required));
    }
  });

  test('reads only outputs that there are', () => {
    const { modules, uses } = template(file);
    for (const { symbol, output } of uses) {
      const module = modules.find((each) => each.symbol === symbol);
      expect(template(module?.file ?? symbol).outputs).toContain(output);
    }
  });
});

test.each([
  ['a brace too few', "resource a 'A/b@1' = {\n  name: 'x'\n"],
  ['a string without an end', "param a string = 'x\n"],
  ['no type', 'param a = 1\n'],
  ['an assignment without a value', 'var a =\n'],
])('the check finds %s', async (_, text) => {
  expect((await parseTemplate(text)).errors).not.toEqual([]);
});

describe('parameters', () => {
  test('are documented, each of them', () => {
    const bare = template('main.bicep').parameters.filter(({ decorators }) => !decorators.includes('description'));
    expect(bare.map(({ name }) => name)).toEqual([]);
  });

  test('of azd are those of the template, each of them, with the same defaults', async () => {
    const filled = Object.entries(await azdParameters()).map(([name, value]) => [name, filledByAzd(value, {})]);
    const taken = template('main.bicep').parameters;
    expect(Object.fromEntries(filled)).toEqual(
      Object.fromEntries(taken.map((parameter) => [parameter.name, parameter.default ?? ''])),
    );
  });

  test('that are JSON pass through azd in base64, and would not as they are', async () => {
    const apps = JSON.stringify([{ id: 'a', secret: String.raw`b"\'` }]);
    const { appsBase64 = '' } = await azdParameters();
    const [, variable = ''] = /^\$\{(\w+)=/.exec(appsBase64) ?? [];
    expect(() => filledByAzd(appsBase64, { [variable]: apps })).toThrow(SyntaxError);
    const base64 = Buffer.from(apps).toString('base64');
    expect(filledByAzd(appsBase64, { [variable]: base64 })).toBe(base64);
    const setting = template('app.bicep').properties.find(({ name }) => name === 'GRAPH_MOCK_APPS');
    expect(setting?.value).toBe("empty(appsBase64) ? '' : base64ToString(appsBase64)");
    expect(settingsOf({ GRAPH_MOCK_APPS: apps }).GRAPH_MOCK_APPS).toMatchObject([{ id: 'a' }]);
  });

  test('that entra wants are missed before anything is made', () => {
    // What azd gives where nothing is said: the tenant has a default of its own.
    const said = { GRAPH_MOCK_AUTH: 'entra', GRAPH_MOCK_ENTRA_TENANT: crypto.randomUUID() };
    expect(() => settingsOf(said)).toThrow('GRAPH_MOCK_ENTRA_AUDIENCE is needed');
    const { variables, properties } = template('main.bicep');
    const name = variables.find(({ value }) => value.includes('fail('));
    expect(name?.value).toMatch(/^auth == 'entra' && empty\(entraAudience\)\s+\? fail\('.*GRAPH_MOCK_ENTRA_AUDIENCE/);
    // Of the group, that is: in a module it would be known only when that module's turn comes.
    expect(properties).toContainEqual({ name: 'name', value: name?.name });
  });

  test('that are secret are marked so in every template they pass through', () => {
    for (const file of ['main.bicep', 'app.bicep']) {
      const { parameters } = template(file);
      const secret = parameters.filter(({ decorators }) => decorators.includes('secure')).map(({ name }) => name);
      expect(secret).toEqual(['controlKey', 'appsBase64', 'otlpHeaders']);
    }
  });
});

describe('app settings', () => {
  const own = /^(GRAPH_MOCK|OTEL)_/;
  /** What is not the mock's: read by the Functions host, or by the SDK that signs in. */
  const platform = [
    'AzureWebJobsStorage__accountName',
    'AzureWebJobsStorage__credential',
    'AzureWebJobsStorage__clientId',
    'APPLICATIONINSIGHTS_CONNECTION_STRING',
    'APPLICATIONINSIGHTS_AUTHENTICATION_STRING',
    'AZURE_CLIENT_ID',
    'AZURE_TOKEN_CREDENTIALS',
  ];
  const named = (): string[] =>
    template('app.bicep')
      .properties.map(({ name }) => name)
      .filter((name) => own.test(name) || /^(AzureWebJobs|[A-Z]+_)/.test(name));

  test('of the template are those that the code reads, and the other way round', () => {
    expect(
      named()
        .filter((name) => own.test(name))
        .toSorted(),
    ).toEqual(Object.keys(settingsSchema.shape).toSorted());
  });

  test('of the template that are not the mock’s are known ones', () => {
    expect(
      named()
        .filter((name) => !own.test(name))
        .toSorted(),
    ).toEqual(platform.toSorted());
  });

  test('are all in the table of docs/deploy.md, and no others', async () => {
    const rows = (await readFile('docs/deploy.md', 'utf8')).matchAll(/^\| `((?:GRAPH_MOCK|OTEL)_\w+)` \|/gm);
    expect([...rows].map(([, name = '']) => name).toSorted()).toEqual(Object.keys(settingsSchema.shape).toSorted());
  });

  test('are taken as Azure fills them in', () => {
    const filled = {
      GRAPH_MOCK_STORAGE: 'https://stmockabc.table.core.windows.net/',
      GRAPH_MOCK_PUBLIC_URL: 'https://func-graph-mock-abc.azurewebsites.net',
      GRAPH_MOCK_AUTH: 'entra',
      GRAPH_MOCK_ENTRA_TENANT: '7d0c4a52-93be-4f16-8a2d-61c9e0b7f384',
      GRAPH_MOCK_ENTRA_AUDIENCE: 'api://graph-mock',
      GRAPH_MOCK_ENTRA_AUTHORITY: 'https://login.microsoftonline.com/',
    };
    expect(settingsOf(filled)).toMatchObject({
      GRAPH_MOCK_ENTRA_AUDIENCE: ['api://graph-mock'],
      GRAPH_MOCK_ENTRA_AUTHORITY: 'https://login.microsoftonline.com',
    });
  });

  test('that are empty are the defaults', () => {
    const names = Object.keys(settingsSchema.shape);
    expect(settingsOf(Object.fromEntries(names.map((name) => [name, ''])))).toEqual(settingsOf({}));
  });
});

describe('a deployment is closed where it can be', () => {
  test.each([
    ['app.bicep', 'httpsOnly', 'true'],
    ['app.bicep', 'minTlsVersion', "'1.2'"],
    ['app.bicep', 'ftpsState', "'Disabled'"],
    ['app.bicep', 'allow', 'false'],
    ['app.bicep', 'version', "'22'"],
    ['app.bicep', 'tier', "'FlexConsumption'"],
    ['app.bicep', 'AzureWebJobsStorage__credential', "'managedidentity'"],
    ['storage.bicep', 'allowSharedKeyAccess', 'false'],
    ['storage.bicep', 'allowBlobPublicAccess', 'false'],
    ['storage.bicep', 'supportsHttpsTrafficOnly', 'true'],
    ['storage.bicep', 'minimumTlsVersion', "'TLS1_2'"],
    ['storage.bicep', 'publicAccess', "'None'"],
    ['monitoring.bicep', 'DisableLocalAuth', 'true'],
  ])('%s: %s is %s, wherever it is set', (file, name, value) => {
    const values = template(file).properties.filter((property) => property.name === name);
    expect(values.map((property) => property.value)).toContain(value);
    expect(new Set(values.map((property) => property.value)).size).toBe(1);
  });

  test('no template asks for a key', async () => {
    for (const file of files) expect(await readFile(`infra/${file}`, 'utf8')).not.toMatch(/listKeys|AccountKey/i);
  });
});

test('azd finds the app by its tag, and deploys the folder that npm run package makes', async () => {
  const manifest = await readFile('azure.yaml', 'utf8');
  const tags = template('app.bicep').properties.find(({ value }) => value.includes('azd-service-name'));
  const [, service] = /'azd-service-name': '(\w+)'/.exec(tags?.value ?? '') ?? [];
  expect(manifest).toMatch(new RegExp(`^services:\\n  ${service}:$`, 'm'));
  const [, dist = ''] = /^ {4}dist: (.*)$/m.exec(manifest) ?? [];
  expect(await readdir(path.resolve(dist))).toContain('functions.cjs');
});

test('host.json leaves paths to Graph, and bounds what a request may take', async () => {
  const { functionTimeout, extensions } = await json('host.json');
  expect(extensions.http.routePrefix).toBe('');
  expect(extensions.http.maxConcurrentRequests).toBeLessThanOrEqual(extensions.http.maxOutstandingRequests);
  expect(functionTimeout).toMatch(/^00:0\d:00$/);
});

/** What Application Insights calls, in the settings of its sampling, that which lies in a table of its own [doc]. */
const typeOf: Readonly<Record<string, string>> = { requests: 'Request', exceptions: 'Exception', traces: 'Trace' };

test('host.json samples away nothing that is asked for when something fails: what docs/operations.md queries', async () => {
  const queries = [...(await readFile('docs/operations.md', 'utf8')).matchAll(/^```kusto\n(\w+)$/gm)];
  const asked = queries.map(([, table = '']) => typeOf[table] ?? `a type for ${table}`);
  // A handler answers an error and throws none, so that it is a line in the log; the host itself tells of the others.
  expect(asked).toContain('Trace');
  const { samplingSettings } = (await json('host.json')).logging.applicationInsights;
  const excluded: string[] = samplingSettings.excludedTypes.split(';');
  expect(excluded).toEqual(expect.arrayContaining([...asked, 'Request', 'Exception']));
});
