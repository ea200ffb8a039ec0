import { GraphError } from '../errors.ts';
import type { Answer, Context } from '../operation.ts';
import { rangeOf } from './byteRange.ts';
import { contentOf, isSigned, readDownload } from './content.ts';
import { driveKind, drivePartition } from './drive.ts';
import { eTagOf, type Item, itemRow, namesVersion } from './item.ts';

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
  const found = await fileBehind(tempauth, context.clock(), context);
  if (!found) throw new GraphError('accessDenied');
  const { item, tenant } = found;
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
    body: await contentOf(item, tenant, context, range),
  };
}

/** The file that a URL was signed for, unless the URL is too old at this time. */
async function fileBehind(tempauth: string, now: Date, { store }: Context): Promise<Found | undefined> {
  const claim = readDownload(tempauth, now);
  if (!claim) return undefined;
  const { tenant, driveId, itemId } = claim;
  const key = { partition: drivePartition(tenant, driveId), row: itemRow(itemId) };
  const item = (await store.rows(driveKind).get(key))?.value;
  return item?.kind === 'file' && isSigned(tempauth, item) ? { item, tenant } : undefined;
}

interface Found {
  readonly item: Item;
  readonly tenant: string;
}

/** Whether a URL was signed for the content that its file has, however long ago. */
export const isDownloadUrl = async (tempauth: string, context: Context): Promise<boolean> =>
  (await fileBehind(tempauth, new Date(0), context)) !== undefined;
