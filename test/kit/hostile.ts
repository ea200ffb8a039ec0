import fc from 'fast-check';

import { ids } from './graph.ts';

// What somebody would send who means no good, or a client that is broken.

/** Pieces of a path, as they go over the wire. */
const wirePieces = [
  '',
  '.',
  '..',
  '%2E%2E',
  '%2e',
  '%2F',
  '%2f..%2f',
  '..%5C',
  '%5c',
  '%00',
  'a%00b',
  '%0d%0aSet-Cookie:a=b',
  '%0A',
  '%ED%A0%80',
  '%C0%AF',
  '%',
  '%z',
  '%u0041',
  '%25',
  '%2525',
  "'",
  "''",
  '%27',
  "x%27%20or%20'a'%20eq%20'a",
  "('",
  "')",
  "drives('x')",
  "items(')",
  ':',
  '::',
  ':x',
  'x:',
  '%3A',
  'root:',
  'root:%3A',
  '|',
  '~',
  '~~',
  '~007c',
  '*',
  '{version}',
  '{*path}',
  'microsoft.graph.',
  'microsoft.graph.microsoft.graph.x',
  '__proto__',
  'constructor',
  'toString',
  'a.',
  'a%20',
  '%20',
  '+',
  ';',
  '=',
  '&',
  '%F0%9F%98%80',
  '%E2%80%AE',
  'x'.repeat(8192),
  '%41'.repeat(2730),
  "'".repeat(8192),
  ':'.repeat(2000),
  '%2F'.repeat(2730),
];

const routePieces = [
  'v1.0',
  'beta',
  'V1.0',
  'me',
  'drive',
  'drives',
  ids.drive,
  ids.personalDrive,
  'items',
  ids.report,
  ids.projects,
  'root',
  'special',
  'documents',
  'approot',
  'photos',
  'children',
  'content',
  'permissions',
  'createLink',
  'invite',
  'revokeGrants',
  'users',
  'ada.fenn@contoso.com',
  'groups',
  'sites',
  ids.site,
  'lists',
  ids.libraryList,
  'shares',
  'driveItem',
  'listItem',
  'permission',
  'grant',
  'list',
  'site',
  'workbooks',
  'workbook',
  'createSession',
  'closeSession',
  '$batch',
  '%24batch',
  '$metadata',
  '_mock',
  'notifications',
  'clock',
  'policy',
  'faults',
  'requests',
  'requests.har',
  'guidance',
  'seed',
  'state',
  'reset',
  'health',
  'ready',
  '_api',
  'uploadSession',
  'createUploadSession',
  'sharedWithMe',
  'openapi.json',
  '_layouts',
  '15',
  'download.aspx',
  ':w:',
  'g',
  'personal',
  'c',
  'embed',
  'common',
  'oauth2',
  'v2.0',
  'token',
  'authorize',
  'devicecode',
  'deviceauth',
  'logout',
  '.well-known',
  'openid-configuration',
  'discovery',
  'keys',
];

/** Any text there is, lone surrogates among it. */
export const anyText = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.constantFrom(
    '',
    ' ',
    '\u0000',
    '\ud800',
    '\udfff\ud800',
    '\r\n',
    '\u202e',
    "'",
    "''",
    '"',
    '|',
    '~~',
    '%',
    '../..',
    '__proto__',
    "x' or PartitionKey ne '",
    '<script>',
    '1e400',
    '-0',
    'null',
    '0001-01-01T00:00:00Z',
    '9999-12-31T23:59:59-23:59',
    'x'.repeat(70_000),
    '\u{1F600}'.repeat(200),
    'a'.repeat(40_000) + '!',
  ),
);

const encoded = anyText.map((text) => encodeURIComponent(text.toWellFormed()));

const segment = fc.oneof(
  { weight: 5, arbitrary: fc.constantFrom(...routePieces) },
  { weight: 2, arbitrary: fc.constantFrom(...wirePieces) },
  { weight: 1, arbitrary: encoded },
);

/** Where an operation is, so that what follows reaches it. */
const place = fc.constantFrom(
  '/v1.0/me/drive',
  '/v1.0/me/drive/root',
  `/v1.0/drives/${ids.drive}/items/${ids.report}`,
  '/v1.0/me/drive/root:/Projects',
  '/beta/drives',
  '/v1.0/users',
  '/v1.0/shares',
  '/v1.0/sites',
  '/common/oauth2/v2.0',
  '/:w:/g/personal/ada',
  '/_mock',
  '',
);

const queryNames = fc.constantFrom(
  '$select',
  'select',
  '$SELECT',
  '$filter',
  '$expand',
  '$top',
  '$skip',
  '$skiptoken',
  '$orderby',
  '$count',
  '$search',
  '$format',
  '%24filter',
  '@microsoft.graph.conflictBehavior',
  'tempauth',
  'path',
  'authkey',
  'resid',
  'client_id',
  'state',
  'redirect_uri',
  'response_type',
  'scope',
  'login_hint',
  'prompt',
  'user_code',
  '__proto__',
);

/** Words of the filter language, in any order. */
export const filterText = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        'link',
        'link/scope',
        'id',
        'name',
        'roles',
        'eq',
        'ne',
        'gt',
        'and',
        'or',
        'not',
        '(',
        ')',
        'null',
        'true',
        "'anonymous'",
        "'",
        "''",
        "'it''s'",
        '1',
        '-1e999',
        '9'.repeat(400),
        '2030-01-31T00:00:00Z',
        '9999-99-99',
        'startswith(',
        ',',
        'PartitionKey',
        '__proto__',
        'constructor',
        'link/__proto__',
        'any(',
        '/',
        '((((',
        '$it',
      ),
      anyText,
    ),
    { maxLength: 12 },
  )
  .map((words) => words.join(' '));

const query = fc
  .array(fc.tuple(queryNames, fc.oneof(filterText, anyText)), { maxLength: 3 })
  .map((pairs) => pairs.map(([name, text]) => `${name}=${encodeURIComponent(text.toWellFormed())}`).join('&'));

/** A target, as it stands in the request line. */
export const target = fc
  .tuple(place, fc.array(segment, { maxLength: 7 }), query)
  .map(([start, segments, asked]) => `${start}/${segments.join('/')}${asked && `?${asked}`}`);

const nested = (depth: number, open: string, close: string): string => open.repeat(depth) + close.repeat(depth);

const anyValue = fc.oneof(anyText, fc.jsonValue({ maxDepth: 4 }), fc.double(), fc.constant(null));

/** What a glob, or an expression that is made of one, may stumble over. */
export const globText = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        '*',
        '**',
        '/',
        '/**/',
        '?',
        '!',
        '!(',
        '@(',
        '+(',
        '*(',
        '(a+)+',
        ')',
        '[',
        '[^',
        '[[:alpha:]]',
        ']',
        '{',
        '{a,b}',
        '{1..99}',
        '{1..999999999}',
        '}',
        ',',
        '|',
        '\\',
        '$',
        '^',
        'v1.0',
        'createLink',
        '{a,'.repeat(60),
        '*a'.repeat(100),
        '+(a|aa)'.repeat(20),
      ),
      anyText,
    ),
    { minLength: 1, maxLength: 8 },
  )
  .map((words) => words.join(''));

const odd = (usual: readonly unknown[]) => fc.oneof(fc.constantFrom(...usual), anyValue);
const json = (shape: Record<string, fc.Arbitrary<unknown>>) =>
  fc.record(shape, { requiredKeys: [] }).map((sent) => JSON.stringify(sent));

/** What a test may be told to do, by the address it is told at. Never for long, and nothing that is meant to be a 5xx. */
export const controlBodies: readonly (readonly [method: string, path: string, body: fc.Arbitrary<string>])[] = [
  [
    'POST',
    '/_mock/faults',
    json({
      match: fc.record(
        { path: globText, method: odd(['GET', 'DELETE']), operation: odd(['getItem']), app: anyText },
        { requiredKeys: ['path'] },
      ),
      status: odd([404, 429]).filter((status) => typeof status !== 'number' || status < 500),
      code: anyText,
      message: anyText,
      retryAfterSeconds: odd([0, 7]),
      times: odd([1, 3]),
      probability: odd([0.5, 1]),
      seed: odd([1, -1]),
      limit: odd([{ burst: 1, perSecond: 1 }]),
    }),
  ],
  [
    'PUT',
    '/_mock/clock',
    json({
      now: odd(['2031-01-01T00:00:00Z', '9999-12-31T23:59:59Z']),
      advance: odd(['PT1S', '-P1D']),
      frozen: odd([true]),
    }),
  ],
  [
    'PATCH',
    '/_mock/policy',
    json({
      anonymousLinks: odd([true]),
      defaultType: odd(['view']),
      defaultScope: odd(['users']),
      maximumExpirationDays: odd([1, 1e9]),
      inheritedFrom: odd(['full']),
    }),
  ],
  [
    'PUT',
    '/_mock/seed',
    json({
      users: odd([[{ userPrincipalName: "o'x|y@x.example", displayName: '<b>' }]]),
      groups: anyValue,
      sites: odd([[{ path: "/sites/'|~" }]]),
      drives: odd([
        [{ user: 'ada.fenn@contoso.com', items: [{ path: '/../x', text: '' }] }],
        [{ site: '/', items: [{ path: '//' }] }],
      ]),
    }),
  ],
  ['POST', '/_mock/reset', json({ seed: anyValue })],
];

const brokenBodies = [
  '',
  '{',
  '[]',
  'null',
  '5',
  '"x"',
  '{"__proto__":{"type":"view","scope":"anonymous"}}',
  '{"constructor":{"prototype":{}}}',
  '{"type":"view","type":"edit","scope":"anonymous"}',
  '{"TYPE":"view","type":"edit","Scope":"anonymous"}',
  `{"type":${'9'.repeat(5000)}}`,
  '{"type":1e400}',
  '{"expirationDateTime":-1e400}',
  nested(100, '[', ']'),
  `{"recipients":${nested(100, '[', ']')}}`,
  `{"type":${'{"a":'.repeat(100)}1${'}'.repeat(101)}`,
  nested(50_000, '[', ']'),
  `{${'"a":1,'.repeat(5000)}"b":2}`,
  '\ufeff{}',
  '{"password":"\\ud800"}',
  '{"name":"\\u0000","folder":{}}',
  '{"requests":[]}',
  '{"requests":[{"id":"1","method":"GET","url":"/me/drive"},{"id":"1","method":"GET","url":"/"}]}',
  '{"requests":[{"id":"__proto__","method":"GET","url":"/me/drive","dependsOn":["__proto__"]}]}',
];

const people = fc.array(fc.dictionary(fc.constantFrom('email', 'alias', 'objectId', '@odata.type', 'x'), anyText), {
  maxLength: 4,
});

const shapedBody = fc
  .record(
    {
      type: fc.oneof(fc.constantFrom('view', 'edit', 'embed', 'createOnly', 'addressBar'), anyValue),
      scope: fc.oneof(fc.constantFrom('anonymous', 'organization', 'users'), anyValue),
      password: anyValue,
      message: anyValue,
      expirationDateTime: anyValue,
      recipients: fc.oneof(people, anyValue),
      grantees: fc.oneof(people, anyValue),
      roles: fc.oneof(fc.constantFrom(['read'], ['write']), anyValue),
      requireSignIn: fc.oneof(fc.boolean(), anyValue),
      name: anyValue,
      folder: fc.oneof(fc.constant({}), anyValue),
      persistChanges: fc.oneof(fc.boolean(), anyValue),
      grantedToV2: fc.record({ application: fc.record({ id: anyText }) }),
      '@microsoft.graph.conflictBehavior': anyValue,
    },
    { requiredKeys: [] },
  )
  .map((body) => JSON.stringify(body));

const part = fc.record(
  {
    id: anyText,
    method: fc.oneof(fc.constantFrom('GET', 'POST', 'PUT', 'DELETE', 'PATCH', 'TRACE'), anyText),
    url: fc.oneof(target, anyText, fc.constant('/$batch')),
    headers: fc.dictionary(fc.constantFrom('Content-Type', 'Host', 'Authorization', 'client-request-id', 'x'), anyText),
    body: fc.oneof(fc.jsonValue({ maxDepth: 3 }), anyText),
    dependsOn: fc.array(anyText, { maxLength: 2 }),
  },
  { requiredKeys: ['id', 'method', 'url'] },
);

export const batchBody = fc.array(part, { maxLength: 5 }).map((requests) => JSON.stringify({ requests }));

export const body = fc.oneof(fc.constantFrom(...brokenBodies), shapedBody, batchBody, fc.json());

/** What a header can carry: node refuses the rest before the app sees it. */
const sendable = (text: string): string => text.replaceAll(/[^\t\u0020-\u007E\u0080-\u00FF]/g, '?').trim();

export const header = fc
  .tuple(
    fc.constantFrom(
      'accept',
      'prefer',
      'content-type',
      'content-range',
      'content-length',
      'cookie',
      'if-match',
      'if-none-match',
      'workbook-session-id',
      'client-request-id',
      'x-forwarded-host',
      'x-forwarded-proto',
      'authorization',
      'sdkversion',
    ),
    fc.oneof(
      anyText,
      fc.constantFrom(
        'application/json',
        'application/x-www-form-urlencoded',
        'bytes 0-1/9999999999999999999',
        'bytes */*',
        '*',
        'W/"1"',
        'redeemSharingLink',
        'evil.example/..',
        'a.example:99999',
        'javascript',
        'Bearer a.b.c',
        'Bearer e30.e30.e30',
        'Basic OjpcOg==',
        '=;=;ticket_=x.y',
        'application/json;odata.metadata=full',
        `ticket=${'a.'.repeat(9000)}`,
      ),
    ),
  )
  .map(([name, text]): [string, string] => [name, sendable(text)]);

export const method = fc.constantFrom('GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS');
