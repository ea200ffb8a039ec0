import { GraphError } from '../errors.ts';
import type { ByteRange } from './content.ts';

/**
 * The bytes that a `Range` header asks for: `bytes=0-99`, `bytes=100-` or the last ones, `bytes=-5`. Undefined without
 * one, and for what need not be understood (RFC 9110 14.2): another unit, or several ranges.
 *
 * @throws GraphError `rangeNotSatisfiable` where there is no such byte
 */
export function rangeOf(header: string | null, size: number): ByteRange | undefined {
  const [, from = '', to = ''] = /^\s*bytes\s*=\s*(\d{0,15})\s*-\s*(\d{0,15})\s*$/i.exec(header ?? '') ?? [];
  if (from === '' && to === '') return undefined;
  if (from !== '' && to !== '' && Number(to) < Number(from)) return undefined;
  const start = from === '' ? Math.max(size - Number(to), 0) : Number(from);
  const end = from === '' || to === '' ? size - 1 : Math.min(Number(to), size - 1);
  if (start > end) throw new GraphError('rangeNotSatisfiable', { headers: { 'Content-Range': `bytes */${size}` } });
  return { start, end };
}
