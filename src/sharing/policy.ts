import * as z from 'zod';

import { isPersonalDrive } from '../drive/ids.ts';
import { lazy } from '../lazy.ts';
import type { Context } from '../operation.ts';
import { oneOf } from '../schema.ts';
import type { LinkScope } from './link.ts';

const someDays = lazy(() => z.int().min(1).max(36_500).nullable());

const parts = lazy(() => ({
  /** Whether business drives may have links for anyone. */
  anonymousLinks: z.boolean(),
  /** The link of an empty body is the organisation's default (F2.1). */
  defaultType: oneOf(['view', 'edit']),
  defaultScope: oneOf(['anonymous', 'organization', 'users']),
  /** A link whose end is asked for later than this ends then, silently (F2.3 [seen]). */
  maximumExpirationDays: someDays(),
  /** An anonymous link for which no end is asked ends after so many days. */
  requiredExpirationDays: someDays(),
  /** Whether people without an account in the tenant may be named in links and invitations. */
  externalRecipients: z.boolean(),
  /** What a permission that is inherited on a business drive tells of where from: all, or as real ones do, `{}` (F3.4). */
  inheritedFrom: oneOf(['full', 'empty']),
  /** Whether the routes of 2015 answer as their page says (F2.7 [rule]). */
  historicContract: z.boolean(),
}));

export const policySchema = lazy(() => z.strictObject(parts()).meta({ id: 'policy' }));

/** What a tenant's administrator decides. */
export type Policy = Readonly<z.output<ReturnType<typeof policySchema>>>;

/** A part of it. */
export const policyChange = lazy(
  () =>
    z.strictObject({
      anonymousLinks: parts().anonymousLinks.exactOptional(),
      defaultType: parts().defaultType.exactOptional(),
      defaultScope: parts().defaultScope.exactOptional(),
      maximumExpirationDays: parts().maximumExpirationDays.exactOptional(),
      requiredExpirationDays: parts().requiredExpirationDays.exactOptional(),
      externalRecipients: parts().externalRecipients.exactOptional(),
      inheritedFrom: parts().inheritedFrom.exactOptional(),
      historicContract: parts().historicContract.exactOptional(),
    }) satisfies z.ZodType<Partial<Policy>>,
);

export const usualPolicy: Policy = {
  anonymousLinks: true,
  defaultType: 'edit',
  defaultScope: 'organization',
  maximumExpirationDays: null,
  requiredExpirationDays: null,
  externalRecipients: true,
  inheritedFrom: 'full',
  historicContract: true,
};

/** What counts for a drive: consumers, who have the personal ones, have no administrator. */
export const policyOn = (driveId: string, { policy }: Pick<Context, 'policy'>): Policy =>
  isPersonalDrive(driveId) ? usualPolicy : policy;

const inDays = (days: number, now: Date): string =>
  `${new Date(now.getTime() + days * 86_400_000).toISOString().slice(0, 19)}Z`;

/** The end that a link has when this one is asked for: never later than the policy's maximum. */
export function allowedExpiration(asked: string, { maximumExpirationDays: most }: Policy, now: Date): string {
  if (most === null) return asked;
  const latest = inDays(most, now);
  return Date.parse(asked) > Date.parse(latest) ? latest : asked;
}

/** The end that a link has when it is asked to end then, or with null not at all. */
export const endUnder = (policy: Policy, scope: LinkScope, asked: string | null, now: Date): string | undefined =>
  asked === null ? requiredExpiration(scope, policy, now) : allowedExpiration(asked, policy, now);

/** The end of a new link for which none was asked, if the policy wants it to have one. */
export function requiredExpiration(scope: LinkScope, policy: Policy, now: Date): string | undefined {
  const { requiredExpirationDays: days } = policy;
  if (scope !== 'anonymous' || days === null) return undefined;
  return allowedExpiration(inDays(days, now), policy, now);
}
