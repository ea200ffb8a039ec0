import type { Settings } from '../settings.ts';

/** What a tenant keeps: permissions of every kind, files and folders, and the bytes of the files. */
export interface Usage {
  readonly links: number;
  readonly items: number;
  readonly bytes: number;
}

/** What a call is about to add, or has taken away. */
export type Room = Partial<Usage>;

/** How much a tenant may keep; what is left out may be any. */
export type Limits = Partial<Usage>;

export const nothing: Usage = { links: 0, items: 0, bytes: 0 };

/** What a usage is made of. */
export const measures = ['links', 'items', 'bytes'] as const;

const combined =
  (combine: (a: number, b: number) => number) =>
  (a: Room, b: Room): Usage => ({
    links: combine(a.links ?? 0, b.links ?? 0),
    items: combine(a.items ?? 0, b.items ?? 0),
    bytes: combine(a.bytes ?? 0, b.bytes ?? 0),
  });

export const plus = combined((a, b) => a + b);
export const minus = combined((a, b) => a - b);
export const larger = combined(Math.max);

export function limitsOf(settings: Settings): Limits {
  const { GRAPH_MOCK_QUOTA_LINKS: links, GRAPH_MOCK_QUOTA_ITEMS: items, GRAPH_MOCK_QUOTA_BYTES: bytes } = settings;
  return {
    ...(links !== undefined && { links }),
    ...(items !== undefined && { items }),
    ...(bytes !== undefined && { bytes }),
  };
}
