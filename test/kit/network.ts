import { readFile } from 'node:fs/promises';
import { Agent, request } from 'node:https';
import { text } from 'node:stream/consumers';

import type { INetworkModule, NetworkRequestOptions, NetworkResponse } from '@azure/msal-node';

/** What MSAL sends its requests with, told to trust an authority. */
export async function networkTrusting(caFile: string): Promise<INetworkModule> {
  const agent = new Agent({ ca: await readFile(caFile) });

  function send<T>(method: string, url: string, options: NetworkRequestOptions = {}): Promise<NetworkResponse<T>> {
    return new Promise((resolve, reject) => {
      request(url, { method, agent, ...(options.headers && { headers: options.headers }) }, (incoming) => {
        const headers = Object.fromEntries(
          Object.entries(incoming.headers).map(([name, value]) => [name, String(value)]),
        );
        void text(incoming).then(
          (body) => resolve({ status: incoming.statusCode ?? 0, headers, body: JSON.parse(body) }),
          reject,
        );
      })
        .on('error', reject)
        .end(options.body);
    });
  }

  return {
    sendGetRequestAsync: (url, options) => send('GET', url, options),
    sendPostRequestAsync: (url, options) => send('POST', url, options),
  };
}
