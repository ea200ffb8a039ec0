import type { DriveRecipient, Permission } from '@microsoft/microsoft-graph-types';

import { drivePathOf } from '../drive/driveItem.ts';
import type { Drive } from '../drive/drive.ts';
import { GraphError } from '../errors.ts';
import { guidOf } from '../guid.ts';
import type { Caller } from '../operation.ts';
import { claimId, type Grant } from './grant.ts';
import { type Grantee, loginNameOf } from './grantee.ts';
import type { Link } from './link.ts';
import { shareIdOf, withParameter } from './linkUrl.ts';

/** F3.3. */
export const roleOf = {
  view: 'read',
  edit: 'write',
  embed: 'read',
  review: 'read',
  createOnly: 'write', // [guess]
} satisfies Record<Link['type'], string>;

/** A person or group as the older properties show them (F3.2). */
const toIdentity = ({ displayName, email, id }: Grantee) => ({
  displayName,
  ...(email !== undefined && { email }),
  ...(id !== undefined && { id }),
});

/** As the `V2` properties do. An application is no SharePoint user (F3.2). */
const toPrincipal = (grantee: Grantee) => ({
  [grantee.kind]: {
    ...(grantee.kind !== 'application' && { '@odata.type': '#microsoft.graph.sharePointIdentity' }),
    ...toIdentity(grantee),
  },
});

/** With the SharePoint user beside it, as reading shows it. */
function toIdentitySetV2(grantee: Grantee) {
  const { kind, displayName, email, loginName } = grantee;
  if (kind === 'application') return toPrincipal(grantee);
  return {
    ...toPrincipal(grantee),
    siteUser: { displayName, ...(email !== undefined && { email }), id: siteUserId(loginName), loginName },
  };
}

/** A small integer, as SharePoint counts a site's users. */
const siteUserId = (loginName: string): string =>
  String(10 + (Number.parseInt(guidOf(loginName).slice(0, 8), 16) % 90_000));

const granteesOf = (grantees: readonly Grantee[]) => ({
  grantedToIdentitiesV2: grantees.map(toIdentitySetV2),
  grantedToIdentities: grantees.map((grantee) => ({ [grantee.kind]: toIdentity(grantee) })),
});

/** The one of these people, if it is one, whose address a new URL carries (F2.5 [seen]). */
export const addresseeOf = ([only, ...others]: readonly Grantee[] = []): Grantee | undefined =>
  others.length === 0 ? only : undefined;

/**
 * A link's permission (F2.5, F3.1). Absent facets are left out, never null.
 * Reading shows empty identities where creating shows none.
 */
export function toPermission(link: Link, shownBy: 'creating' | 'reading', addressee?: Grantee) {
  const { id, type, scope, webUrl, preventsDownload, expirationDateTime, passwordHash, grantees = [] } = link;
  return {
    id,
    roles: [roleOf[type]],
    shareId: shareIdOf(webUrl),
    ...(expirationDateTime !== undefined && { expirationDateTime }),
    hasPassword: passwordHash !== undefined,
    ...((scope === 'users' || shownBy === 'reading') && granteesOf(grantees)),
    link: {
      scope,
      type,
      webUrl: addressee?.email === undefined ? webUrl : withParameter(webUrl, 'email', addressee.email),
      preventsDownload,
      ...(type === 'embed' && {
        webHtml: `<iframe src="${webUrl.replaceAll('&', '&amp;')}" width="98" height="120" frameborder="0" scrolling="no"></iframe>`,
      }),
    },
  } satisfies Permission;
}

/** A direct permission (F3.1, F5.1). The SharePoint user beside the grantee shows only in a later reading [seen]. */
export function toGrantPermission(grant: Grant, shownBy: 'inviting' | 'reading') {
  const { id, role, grantee, expirationDateTime, signInRequired } = grant;
  return {
    id,
    roles: [role],
    ...(expirationDateTime !== undefined && { expirationDateTime }),
    grantedToV2: shownBy === 'reading' ? toIdentitySetV2(grantee) : toPrincipal(grantee),
    grantedTo: { [grantee.kind]: toIdentity(grantee) },
    ...(signInRequired !== undefined && {
      invitation: { ...(grantee.email !== undefined && { email: grantee.email }), signInRequired },
    }),
  } satisfies Permission;
}

/** In an answer with some that could be found: somebody who could not (F5.1 [doc], the codes [guess]). */
export function toUnresolved({ email, alias, objectId }: DriveRecipient, role: string) {
  const displayName = email ?? alias ?? objectId ?? '';
  const { message, row } = new GraphError('noResolvedUsers');
  const innererror = { code: 'exchangeInvalidUser' };
  return {
    roles: [role],
    grantedTo: { user: { displayName, ...(email != null && { email }) } },
    error: { code: row.code, message, localizedMessage: message, innererror },
  };
}

/** For callers who could not have made the permission (F4.1): what leads to the item is left out. */
export function withoutSecrets<Shown extends Permission>(permission: Shown) {
  const { shareId: _, link, ...rest } = permission;
  if (!link) return rest;
  const { webUrl: __, webHtml: ___, ...safe } = link;
  return { ...rest, link: safe };
}

/** Beside the property types of the generated package, which know no null: the page of 2015 shows every property there is (F2.7). */
export function toHistoricPermission<Today extends Permission>(
  today: Today,
  { app, user }: Pick<Caller, 'app' | 'user'>,
  grantees: readonly Grantee[] = [],
) {
  const by = { application: app, device: null, user: user ? { id: user.id, displayName: user.displayName } : null };
  const [first] = grantees;
  return {
    grantedTo: by,
    ...today,
    expirationDateTime: today.expirationDateTime ?? null,
    invitation: first ? { email: first.email ?? null, invitedBy: by, redeemedBy: null, signInRequired: true } : null,
    inheritedFrom: null,
    link: { application: app, ...today.link },
  };
}

/** What the link of the address bar is: it grants nothing, and nothing is kept of it (F2.2). */
export function toExistingAccess(webUrl: string) {
  return {
    id: '00000000-0000-0000-0000-000000000000',
    roles: ['read'],
    shareId: shareIdOf(webUrl),
    hasPassword: false,
    link: { scope: 'existingAccess', type: 'view', webUrl, preventsDownload: false },
  } satisfies Permission;
}

/** What stands for the drive's owner on every item of it (F4.1): the user, or the groups of the site. */
export function toOwnerPermissions({ owner }: Drive) {
  if (owner.kind === 'user') {
    const loginName = loginNameOf({ userPrincipalName: owner.email ?? owner.id });
    const grantee: Grantee = { ...owner, kind: 'user', loginName };
    return [
      {
        id: claimId(loginName),
        roles: ['owner'],
        grantedToV2: toIdentitySetV2(grantee),
        grantedTo: { user: toIdentity(grantee) },
      },
    ] satisfies (Permission & object)[];
  }
  return siteGroups.map(({ name, role }, at) => {
    const displayName = `${owner.displayName} ${name}`;
    return {
      id: claimId(displayName),
      roles: [role],
      grantedToV2: { siteGroup: { displayName, id: String(at + 3), loginName: displayName } },
      grantedTo: { user: { displayName } },
    } satisfies Permission;
  });
}

/** A site's own groups (F3.2). */
const siteGroups = [
  { name: 'Owners', role: 'owner' },
  { name: 'Visitors', role: 'read' },
  { name: 'Members', role: 'write' },
];

/** Where an inherited permission comes from (F3.4 [rule]). */
export const inheritedFrom = (item: { id: string; driveId: string }, path: readonly string[]) => ({
  inheritedFrom: { driveId: item.driveId, id: item.id, path: drivePathOf(item.driveId, path) },
});
