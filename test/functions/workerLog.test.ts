import '../../functions/index.ts';
import * as core from '../../src/local/functionsCore.ts';
import { ids } from '../kit/graph.ts';
import { invoke } from '../kit/worker.ts';

const environment = { GRAPH_MOCK_STORAGE: 'memory', GRAPH_MOCK_LOG: 'info' };
beforeAll(() => Object.assign(process.env, environment));
afterAll(() => {
  for (const name of Object.keys(environment)) delete process.env[name];
});

test.each([
  ['its own address', `drives/${ids.drive}`, 'getDrive-anyDrive', 200],
  ['another way to write it, which is routed again', `drives('${ids.drive}')`, 'fallback', 200],
])('in a worker a request to %s has one line, in the log of its invocation', async (_, path, name, status) => {
  const lines: unknown[][] = [];
  const request = {
    method: 'GET',
    url: `https://mock.example.com/v1.0/${path}`,
    params: { version: 'v1.0', driveId: ids.drive },
    headers: { authorization: 'Bearer any' },
  };
  const response = await invoke(name, request, core, (level, text) => lines.push([level, JSON.parse(text)]));
  expect(response.status).toBe(status);
  const requestId = response.headers['request-id'];
  expect(lines).toEqual([['information', expect.objectContaining({ operation: 'getDrive', status, requestId })]]);
});
