import { randomUUID } from 'node:crypto';

import { z } from 'zod';

import { ids, tokenOf } from './graph.ts';

/** A link that a host has acknowledged. */
export interface Acknowledged {
  readonly id: string;
  readonly webUrl: string;
}

export interface Load {
  readonly acknowledged: readonly Acknowledged[];
  readonly calls: () => number;
  /** Answers other than 2xx, in words; a connection that broke is none. */
  readonly refused: readonly string[];
  /** Lets the calls under way end, and makes no more. */
  readonly stop: () => Promise<void>;
}

export const newTenant = randomUUID;

const report = `/v1.0/drives/${ids.drive}/items/${ids.report}`;
const headersOf = (tenant: string, app: string) => ({
  authorization: `Bearer ${tokenOf({ tid: tenant, appid: app, scp: 'Files.ReadWrite.All' })}`,
  'content-type': 'application/json',
});

/**
 * Makes links, one after the other from each of a few callers, each link another one, until it is told to stop or the
 * host is gone.
 */
export function makeLinks(url: string, tenant: string, callers: number): Load {
  const acknowledged: Acknowledged[] = [];
  const refused: string[] = [];
  let calls = 0;
  const over = new AbortController();
  async function caller(): Promise<void> {
    while (!over.signal.aborted) {
      calls += 1;
      const headers = headersOf(tenant, randomUUID());
      const body = JSON.stringify({ type: 'view', scope: 'anonymous' });
      try {
        const response = await fetch(`${url}${report}/createLink`, { method: 'POST', headers, body });
        const text = await response.text();
        if (response.status !== 201) refused.push(`${response.status} ${text}`);
        else {
          const { id, link } = JSON.parse(text);
          acknowledged.push({ id, webUrl: link.webUrl });
        }
      } catch {
        return;
      }
    }
  }
  const all = Promise.all(Array.from({ length: callers }, caller));
  return {
    acknowledged,
    refused,
    calls: () => calls,
    async stop() {
      over.abort();
      await all;
    },
  };
}

/** Waits until so many links are acknowledged. */
export async function untilMade({ acknowledged, refused }: Load, count: number): Promise<void> {
  while (acknowledged.length < count) {
    if (refused.length > 0) throw new Error(refused[0]);
    await new Promise((resolve) => setImmediate(resolve));
  }
}

const permissions = z.object({
  value: z.array(z.object({ id: z.string(), link: z.object({ webUrl: z.string() }).optional() })),
});

/** Those of the links that a host does not show. */
export async function lostAt(url: string, tenant: string, links: readonly Acknowledged[]): Promise<Acknowledged[]> {
  const response = await fetch(`${url}${report}/permissions`, { headers: headersOf(tenant, 'reader') });
  const { value } = permissions.parse(await response.json());
  const shown = new Map(value.map(({ id, link }) => [id, link && new URL(link.webUrl).pathname]));
  return links.filter(({ id, webUrl }) => shown.get(id) !== new URL(webUrl).pathname);
}
