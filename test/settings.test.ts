import { settingsOf } from '../src/settings.ts';

test.each([
  ['https://mock.example.com', 'https://mock.example.com'],
  ['https://Mock.Example.com/', 'https://mock.example.com'],
  ['https://a.b:443', 'https://a.b'],
  ['http://a.b:80', 'http://a.b'],
  ['HTTP://a.b:8080', 'http://a.b:8080'],
  ['https://bücher.example', 'https://xn--bcher-kva.example'],
  ['http://[::1]:7071', 'http://[::1]:7071'],
])('the public URL %s is the origin %s', (given, origin) => {
  expect(settingsOf({ GRAPH_MOCK_PUBLIC_URL: given }).GRAPH_MOCK_PUBLIC_URL).toBe(origin);
});

test.each([
  'https://[bad',
  'https://x:99999',
  'https://a.b:x',
  'https://ex%zz',
  'https://u:p@a.b',
  'https://a.b/c',
  'https://a b',
  'ftp://a.b',
  'https://a.b?',
  'https://',
  'a.b',
])('%s is no public URL', (given) => {
  expect(() => settingsOf({ GRAPH_MOCK_PUBLIC_URL: given })).toThrow('GRAPH_MOCK_PUBLIC_URL must be an origin');
});

test.each([
  'memory',
  'UseDevelopmentStorage=true',
  'https://contoso.table.core.windows.net',
  'DefaultEndpointsProtocol=https;AccountName=a;AccountKey=YWJj;EndpointSuffix=core.windows.net',
  'DefaultEndpointsProtocol=http;AccountName=a;AccountKey=YWJj;TableEndpoint=http://127.0.0.1:10002/a;',
  'TableEndpoint=https://a.table.core.windows.net;SharedAccessSignature=sv=2019&sig=x%3D',
])('%s says where the store is', (given) => {
  expect(settingsOf({ GRAPH_MOCK_STORAGE: given }).GRAPH_MOCK_STORAGE).toBe(given);
});

test.each([
  'https://[bad',
  'http://contoso.table.core.windows.net',
  'DefaultEndpointsProtocol=ftp;AccountName=a;AccountKey=YWJj',
  'DefaultEndpointsProtocol=https;AccountName=a;AccountKey=!!',
  'DefaultEndpointsProtocol=https;AccountName=a;AccountKey=YWJj;TableEndpoint=zzz',
  'TableEndpoint=zzz;SharedAccessSignature=sv=2019',
])('%s does not', (given) => {
  expect(() => settingsOf({ GRAPH_MOCK_STORAGE: given })).toThrow('GRAPH_MOCK_STORAGE must be');
});

const endpoints = ['OTEL_EXPORTER_OTLP_ENDPOINT', 'OTEL_EXPORTER_OTLP_METRICS_ENDPOINT'];

test.each(endpoints)('%s is any http URL, and no other', (name) => {
  for (const url of ['http://localhost:4318', 'https://otlp.example.com/own/path?team=a'])
    expect(settingsOf({ [name]: url })).toMatchObject({ [name]: url });
  for (const url of ['localhost:4318', 'grpc://localhost:4317', 'https://', 'http://a b', 'http://x:99999'])
    expect(() => settingsOf({ [name]: url })).toThrow(`${name} must be a URL such as http://localhost:4318`);
});

test.each(['0', '-1', '1.5', '60s', '9999999999'])('counters are not sent every %s milliseconds', (given) => {
  expect(() => settingsOf({ OTEL_METRIC_EXPORT_INTERVAL: given })).toThrow(
    'OTEL_METRIC_EXPORT_INTERVAL must be a whole',
  );
});
