import { GraphError } from '../errors.ts';
import type { Answer, Context } from '../operation.ts';
import { contentOf, isSigned, readDownload } from './content.ts';
import { driveKind, drivePartition } from './drive.ts';
import { itemRow } from './item.ts';

/**
 * The bytes behind a pre-authenticated URL. No token is looked at: whoever has the URL has the file, until it is an hour
 * old or the content is another.
 */
export async function download(tempauth: string, context: Context): Promise<Answer> {
  const claim = readDownload(tempauth, context.clock());
  if (!claim) throw new GraphError('accessDenied');
  const key = { partition: drivePartition(claim.tenant, claim.driveId), row: itemRow(claim.itemId) };
  const item = (await context.store.rows(driveKind).get(key))?.value;
  if (!item || item.kind !== 'file' || !isSigned(tempauth, item)) throw new GraphError('accessDenied');
  return {
    status: 200,
    headers: {
      'Content-Type': item.mimeType ?? 'application/octet-stream',
      'Content-Disposition': `attachment; filename*=UTF-8''${encodeURIComponent(item.name)}`,
      // Somebody's HTML is served from the mock's own origin, and must not run there.
      'Content-Security-Policy': 'sandbox',
      'X-Content-Type-Options': 'nosniff',
    },
    body: await contentOf(item, claim.tenant, context),
  };
}
