import type { DriveRecipient } from '@microsoft/microsoft-graph-types';
import * as z from 'zod';

import { findEntry } from '../directory/directory.ts';
import { GraphError } from '../errors.ts';
import type { Context } from '../operation.ts';
import { sample } from '../sample.ts';
import { type Grantee, loginNameOf } from './grantee.ts';
import { policyOn } from './policy.ts';

/** Somebody to share with: one of address, alias or directory id (F2.1). */
export const driveRecipient = z
  .strictObject({
    email: z.email().exactOptional(),
    alias: z.string().min(1).exactOptional(),
    objectId: z.string().min(1).exactOptional(),
  })
  .meta({ id: 'driveRecipient' }) satisfies z.ZodType<DriveRecipient>;

type Recipient = z.output<typeof driveRecipient>;

/** People that one call may name [guess]: Graph says that there is a limit, and not which (F5.1). */
const mostRecipients = 100;

export const recipientsSchema = z.array(driveRecipient).max(mostRecipients);

/** @throws GraphError `externalSharingRestricted` for people from elsewhere, where the policy of this drive is against them */
export function checkExternal(grantees: readonly (Grantee | undefined)[], driveId: string, context: Context): void {
  if (policyOn(driveId, context).externalRecipients) return;
  if (grantees.some((grantee) => grantee && grantee.id === undefined))
    throw new GraphError('externalSharingRestricted');
}

/** Everybody, each once. @throws GraphError `noResolvedUsers` when one of them is nobody (F2.4 [seen]) */
export async function resolveRecipients(
  recipients: readonly Recipient[],
  tenant: string,
  context: Context,
): Promise<Grantee[]> {
  const found = await Promise.all(
    recipients.map(async (recipient) => {
      const grantee = await findRecipient(recipient, tenant, context);
      if (!grantee) throw new GraphError('noResolvedUsers');
      return grantee;
    }),
  );
  return eachOnce(found);
}

const eachOnce = (grantees: readonly Grantee[]): Grantee[] => [
  ...new Map(grantees.map((grantee) => [grantee.loginName, grantee])).values(),
];

/** The user, group or stranger that is meant; undefined when it is nobody. */
export async function findRecipient(
  { email, alias, objectId }: Recipient,
  tenant: string,
  context: Context,
): Promise<Grantee | undefined> {
  const name = objectId ?? email ?? (alias && `${alias}@${sample.domain}`);
  if (name === undefined) return undefined;
  const user = await findEntry(tenant, 'user', name, context);
  if (user) {
    const { id, displayName } = user;
    return { kind: 'user', id, displayName, email: user.email, loginName: loginNameOf(user) };
  }
  const group = await findEntry(tenant, 'group', name, context);
  // Whoever has an address elsewhere can be invited without an account here (F3.2 [seen]).
  const isOurs = objectId !== undefined || email === undefined || email.toLowerCase().endsWith(`@${sample.domain}`);
  if (!group && !isOurs)
    return { kind: 'user', displayName: email, email, loginName: loginNameOf({ userPrincipalName: email }) };
  if (!group) return undefined;
  const { id, displayName } = group;
  return {
    kind: 'group',
    id,
    displayName,
    email: group.email,
    loginName: `c:0o.c|federateddirectoryclaimprovider|${id}`,
  };
}
