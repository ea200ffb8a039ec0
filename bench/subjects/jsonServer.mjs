import { peer, permission } from './peer.mjs';

/** Keeps what is posted, in a file that it writes anew each time. */
export default peer({
  name: 'json-server',
  bin: 'json-server/lib/cli/bin.js',
  file: { name: 'db.json', content: () => ({ createLink: [permission] }) },
  args: (port, file) => [file, '--port', String(port), '--host', '127.0.0.1', '--quiet'],
  itemPath: '',
});
