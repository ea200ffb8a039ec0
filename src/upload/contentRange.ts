import { GraphError } from '../errors.ts';

/** Which bytes of how many a fragment brings. */
export interface ContentRange {
  readonly start: number;
  /** Included. */
  readonly end: number;
  readonly total: number;
}

/** `bytes 0-25/128`. @throws GraphError `contentRangeMalformed` */
export function contentRangeOf(header: string | null): ContentRange {
  const match = /^\s*bytes\s+(\d{1,15})-(\d{1,15})\/(\d{1,15})\s*$/i.exec(header ?? '');
  const [start, end, total] = (match ?? []).slice(1).map(Number);
  if (start === undefined || end === undefined || total === undefined || start > end || end >= total)
    throw new GraphError('contentRangeMalformed');
  return { start, end, total };
}
