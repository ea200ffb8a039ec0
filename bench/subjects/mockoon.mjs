import { peer, permission } from './peer.mjs';

export default peer({
  name: '@mockoon/cli',
  bin: '@mockoon/cli/bin/run.js',
  file: {
    name: 'environment.json',
    content: (port) => ({
      uuid: '3f1c0000-0000-4000-8000-000000000001',
      lastMigration: 33,
      name: 'createLink',
      port,
      hostname: '127.0.0.1',
      folders: [],
      rootChildren: [{ type: 'route', uuid: '3f1c0000-0000-4000-8000-000000000002' }],
      routes: [
        {
          uuid: '3f1c0000-0000-4000-8000-000000000002',
          type: 'http',
          method: 'post',
          endpoint: 'v1.0/drives/:drive/items/:item/createLink',
          responses: [
            {
              uuid: '3f1c0000-0000-4000-8000-000000000003',
              statusCode: 201,
              default: true,
              headers: [{ key: 'Content-Type', value: 'application/json' }],
              bodyType: 'INLINE',
              body: JSON.stringify(permission),
              disableTemplating: true,
            },
          ],
        },
      ],
    }),
  },
  args: (port, file) => [
    'start',
    '--data',
    file,
    '--port',
    String(port),
    '--disable-log-to-file',
    '--repair',
    '--disable-admin-api',
  ],
});
