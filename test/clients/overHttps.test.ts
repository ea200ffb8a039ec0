import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

import { startGraphMock } from '../../src/index.ts';
import { ids } from '../kit/graph.ts';
import { temporaryFolder } from '../kit/temporary.ts';

const run = promisify(execFile);
const temporary = temporaryFolder();

test('over https all clients share a file, with a token that the mock verifies, once they are told its host', async () => {
  const mock = await startGraphMock({ https: { certs: temporary() }, auth: 'scopes' });
  const env = {
    PATH: process.env['PATH'],
    NODE_EXTRA_CA_CERTS: mock.caFile,
    MOCK: mock.url,
    TOKEN: mock.token(),
    SITE: ids.site,
    LIST: ids.libraryList,
  };
  const { stdout, stderr } = await run(process.execPath, ['test/kit/clientsOverHttps.mjs'], { env });
  await mock.close();
  expect(stderr).toBe('');
  const results: Record<string, { shared?: { id: string } }> = JSON.parse(stdout);
  const webUrl = expect.stringMatching(`^${mock.url}/:p:/s/marketing/`);
  // The list item is the same file, so that each is given the link of the first.
  const shared = expect.objectContaining({
    id: results['microsoft-graph-client']?.shared?.id,
    link: expect.objectContaining({ webUrl }),
  });
  expect(results).toEqual({
    'microsoft-graph-client': {
      shared,
      content: 'The launch, in slides.',
      pages: [1, ['Launch.pptx', 'Plans']],
      upload: { name: 'Large.bin', isWhole: true },
    },
    'microsoft-graph-client that was not told the host': { statusCode: 401, message: 'Access token is empty.' },
    'msgraph-sdk': { shared },
    'pnp/graph': { shared, content: 'The launch, in slides.' },
  });
});
