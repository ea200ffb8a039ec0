import type { DriveRecipient } from '@microsoft/microsoft-graph-types';
import * as z from 'zod';

import { findEntry } from '../directory/directory.ts';
import { GraphError } from '../errors.ts';
import type { Context } from '../operation.ts';
import { sample } from '../sample.ts';
import type { Grantee } from './link.ts';

/** Somebody to share with: one of address, alias or directory id (F2.1). */
export const driveRecipient = z
  .strictObject({
    email: z.email().exactOptional(),
    alias: z.string().min(1).exactOptional(),
    objectId: z.string().min(1).exactOptional(),
  })
  .meta({ id: 'driveRecipient' }) satisfies z.ZodType<DriveRecipient>;

type Recipient = z.output<typeof driveRecipient>;

/** Everybody, each once. @throws GraphError `noResolvedUsers` when one of them is nobody (F2.4 [seen]) */
export async function resolveRecipients(
  recipients: readonly Recipient[],
  tenant: string,
  context: Context,
): Promise<Grantee[]> {
  const found = await Promise.all(recipients.map((recipient) => resolve(recipient, tenant, context)));
  return [...new Map(found.map((grantee) => [grantee.loginName, grantee])).values()];
}

async function resolve({ email, alias, objectId }: Recipient, tenant: string, context: Context): Promise<Grantee> {
  const name = objectId ?? email ?? (alias && `${alias}@${sample.domain}`);
  if (name === undefined) throw new GraphError('noResolvedUsers');
  const user = await findEntry(tenant, 'user', name, context);
  if (user) {
    const { id, displayName, userPrincipalName } = user;
    return {
      kind: 'user',
      id,
      displayName,
      email: user.email,
      loginName: `i:0#.f|membership|${userPrincipalName.toLowerCase()}`,
    };
  }
  const group = await findEntry(tenant, 'group', name, context);
  if (group) {
    const { id, displayName } = group;
    return {
      kind: 'group',
      id,
      displayName,
      email: group.email,
      loginName: `c:0o.c|federateddirectoryclaimprovider|${id}`,
    };
  }
  // Whoever has an address elsewhere can be invited without an account here (F3.2 [seen]).
  const isOurs = email === undefined || email.toLowerCase().endsWith(`@${sample.domain}`);
  if (isOurs) throw new GraphError('noResolvedUsers');
  return { kind: 'user', displayName: email, email, loginName: `i:0#.f|membership|${email.toLowerCase()}` };
}
