import * as z from 'zod';

import { isPersonalDrive } from '../drive/ids.ts';
import { itemPartition } from '../drive/item.ts';
import { type Located, locateItem } from '../drive/locate.ts';
import { itemWebUrl } from '../drive/webUrl.ts';
import { GraphError } from '../errors.ts';
import { type Fault, refusalOf } from '../fault.ts';
import { isoTime } from '../isoTime.ts';
import { merged } from '../merged.ts';
import { type Answer, type Call, type Context, type Operation, scopes } from '../operation.ts';
import { recentPairs } from '../recent.ts';
import type { ItemReference } from '../reference.ts';
import { rememberPair } from '../remember.ts';
import { dateTimeOffset, oneOf } from '../schema.ts';
import { insertInRoom } from '../tenants/room.ts';
import { checkWorkbook } from '../workbook/checkWorkbook.ts';
import { sessionOf } from '../workbook/session.ts';
import { isSame } from './grantee.ts';
import { stopInheriting } from './inheritance.ts';
import { isExpired } from './kept.ts';
import { type Link, linkKind, type LinkScope, type LinkType, linkRow, newLinkId } from './link.ts';
import { embedUrlOf, toToken, webUrlOfLink } from './linkUrl.ts';
import { hashPassword, isPassword } from './password.ts';
import { notify } from './notification.ts';
import { addresseeOf, toExistingAccess, toHistoricPermission, toPermission } from './permission.ts';
import { allowedExpiration, type Policy, policyOn, requiredExpiration } from './policy.ts';
import { checkExternal, recipientsSchema, resolveRecipients } from './recipients.ts';
import { noteReceived } from './received.ts';

/** F2.1: all may be absent. */
const body = z.strictObject({
  type: oneOf([
    'view',
    'edit',
    'embed',
    'review',
    'blocksDownload',
    'createOnly',
    'addressBar',
    'adminDefault',
  ]).exactOptional(),
  scope: oneOf(['anonymous', 'organization', 'users']).exactOptional(),
  expirationDateTime: dateTimeOffset.exactOptional(),
  password: z.string().exactOptional(),
  message: z.string().max(2000).exactOptional(), // [guess] the limit is invite's
  recipients: recipientsSchema.exactOptional(),
  retainInheritedPermissions: z.boolean().exactOptional(),
  sendNotification: z.boolean().exactOptional(),
});

type Body = z.output<typeof body>;

/**
 * 201 and a new permission, or 200 and the one this application already has for the type, scope and recipients (F2.3);
 * always 200 on the historic routes (F2.7). Nothing is kept on an error.
 *
 * @throws GraphError `linkTypeNotAllowed`, `scopeRequired`, `cannotBeShared`, `noResolvedUsers`, `sessionNotFound`,
 * `notAWorkbook`, `sharingDisabled` and `externalSharingRestricted` where the policy is against it,
 * `invalidRequest` for what does not go together or a date that is past
 * @see https://learn.microsoft.com/graph/api/driveitem-createlink
 */
export const createLink: Operation<ItemReference, Located, Body> = {
  name: 'createLink',
  scopes: scopes.write,
  needs: 'share',
  body,
  faults: (given, context) => {
    const { success, data } = worded.safeParse(given);
    return success ? faultsOf(data, data.scope?.toLowerCase(), context) : [];
  },
  result: { statuses: [201, 200], type: 'permission' },
  locate: locateItem,
  async run(call, context) {
    const named = sessionOf(call, context);
    const session = named && (await named);
    if (call.target.reference.isWorkbook) checkWorkbook(call.target.item);
    const contract = contractOf(call.target, context);
    const policy = policyOn(call.target.drive.id, context);
    const asked = resolve(call.body, call.target, policy);
    const faults = faultsOf(call.body, asked === 'addressBar' ? undefined : asked.scope, context);
    if (faults.length > 0) throw refusalOf(faults, createLink.name);
    if (asked === 'addressBar') return existingAccess(contract, call, context);
    const { expirationDateTime, recipients = [] } = call.body;
    const grantees =
      asked.scope === 'users' ? await resolveRecipients(recipients, call.caller.tenant, context) : undefined;
    if (grantees) checkExternal(grantees, call.target.drive.id, context);
    const identity = { application: call.caller.app, ...asked, ...(grantees && { grantees }) };
    const end = expirationDateTime && allowedExpiration(expirationDateTime, policy, context.clock());
    const allowed = end ? { ...call, body: { ...call.body, expirationDateTime: end } } : call;
    // What a session does not persist nobody else shall notice (F8): the link, what else is asked for, and that it was.
    if (session && !session.persistChanges) {
      const { link, created } = await makeAside({ ...identity, session: session.id }, allowed, context);
      return answer(link, created, contract, call);
    }
    const { link, created } = await makeOrFind(identity, allowed, context);
    if (call.body.retainInheritedPermissions === false) await stopInheriting([link], call, context);
    if (grantees) {
      const { caller, target } = call;
      await noteReceived(grantees, { item: target.item, tenant: caller.tenant, sharedBy: caller.user }, context);
    }
    if (call.body.sendNotification && grantees) {
      const mail = { permissionId: link.id, webUrl: link.webUrl, message: call.body.message };
      await notify(
        grantees.map((to) => ({ to, ...mail })),
        call,
        context,
      );
    }
    return answer(link, created, contract, call);
  },
};

/** What a body can be asked for date and password by, whatever else is wrong with it. */
const worded = z.object({
  scope: z.string().optional().catch(undefined),
  expirationDateTime: z.string().optional().catch(undefined),
  password: z.string().optional().catch(undefined),
});

/** What is wrong with a date or a password: the clock and the scope decide (F2.4). */
function faultsOf(
  { expirationDateTime, password }: z.output<typeof worded>,
  scope: string | undefined,
  { clock }: Context,
): Fault[] {
  const isPast = expirationDateTime !== undefined && Date.parse(expirationDateTime) <= clock().getTime();
  const isForNamed = password && scope !== undefined && scope !== 'anonymous'; // [guess]
  return [
    ...(isPast ? [invalid('expirationDateTime', 'must be in the future')] : []),
    ...(isForNamed ? [invalid('password', 'is for anonymous links')] : []),
  ];
}

const invalid = (target: string, problem: string): Fault => ({ what: 'invalidRequest', target, problem });

type Contract = ItemReference['contract'];

/** The historic contract has a switch (F2.7 [rule]). */
const contractOf = ({ reference }: Located, { policy }: Context): Contract =>
  policy.historicContract ? reference.contract : 'today';

type Kept = Pick<Link, 'type' | 'scope' | 'preventsDownload'>;
type TypeAsked = NonNullable<Body['type']>;

/** Where a type may be asked for (F2.2); `anywhere` else. */
const limits: Readonly<Partial<Record<TypeAsked, { drive: 'personal' | 'business'; item?: 'file' | 'folder' }>>> = {
  embed: { drive: 'personal', item: 'file' },
  review: { drive: 'business', item: 'file' },
  blocksDownload: { drive: 'business', item: 'file' },
  createOnly: { drive: 'business', item: 'folder' },
  addressBar: { drive: 'business' },
  adminDefault: { drive: 'business' },
};

/** The link that type and scope, given or not, mean for this item (F2.1, F2.2). */
function resolve({ type, scope }: Body, { drive, item, reference }: Located, policy: Policy): Kept | 'addressBar' {
  const isPersonal = isPersonalDrive(drive.id);
  if (isPersonal && item.parentId === undefined) throw new GraphError('cannotBeShared');
  const limit = type && limits[type];
  if (limit && (limit.drive === 'personal') !== isPersonal)
    throw new GraphError(type === 'embed' ? 'linkTypeNotAllowed' : 'invalidRequest');
  if (limit?.item && limit.item !== item.kind) throw new GraphError('invalidRequest');
  if (type === 'addressBar') return type;
  if (isPersonal) {
    if (scope !== undefined && scope !== 'anonymous') throw new GraphError('invalidRequest'); // [guess]
    return keptAs(type ?? 'view', 'anonymous', policy);
  }
  // The switch of the historic contract is one of what is answered, not of what may be asked (F2.7).
  const needsScope = type !== undefined && type !== 'adminDefault' && reference.contract === 'today';
  if (needsScope && scope === undefined) throw new GraphError('scopeRequired');
  const kept = keptAs(type ?? policy.defaultType, scope ?? policy.defaultScope, policy);
  if (kept.scope === 'anonymous' && !policy.anonymousLinks) throw new GraphError('sharingDisabled');
  return kept;
}

/** A link that blocks downloads is kept, and shown, as a view link that does (F2.2 [seen]). */
function keptAs(type: Exclude<TypeAsked, 'addressBar'>, scope: LinkScope, policy: Policy): Kept {
  if (type === 'blocksDownload') return { type: 'view', scope, preventsDownload: true };
  const kept: LinkType = type === 'adminDefault' ? policy.defaultType : type;
  return { type: kept, scope, preventsDownload: false };
}

type CreateLinkCall = Call<Located, Body>;
type Identity = Kept & Pick<Link, 'application' | 'grantees' | 'session'>;

/**
 * One conditional insert makes the link; where Table Storage says that it is there already, that one is the answer:
 * with another date or password if those were asked for, or anew if it has expired (F2.3).
 */
async function makeOrFind(
  identity: Identity,
  call: CreateLinkCall,
  context: Context,
): Promise<{ link: Link; created: boolean }> {
  const rows = context.store.rows(linkKind);
  const { tenant } = call.caller;
  const key = { partition: itemPartition(tenant, call.target.item), row: linkRow(identity) };
  const { password } = call.body;
  const make = (passwordHash?: string): Link => newLink(identity, key.row, passwordHash, call, context);
  for (let attempt = 0; attempt < 20; attempt += 1) {
    const found = repeated.has(key.partition, key.row) ? await rows.get(key) : undefined;
    const { value, etag, created } = found
      ? { created: false, ...found }
      : await insertInRoom({ links: 1 }, tenant, context, rows, key, make(password && (await hashPassword(password))));
    if (created) return { link: value, created };
    repeated.add(key.partition, key.row);
    const isOver = isExpired(value, context.clock());
    const wanted = isOver
      ? make(password && (await hashPassword(password)))
      : await updated(value, identity.grantees, call.body);
    if (wanted === value) return { link: value, created: false };
    if (await rows.replace(key, wanted, etag)) return { link: wanted, created: isOver };
  }
  throw new GraphError('editConflict');
}

/** As `makeOrFind`, for a session that does not persist: what is there for everybody is there for it as well. */
async function makeAside(
  identity: Identity,
  call: CreateLinkCall,
  context: Context,
): Promise<{ link: Link; created: boolean }> {
  const { session: _, ...persisted } = identity;
  const key = { partition: itemPartition(call.caller.tenant, call.target.item), row: linkRow(persisted) };
  const link = (await context.store.rows(linkKind).get(key))?.value;
  const isGood = link && !isExpired(link, context.clock());
  // One that would have to be changed is left as it is, and has its like in the session.
  if (isGood && (await updated(link, identity.grantees, call.body)) === link) return { link, created: false };
  return makeOrFind(identity, call, context);
}

/**
 * Links that were asked for again. Whoever does so once does so often, and then it is one read that finds the link, where
 * an insert that is refused needs another. A hint: with or without it, the table says what is there.
 */
const repeated = recentPairs(1000);

function newLink(
  identity: Identity,
  row: string,
  passwordHash: string | undefined,
  call: CreateLinkCall,
  context: Context,
): Link {
  const { caller, target, origin } = call;
  const now = context.clock();
  const policy = policyOn(target.drive.id, context);
  const { expirationDateTime = requiredExpiration(identity.scope, policy, now) } = call.body;
  const secret = Buffer.from(context.newSecret(16)).toString('base64url');
  const token = toToken({ tenant: caller.tenant, driveId: target.drive.id, itemId: target.item.id, row, secret });
  const { application, type, scope, preventsDownload, grantees, session } = identity;
  // What every link has stands first, and by its name: so it has its place in the object, and none in a list beside it.
  return {
    kind: 'link',
    id: newLinkId(row, context.newId),
    type,
    scope,
    preventsDownload,
    webUrl: type === 'embed' ? embedUrlOf(target, token, origin) : webUrlOfLink(target, token, origin),
    secret,
    application,
    createdDateTime: isoTime(now),
    ...(grantees && { grantees }),
    ...(session !== undefined && { session }),
    ...(expirationDateTime !== undefined && { expirationDateTime }),
    ...(passwordHash && { passwordHash }),
    ...(caller.user && { createdBy: identityOf(caller.user.id, caller.user.displayName) }),
  };
}

/** Whoever makes links is one object for all of them. */
const identityOf = rememberPair((id, displayName): NonNullable<Link['createdBy']> => ({ id, displayName }), 1000, 200);

/** The same link, or a changed copy. What is absent, or null, stays as it is. */
async function updated(link: Link, grantees: Link['grantees'], { expirationDateTime, password }: Body): Promise<Link> {
  const isDateNew = expirationDateTime !== undefined && expirationDateTime !== link.expirationDateTime;
  const isPasswordNew = password && !(link.passwordHash && (await isPassword(password, link.passwordHash)));
  // Somebody the link was made for may have been taken off it since (F5.3).
  const missing = grantees?.filter((each) => !link.grantees?.some((other) => isSame(each, other))) ?? [];
  if (!isDateNew && !isPasswordNew && missing.length === 0) return link;
  return merged(link, {
    ...(missing.length > 0 && { grantees: [...(link.grantees ?? []), ...missing] }),
    ...(isDateNew && { expirationDateTime }),
    ...(isPasswordNew && { passwordHash: await hashPassword(password) }),
  });
}

const metadata = '#microsoft.graph.permission';

function answer(link: Link, created: boolean, contract: Contract, { target, caller, root }: CreateLinkCall): Answer {
  const permission = toPermission(link, 'creating', addresseeOf(link.grantees));
  if (contract === '2015')
    return { status: 200, metadata, body: toHistoricPermission(permission, caller, link.grantees) };
  const Location = `${root}/drives/${target.drive.id}/items/${encodeURIComponent(target.item.id)}/permissions/${link.id}`;
  return {
    status: created ? 201 : 200,
    metadata,
    body: permission,
    ...(created && { headers: { Location } }),
  };
}

/** [guess] on the status: nothing is made. */
async function existingAccess(
  contract: Contract,
  { target, caller, origin }: CreateLinkCall,
  context: Context,
): Promise<Answer> {
  const access = toExistingAccess(await itemWebUrl(target, caller.tenant, origin, context));
  return { status: 200, metadata, body: contract === '2015' ? toHistoricPermission(access, caller) : access };
}
