import { keepPart, removePart } from '../drive/content.ts';
import { addToRing } from '../drive/quickXorHash.ts';
import { GraphError } from '../errors.ts';
import type { Answer, Context } from '../operation.ts';
import type { Stored } from '../store/store.ts';
import { inRoom } from '../tenants/room.ts';
import { complete, finish } from './complete.ts';
import { type ContentRange, contentRangeOf } from './contentRange.ts';
import {
  findSession,
  idleMilliseconds,
  largestFile,
  toUploadSession,
  uploadKey,
  uploadKind,
  type UploadSession,
} from './session.ts';

/** What a PUT to an upload URL brings. */
export interface Fragment {
  readonly tempauth: string;
  readonly contentRange: string | null;
  readonly bytes: () => Promise<Uint8Array>;
  readonly origin: string;
}

/**
 * 202 while bytes are missing; with the last of them the file, unless its commit was deferred.
 *
 * @throws GraphError `uploadSessionNotFound`, `contentRangeMalformed`, `contentRangeLength`, `fragmentLengthMismatch`,
 * `fragmentOverlap`, `fragmentOutOfOrder`, `fileTooLarge`, `quotaLimitReached`, and what `complete` throws
 */
export async function receive({ tempauth, contentRange, bytes, origin }: Fragment, context: Context): Promise<Answer> {
  const before = await findSession(tempauth, context);
  const range = contentRangeOf(contentRange);
  // The last fragment of a completion that has failed is sent once more.
  if (before.value.completing && !before.value.deferCommit && range.end + 1 === before.value.total)
    return complete(before, before.value, origin, context);
  check(range, before.value);
  const fragment = await bytes();
  if (fragment.length !== range.end - range.start + 1) throw new GraphError('contentRangeLength');
  const after = await inRoom(
    { bytes: fragment.length },
    before.value.caller.tenant,
    context,
    () => keep(fragment, range, before, context),
    (kept) => kept !== undefined,
  );
  if (!after) {
    // Another fragment came first, or the end.
    check(range, (await findSession(tempauth, context)).value);
    throw new GraphError('editConflict');
  }
  if (after.value.completing) return finish(after, after.value, { origin, isFirst: true }, context);
  return { status: 202, body: toUploadSession(after.value) };
}

function check({ start, total }: ContentRange, { received, announced = total, total: expected }: UploadSession): void {
  if (total > largestFile) throw new GraphError('fileTooLarge');
  if (expected === undefined ? total > announced : total !== expected)
    throw new GraphError('fragmentLengthMismatch', {
      values: { expected: String(expected ?? announced), total: String(total) },
    });
  if (start < received) throw new GraphError('fragmentOverlap');
  if (start > received) throw new GraphError('fragmentOutOfOrder');
}

/**
 * The session with the fragment in it. Of several at the same place one is taken: each is kept under a name of its own,
 * and the session's row says which it is. Undefined where it is another, or the session is gone; then nothing is left.
 */
async function keep(
  fragment: Uint8Array,
  { start, end, total }: ContentRange,
  { value, etag }: Stored<UploadSession>,
  context: Context,
): Promise<Stored<UploadSession> | undefined> {
  const { caller, contentId } = value;
  const part = Buffer.from(context.newSecret(6)).toString('base64url');
  const place = { contentId, part };
  await keepPart(place, fragment, caller.tenant, context);
  const session: UploadSession = {
    ...value,
    total,
    received: end + 1,
    parts: [...value.parts, part],
    ring: addToRing(value.ring, fragment, start),
    expiresAt: context.clock().getTime() + idleMilliseconds,
    ...(end + 1 === total && !value.deferCommit && { completing: true }),
  };
  const rows = context.store.rows(uploadKind);
  const key = uploadKey(caller.tenant, value);
  const replaced = await rows.replace(key, session, etag);
  if (replaced) return replaced;
  await removePart(place, caller.tenant, context);
  return undefined;
}
