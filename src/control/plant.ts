import { type Entry, directoryKind, stepsFor } from '../directory/directory.ts';
import { keepContent } from '../drive/content.ts';
import { type Drive, driveKind, drivePartition } from '../drive/drive.ts';
import { childRow, type Item, itemPartition, itemRow, withoutContent } from '../drive/item.ts';
import { GraphError } from '../errors.ts';
import type { Context } from '../operation.ts';
import { sample } from '../sample.ts';
import { type Grantee, type Link, permissionKind } from '../sharing/link.ts';
import { hashPassword } from '../sharing/password.ts';
import { resolveRecipients } from '../sharing/recipients.ts';
import { seededLink } from '../sharing/seededLink.ts';
import { seededTokenKey, seededTokenKind } from '../sharing/seededToken.ts';
import type { Rows, Step } from '../store/store.ts';
import type { Problem } from './input.ts';
import type { SeedPermission } from './seed.ts';
import type { Plan, PlannedDrive, PlannedItem } from './seedPlan.ts';

/** Where a seed goes: a generation of a tenant that nobody looks at yet. */
interface Ground {
  readonly tenant: string;
  /** The origin that the URLs of links begin with. */
  readonly origin: string;
  readonly context: Context;
}

/** Puts everything in place that a plan has, and answers what turns out to be impossible. */
export async function plant({ entries, drives }: Plan, ground: Ground): Promise<readonly Problem[]> {
  await plantDirectory(entries, ground);
  const problems: Problem[] = [];
  const tokens = new Set<string>();
  for (const planned of drives) {
    await plantItems(planned, ground);
    for (const item of planned.items) problems.push(...(await plantLinks(item, planned.drive, tokens, ground)));
  }
  return problems;
}

async function plantDirectory(entries: readonly Entry[], { tenant, context }: Ground): Promise<void> {
  const steps = entries.flatMap((entry) => stepsFor(tenant, entry));
  await inBatches(context.store.rows(directoryKind), tenant, steps, () => 1024);
}

async function plantItems({ drive, items }: PlannedDrive, { tenant, context }: Ground): Promise<void> {
  const steps: Step<Drive | Item>[] = [{ do: 'insert', row: 'drive', value: drive }];
  for (const { item: blank, content } of items) {
    const facts = content && (await keepContent(blank.name, content, tenant, context));
    const item = { ...blank, ...facts, ...(facts && { contentVersion: 1 }) };
    steps.push({ do: 'insert', row: itemRow(item.id), value: item });
    if (item.parentId !== undefined)
      steps.push({ do: 'insert', row: childRow(item.parentId, item.name), value: withoutContent(item) });
  }
  const sizeOf = (value: Drive | Item): number => 2048 + ('content' in value ? (value.content?.length ?? 0) : 0);
  await inBatches(context.store.rows(driveKind), drivePartition(tenant, drive.id), steps, sizeOf);
}

/** Table Storage's limit for a transaction is 4 MiB, of which base64 and the rest take their part; in bytes. */
const largestBatch = 2 * 1024 * 1024;
const mostSteps = 100;

async function inBatches<T extends object>(
  rows: Rows<T>,
  partition: string,
  steps: readonly Step<T>[],
  sizeOf: (value: T) => number,
): Promise<void> {
  let batch: Step<T>[] = [];
  let size = 0;
  for (const step of steps) {
    const bytes = 'value' in step ? sizeOf(step.value) : 0;
    if (batch.length === mostSteps || size + bytes > largestBatch) {
      await rows.transact(partition, batch);
      [batch, size] = [[], 0];
    }
    batch.push(step);
    size += bytes;
  }
  if (batch.length > 0) await rows.transact(partition, batch);
}

async function plantLinks(
  { item, permissions, path }: PlannedItem,
  drive: Drive,
  tokens: Set<string>,
  { tenant, origin, context }: Ground,
): Promise<Problem[]> {
  const problems: Problem[] = [];
  for (const [at, given] of permissions.entries()) {
    const here = [...path, 'permissions', at];
    const refuse = (where: readonly PropertyKey[], message: string): void =>
      void problems.push({ path: [...here, ...where], message });
    const grantees = await granteesOf(given, tenant, context);
    if (grantees === 'nobody') {
      refuse(['recipients'], 'One or more users could not be resolved.');
      continue;
    }
    const { row, link, lookup } = seededLink(
      await factsOf(given, grantees, context),
      { drive, item, tenant, origin },
      context,
    );
    if (lookup && tokens.has(lookup.token)) refuse(['link', 'token'], 'is the token of another link');
    const key = { partition: itemPartition(tenant, item), row };
    const { created } = await context.store.rows(permissionKind).insert(key, link);
    if (!created) refuse([], 'is the same link as another of this item (app, type, scope and recipients are)');
    if (!lookup) continue;
    tokens.add(lookup.token);
    await context.store.rows(seededTokenKind).insert(seededTokenKey(tenant, lookup.token), lookup.address);
  }
  return problems;
}

/** Undefined where the link is for no one in particular. */
async function granteesOf(
  { link, recipients = [] }: SeedPermission,
  tenant: string,
  context: Context,
): Promise<Grantee[] | 'nobody' | undefined> {
  if (link.scope !== 'users') return recipients.length > 0 ? 'nobody' : undefined;
  try {
    return await resolveRecipients(recipients, tenant, context);
  } catch (thrown) {
    if (thrown instanceof GraphError && thrown.what === 'noResolvedUsers') return 'nobody';
    throw thrown;
  }
}

async function factsOf(given: SeedPermission, grantees: readonly Grantee[] | undefined, context: Context) {
  const { link, id, expirationDateTime, password, passwordHash, session, createdBy } = given;
  const { type, scope, token, preventsDownload = false } = link;
  const hash = passwordHash ?? (password === undefined ? undefined : await hashPassword(password));
  const isBlocking = type === 'blocksDownload';
  const kept: Pick<Link, 'type' | 'preventsDownload'> = {
    type: isBlocking ? 'view' : type,
    preventsDownload: preventsDownload || isBlocking,
  };
  return {
    ...kept,
    scope,
    application: given.application ?? sample.app,
    createdDateTime: given.createdDateTime ?? context.clock().toISOString(),
    ...(id !== undefined && { id }),
    ...(token !== undefined && { token }),
    ...(grantees && { grantees }),
    ...(expirationDateTime !== undefined && { expirationDateTime: wholeSeconds(expirationDateTime) }),
    ...(hash !== undefined && { passwordHash: hash }),
    ...(createdBy && { createdBy }),
    ...(session !== undefined && { session }),
  };
}

/** As createLink keeps it. */
const wholeSeconds = (moment: string): string => `${moment.slice(0, 19)}Z`;
