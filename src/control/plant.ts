import { type Entry, directoryKind, findEntry, stepsFor } from '../directory/directory.ts';
import { keepContent } from '../drive/content.ts';
import { type Drive, driveKind, drivePartition, type DriveRow } from '../drive/drive.ts';
import { childRow, type Item, itemPartition, itemRow, withoutContent } from '../drive/item.ts';
import { GraphError } from '../errors.ts';
import { merged } from '../merged.ts';
import type { Context } from '../operation.ts';
import { sample } from '../sample.ts';
import { claimId, type Grant, grantKind, grantRow } from '../sharing/grant.ts';
import { applicationOf, type Grantee } from '../sharing/grantee.ts';
import { type Link, linkKind } from '../sharing/link.ts';
import { hashPassword } from '../sharing/password.ts';
import { noteReceived } from '../sharing/received.ts';
import { findRecipient, resolveRecipients } from '../sharing/recipients.ts';
import { redeem } from '../sharing/redemption.ts';
import { seededLink } from '../sharing/seededLink.ts';
import { seededTokenKey, seededTokenKind } from '../sharing/seededToken.ts';
import type { Rows, Step } from '../store/store.ts';
import type { Problem } from './input.ts';
import type { SeedGrant, SeedLink, SeedPermission } from './seed.ts';
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
    for (const item of planned.items) problems.push(...(await plantPermissions(item, planned.drive, tokens, ground)));
  }
  return problems;
}

async function plantDirectory(entries: readonly Entry[], { tenant, context }: Ground): Promise<void> {
  const steps = entries.flatMap(stepsFor);
  await inBatches(context.store.rows(directoryKind), tenant, steps, () => 1024);
}

async function plantItems({ drive, items }: PlannedDrive, { tenant, context }: Ground): Promise<void> {
  const steps: Step<DriveRow>[] = [{ do: 'insert', row: 'drive', value: drive }];
  for (const { item: blank, content } of items) {
    const facts = content && (await keepContent(blank.name, content, tenant, context));
    const item = merged(blank, facts ? { ...facts, contentVersion: 1 } : {});
    steps.push({ do: 'insert', row: itemRow(item.id), value: item });
    if (item.parentId !== undefined)
      steps.push({ do: 'insert', row: childRow(item.parentId, item.name), value: withoutContent(item) });
  }
  const sizeOf = (value: DriveRow): number => 2048 + ('content' in value ? (value.content?.length ?? 0) : 0);
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

async function plantPermissions(
  { item, permissions, path }: PlannedItem,
  drive: Drive,
  tokens: Set<string>,
  ground: Ground,
): Promise<Problem[]> {
  const problems: Problem[] = [];
  for (const [at, given] of permissions.entries()) {
    const refuse = (where: readonly PropertyKey[], message: string): void =>
      void problems.push({ path: [...path, 'permissions', at, ...where], message });
    const place = { drive, item, ...ground };
    if ('role' in given) await plantGrant(given, place, refuse);
    else await plantLink(given, place, tokens, refuse);
  }
  return problems;
}

type Refuse = (where: readonly PropertyKey[], message: string) => void;
type Place = Ground & { readonly drive: Drive; readonly item: Item };

const nobody = 'One or more users could not be resolved.';

async function plantLink(given: SeedLink, place: Place, tokens: Set<string>, refuse: Refuse): Promise<void> {
  const { item, tenant, context } = place;
  const grantees = await granteesOf(given, tenant, context);
  if (grantees === 'nobody') return refuse(['recipients'], nobody);
  const { row, link, lookup } = seededLink(await factsOf(given, grantees, context), place, context);
  if (lookup && tokens.has(lookup.token)) refuse(['link', 'token'], 'is the token of another link');
  const key = { partition: itemPartition(tenant, item), row };
  const { created } = await context.store.rows(linkKind).insert(key, link);
  if (!created) refuse([], 'is the same link as another of this item (app, type, scope and recipients are)');
  if (grantees) await noteReceived(grantees, { item, tenant, sharedBy: given.createdBy }, context);
  for (const name of given.redeemedBy ?? []) {
    // Whoever has redeemed it was known by a token, and need not be in the directory.
    const user = (await findEntry(tenant, 'user', name, context)) ?? { id: name };
    await redeem(link, user, place, context);
  }
  if (!lookup) return;
  tokens.add(lookup.token);
  await context.store.rows(seededTokenKind).insert(seededTokenKey(tenant, lookup.token), lookup.address);
}

async function plantGrant(given: SeedGrant, place: Place, refuse: Refuse): Promise<void> {
  const { item, tenant, context } = place;
  const { role, to, signInRequired, expirationDateTime, createdBy } = given;
  const grantee =
    'application' in to ? applicationOf(to.application, tenant) : await findRecipient(to, tenant, context);
  if (!grantee) return refuse(['to'], nobody);
  const grant: Grant = {
    kind: 'grant',
    id: claimId(grantee.loginName),
    role,
    grantee,
    ...madeBy(given, context),
    ...(expirationDateTime !== undefined && { expirationDateTime: wholeSeconds(expirationDateTime) }),
    ...(signInRequired !== undefined && { signInRequired }),
  };
  const key = { partition: itemPartition(tenant, item), row: grantRow(grant.id) };
  const { created } = await context.store.rows(grantKind).insert(key, grant);
  if (!created) refuse(['to'], 'has another permission on this item');
  await noteReceived([grantee], { item, tenant, sharedBy: createdBy }, context);
}

const madeBy = ({ application, createdBy, createdDateTime }: SeedPermission, context: Context) => ({
  application: application ?? sample.app,
  createdDateTime: createdDateTime ?? context.clock().toISOString(),
  ...(createdBy && { createdBy }),
});

/** Undefined where the link is for no one in particular. */
async function granteesOf(
  { link, recipients = [] }: SeedLink,
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

async function factsOf(given: SeedLink, grantees: readonly Grantee[] | undefined, context: Context) {
  const { link, id, expirationDateTime, password, passwordHash, session } = given;
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
    ...madeBy(given, context),
    ...(id !== undefined && { id }),
    ...(token !== undefined && { token }),
    ...(grantees && { grantees }),
    ...(expirationDateTime !== undefined && { expirationDateTime: wholeSeconds(expirationDateTime) }),
    ...(hash !== undefined && { passwordHash: hash }),
    ...(session !== undefined && { session }),
  };
}

/** As createLink keeps it. */
const wholeSeconds = (moment: string): string => `${moment.slice(0, 19)}Z`;
