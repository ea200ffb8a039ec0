import { peer, permission } from './peer.mjs';

const parameter = (name) => ({ name, in: 'path', required: true, schema: { type: 'string' } });

export default peer({
  name: '@stoplight/prism-cli',
  bin: '@stoplight/prism-cli/dist/index.js',
  file: {
    name: 'openapi.json',
    content: () => ({
      openapi: '3.0.3',
      info: { title: 'createLink', version: '1' },
      paths: {
        '/v1.0/drives/{drive}/items/{item}/createLink': {
          post: {
            parameters: [parameter('drive'), parameter('item')],
            requestBody: {
              content: {
                'application/json': {
                  schema: { type: 'object', properties: { type: { type: 'string' }, scope: { type: 'string' } } },
                },
              },
            },
            responses: {
              201: {
                description: 'The link.',
                content: { 'application/json': { schema: { type: 'object' }, example: permission } },
              },
            },
          },
        },
      },
    }),
  },
  args: (port, file) => ['mock', file, '--port', String(port), '--host', '127.0.0.1', '--verboseLevel', 'silent'],
});
