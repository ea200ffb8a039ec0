import * as z from 'zod';

import { lazy } from '../lazy.ts';
import { oneOf } from '../schema.ts';
import { driveRecipient } from '../sharing/recipients.ts';

const text = lazy(() => z.string().min(1));
const moment = lazy(() => z.iso.datetime({ offset: true }).transform((given) => new Date(given).toISOString()));
const identity = lazy(() => z.strictObject({ id: text(), displayName: z.string() }));
const actor = lazy(() =>
  z.strictObject({
    application: identity().exactOptional(),
    user: identity().extend({ email: z.string().exactOptional() }).exactOptional(),
  }),
);

/** What a seed says of any permission. */
const common = lazy(() => ({
  expirationDateTime: moment().exactOptional(),
  /** The app that made it. */
  application: identity().exactOptional(),
  createdBy: identity().exactOptional(),
  createdDateTime: moment().exactOptional(),
}));

/** A sharing link, as Graph shows one; the token is the last part of its URL. */
const link = lazy(() =>
  z.strictObject({
    ...common(),
    id: text().exactOptional(),
    link: z.strictObject({
      type: oneOf(['view', 'edit', 'embed', 'review', 'blocksDownload', 'createOnly']).default('view'),
      scope: oneOf(['anonymous', 'organization', 'users']).default('anonymous'),
      token: z
        .string()
        .regex(/^[\w-]{8,2000}$/, 'must be 8 letters or more, of A to Z, digits, - and _')
        .exactOptional(),
      preventsDownload: z.boolean().exactOptional(),
    }),
    password: text().exactOptional(),
    /** As `state` shows it: what was hashed stays hashed. */
    passwordHash: z
      .string()
      .regex(/^scrypt\$[\w-]+\$[\w-]+$/, 'must be as the state shows it')
      .exactOptional(),
    recipients: z.array(driveRecipient).exactOptional(),
    /** Who has redeemed it, by their ids or user principal names. */
    redeemedBy: z.array(text()).exactOptional(),
    /** A workbook session that alone sees it (F8). */
    session: text().exactOptional(),
  }),
);

/** A direct permission: for a person or group, or for an application, which no recipient can be. */
const grant = lazy(() =>
  z.strictObject({
    ...common(),
    role: oneOf(['read', 'write', 'owner']),
    to: z.union([driveRecipient, z.strictObject({ application: identity() })]),
    signInRequired: z.boolean().exactOptional(),
  }),
);

export type SeedLink = z.output<ReturnType<typeof link>>;
export type SeedGrant = z.output<ReturnType<typeof grant>>;

const isGrant = (given: unknown): boolean => typeof given === 'object' && given !== null && 'role' in given;

/** By its `role` a direct permission, else a link: so that what is wrong is told of the one that is meant. */
const permission = lazy(() =>
  z.unknown().transform((given, context): SeedLink | SeedGrant => {
    const parsed = isGrant(given) ? grant().safeParse(given) : link().safeParse(given);
    if (parsed.success) return parsed.data;
    for (const issue of parsed.error.issues) context.issues.push({ ...issue, code: 'custom', input: given });
    return z.NEVER;
  }),
);

/** In bytes: so large may a file be that is only filled. */
const largestFill = 16 * 1024 * 1024;

/** A folder, or a file where it has a text, bytes in base64, or a size to fill. */
const item = lazy(() =>
  z
    .strictObject({
      /** From the drive's root; `/` is the root itself. */
      path: text(),
      id: z
        .string()
        .regex(/^[\w!.-]{1,200}$/, 'cannot be the id of an item')
        .exactOptional(),
      guid: z.guid().exactOptional(),
      text: z.string().exactOptional(),
      base64: z.base64().exactOptional(),
      size: z.int().min(0).max(largestFill).exactOptional(),
      listItemId: z.int().min(1).exactOptional(),
      specialFolder: text().exactOptional(),
      createdDateTime: moment().exactOptional(),
      lastModifiedDateTime: moment().exactOptional(),
      createdBy: actor().exactOptional(),
      lastModifiedBy: actor().exactOptional(),
      /** Whether it has no more part in the permissions of its ancestors. */
      inheritsNothing: z.boolean().exactOptional(),
      permissions: z.array(permission()).exactOptional(),
    })
    .refine((each) => [each.text, each.base64, each.size].filter((one) => one !== undefined).length < 2, {
      message: 'can have only one of text, base64 and size',
    }),
);

/** A drive of one of these, each by its id or another name it goes by. */
const drive = lazy(() =>
  z
    .strictObject({
      user: text().exactOptional(),
      group: text().exactOptional(),
      site: text().exactOptional(),
      id: z
        .string()
        .regex(/^(b![\w-]{64}|[\da-fA-F]{16})$/, 'must be b! and 64 characters, or 16 hex digits on a personal drive')
        .exactOptional(),
      driveType: oneOf(['business', 'personal', 'documentLibrary']).exactOptional(),
      name: text().exactOptional(),
      createdDateTime: moment().exactOptional(),
      items: z.array(item()).default([]),
    })
    .refine(({ user, group, site }) => [user, group, site].filter((one) => one !== undefined).length === 1, {
      message: 'must have one of user, group and site',
    }),
);

/** Everything that a tenant shall hold, and nothing else. */
export const seedSchema = lazy(() =>
  z
    .strictObject({
      /** The tenant it is for, where a mock is started with it; the sample's by default. */
      tenant: z
        .string()
        .regex(/^[\w.-]{1,100}$/, 'cannot be a tenant')
        .exactOptional(),
      users: z
        .array(
          z.strictObject({
            userPrincipalName: text(),
            displayName: text().exactOptional(),
            email: text().exactOptional(),
            id: z.guid().exactOptional(),
          }),
        )
        .default([]),
      groups: z
        .array(z.strictObject({ email: text(), displayName: text().exactOptional(), id: z.guid().exactOptional() }))
        .default([]),
      sites: z
        .array(
          z.strictObject({
            path: z.string().regex(/^\/[^?#]*$/, 'must begin with a slash'),
            displayName: text().exactOptional(),
            id: z.guid().exactOptional(),
            webId: z.guid().exactOptional(),
            listId: z.guid().exactOptional(),
          }),
        )
        .default([]),
      drives: z.array(drive()).default([]),
    })
    .meta({ id: 'seed' }),
);

export type Seed = z.output<ReturnType<typeof seedSchema>>;
export type SeedDrive = Seed['drives'][number];
export type SeedItem = SeedDrive['items'][number];
export type SeedPermission = SeedLink | SeedGrant;
