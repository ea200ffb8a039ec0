import { fileURLToPath } from 'node:url';

import { calls, createLinkRequest, ownApp, send } from '../calls.mjs';
import { startServer } from '../process.mjs';

export const name = 'floor (node:http)';
export const script = fileURLToPath(new URL('floor-server.mjs', import.meta.url));

/** Given a mock that is prepared, whose answers it learns. */
export async function start(mock) {
  const { prepared, url } = mock;
  const learn = async (end, request) => {
    const { status, body } = await send(url, request);
    return [end, status, body];
  };
  const answers = [
    await learn('/createLink', createLinkRequest(prepared.paths[0], ownApp)),
    await learn('/permissions', calls.list.request(prepared)),
    await learn('/driveItem', calls.share.request(prepared)),
    await learn('/$batch', calls.batch.request(prepared)),
  ];
  const server = await startServer([script], { env: { FLOOR_ANSWERS: JSON.stringify(answers) } });
  // It answers every createLink as it has learnt it.
  return { ...server, answers, prepared, statuses: [200, 201] };
}
