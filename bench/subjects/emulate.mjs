import { peer } from './peer.mjs';

/** Has no sharing links: closest is a POST to Google Drive's files, which keeps what is posted. */
export default peer({
  name: 'emulate',
  bin: 'emulate/dist/index.js',
  args: (port) => ['start', '--service', 'google', '--port', String(port)],
  statuses: [200],
  // The rest of what a createLink asks for is no more than a query here.
  itemPath: '/drive/v3/files?of=',
});
