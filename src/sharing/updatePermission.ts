import * as z from 'zod';

import { GraphError } from '../errors.ts';
import { type Call, type Context, type Operation, scopes } from '../operation.ts';
import { dateTimeOffset } from '../schema.ts';
import { entityMetadata, type LocatedPermission, locatePermission, type PermissionReference } from './getPermission.ts';
import type { Grant } from './grant.ts';
import { isExpired, type Kept, permissionKind } from './kept.ts';
import type { Link } from './link.ts';
import { ownPermission } from './ownPermission.ts';
import { hashPassword } from './password.ts';
import { permissionETag } from './permissionETag.ts';
import { endUnder, policyOn } from './policy.ts';
import { toShown } from './readPermissions.ts';
import { roleIn } from './role.ts';

/** Null takes away what was set (F4.2 [guess]). Any other property there is can be sent, and is refused by name. */
const body = z.looseObject({
  roles: z.array(z.string()).exactOptional(),
  expirationDateTime: dateTimeOffset.nullable().exactOptional(),
  password: z.string().nullable().exactOptional(),
});

type Body = z.output<typeof body>;

/**
 * 200 and the permission as it now is. What may change depends on its kind (F4.2): the role of a person or group, the
 * date and password of an anonymous link, and nothing of another link.
 *
 * @throws GraphError `badArgument`, `propertyNotUpdateable`, `invalidRequest`, and what `ownPermission` throws
 * @see https://learn.microsoft.com/graph/api/permission-update
 */
export const updatePermission: Operation<PermissionReference, LocatedPermission, Body> = {
  name: 'updatePermission',
  scopes: scopes.write,
  needs: 'share',
  body,
  result: { statuses: [200], type: 'permission' },
  locate: locatePermission,
  async run(call, context) {
    const rows = context.store.rows(permissionKind);
    for (let attempt = 0; attempt < 20; attempt += 1) {
      const { key, kept, etag } = await ownPermission(call, context);
      const changed = kept.kind === 'link' ? await changedLink(kept, call, context) : changedGrant(kept, call.body);
      if (isExpired(changed, context.clock())) throw new GraphError('invalidRequest');
      if (!(await rows.replace(key, changed, etag))) continue;
      const headers = { ETag: permissionETag(changed) };
      return { status: 200, headers, metadata: entityMetadata(call.target.reference), body: toShown(changed) };
    }
    throw new GraphError('editConflict');
  },
};

function changedGrant(grant: Grant, { roles, ...others }: Body): Grant {
  checkNone(others);
  return { ...grant, role: roleIn(roles ?? []) };
}

type PermissionCall = Call<LocatedPermission, Body>;

async function changedLink(link: Link, { body: asked, target }: PermissionCall, context: Context): Promise<Kept> {
  const { roles, expirationDateTime, password, ...others } = asked;
  if (roles) throw new GraphError('badArgument');
  checkNone(others);
  const isAsked = expirationDateTime !== undefined || password !== undefined;
  if (link.scope !== 'anonymous' || !isAsked) throw new GraphError('invalidRequest');
  const { expirationDateTime: oldDate, passwordHash: oldHash, ...rest } = link;
  const policy = policyOn(target.drive.id, context);
  const date =
    expirationDateTime === undefined ? oldDate : endUnder(policy, link.scope, expirationDateTime, context.clock());
  const hash = password === undefined ? oldHash : password && (await hashPassword(password));
  return { ...rest, ...(date && { expirationDateTime: date }), ...(hash && { passwordHash: hash }) };
}

function checkNone(others: object): void {
  const [name] = Object.keys(others);
  if (name !== undefined) throw new GraphError('propertyNotUpdateable', { values: { name } });
}
