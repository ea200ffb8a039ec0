import type { Permission } from '@microsoft/microsoft-graph-types';

import { drivePathOf } from '../drive/driveItem.ts';
import type { Drive } from '../drive/drive.ts';
import { guidOf } from '../guid.ts';
import type { Grantee, Link } from './link.ts';
import { shareIdOf } from './linkUrl.ts';

/** F3.3. */
const rolesOf = {
  view: ['read'],
  edit: ['write'],
  embed: ['read'],
  review: ['read'],
  createOnly: ['write'], // [guess]
} satisfies Record<Link['type'], string[]>;

/** A person or group as the older properties show them (F3.2). */
const toIdentity = ({ displayName, email, id }: Grantee) => ({
  displayName,
  ...(email !== undefined && { email }),
  ...(id !== undefined && { id }),
});

/** As the `V2` properties do: with a SharePoint user beside it. */
export function toIdentitySetV2(grantee: Grantee) {
  const { kind, displayName, email, loginName } = grantee;
  return {
    [kind]: { '@odata.type': '#microsoft.graph.sharePointIdentity', ...toIdentity(grantee) },
    siteUser: { displayName, ...(email !== undefined && { email }), id: siteUserId(loginName), loginName },
  };
}

/** A small integer, as SharePoint counts a site's users. */
const siteUserId = (loginName: string): string =>
  String(10 + (Number.parseInt(guidOf(loginName).slice(0, 8), 16) % 90_000));

/** The id of what is granted to somebody directly: the same whoever asks, and however often (F3.3 [seen]). */
export const claimId = (claim: string): string => Buffer.from(claim).toString('base64url');

const granteesOf = (grantees: readonly Grantee[]) => ({
  grantedToIdentitiesV2: grantees.map(toIdentitySetV2),
  grantedToIdentities: grantees.map((grantee) => ({ [grantee.kind]: toIdentity(grantee) })),
});

/**
 * A link's permission (F2.5, F3.1). Absent facets are left out, never null.
 * Reading shows empty identities where creating shows none; creating for one person puts their address into the URL.
 */
export function toPermission(link: Link, shownBy: 'creating' | 'reading') {
  const { id, type, scope, webUrl, preventsDownload, expirationDateTime, passwordHash, grantees = [] } = link;
  const [only, ...others] = grantees;
  const isForOne = shownBy === 'creating' && only?.email !== undefined && others.length === 0;
  return {
    id,
    roles: rolesOf[type],
    shareId: shareIdOf(webUrl),
    ...(expirationDateTime !== undefined && { expirationDateTime }),
    hasPassword: passwordHash !== undefined,
    ...((scope === 'users' || shownBy === 'reading') && granteesOf(grantees)),
    link: {
      scope,
      type,
      webUrl: isForOne ? `${webUrl}?email=${encodeURIComponent(only.email ?? '')}` : webUrl,
      preventsDownload,
      ...(type === 'embed' && {
        webHtml: `<iframe src="${webUrl.replaceAll('&', '&amp;')}" width="98" height="120" frameborder="0" scrolling="no"></iframe>`,
      }),
    },
  } satisfies Permission;
}

/** Beside the property types of the generated package, which know no null: the page of 2015 shows every property there is (F2.7). */
export function toHistoricPermission(link: Link) {
  const today = toPermission(link, 'creating');
  const by = { application: link.application, device: null, user: link.createdBy ?? null };
  const [first] = link.grantees ?? [];
  return {
    grantedTo: by,
    ...today,
    expirationDateTime: link.expirationDateTime ?? null,
    invitation: first ? { email: first.email ?? null, invitedBy: by, redeemedBy: null, signInRequired: true } : null,
    inheritedFrom: null,
    link: { application: link.application, ...today.link },
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
    const loginName = `i:0#.f|membership|${owner.email?.toLowerCase() ?? owner.id}`;
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
