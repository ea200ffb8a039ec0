import { GraphError } from '../errors.ts';
import type { Answer, Context } from '../operation.ts';
import { rangeOf } from './byteRange.ts';
import { contentOf, isSigned, readDownload } from './content.ts';
import { driveKind, drivePartition } from './drive.ts';
import { eTagOf, itemRow, namesVersion } from './item.ts';

/**
 * The bytes behind a pre-authenticated URL, all or those of a `Range`. No token is looked at: whoever has the URL has
 * the file, until it is an hour old or the content is another.
 *
 * @throws GraphError `accessDenied`, `rangeNotSatisfiable`
 */
export async function download(
  tempauth: string,
  header: (name: string) => string | null,
  context: Context,
): Promise<Answer> {
  const claim = readDownload(tempauth, context.clock());
  if (!claim) throw new GraphError('accessDenied');
  const key = { partition: drivePartition(claim.tenant, claim.driveId), row: itemRow(claim.itemId) };
  const item = (await context.store.rows(driveKind).get(key))?.value;
  if (item?.kind !== 'file' || !isSigned(tempauth, item)) throw new GraphError('accessDenied');
  const ETag = eTagOf(item);
  const ifNoneMatch = header('if-none-match');
  if (ifNoneMatch !== null && namesVersion(ifNoneMatch, item)) return { status: 304, headers: { ETag } };
  const ifRange = header('if-range');
  const range = ifRange === null || namesVersion(ifRange, item) ? rangeOf(header('range'), item.size) : undefined;
  return {
    status: range ? 206 : 200,
    headers: {
      ETag,
      'Accept-Ranges': 'bytes',
      ...(range && { 'Content-Range': `bytes ${range.start}-${range.end}/${item.size}` }),
      'Content-Type': item.mimeType ?? 'application/octet-stream',
      'Content-Disposition': `attachment; filename*=UTF-8''${encodeURIComponent(item.name)}`,
      // Somebody's HTML is served from the mock's own origin, and must not run there.
      'Content-Security-Policy': 'sandbox',
      'X-Content-Type-Options': 'nosniff',
    },
    body: await contentOf(item, claim.tenant, context, range),
  };
}
