import type { Kind } from '../store/store.ts';

/** Somebody has redeemed a link, and may from now on reach the item without it, for as long as there is the link (F6.2). */
export interface Redemption {
  readonly kind: 'redemption';
  /** The id of the link's permission. A link made anew has another, and has to be redeemed again. */
  readonly linkId: string;
  readonly userId: string;
}

/** Redemptions alone, by their row; `permissionKind` has all that lies in this table. */
export const redemptionKind: Kind<Redemption> = { table: 'permissions', json: [] };

export const redemptionsPrefix = (linkId: string): string => `redemption|${linkId}|`;

export const redemptionRow = ({ linkId, userId }: Pick<Redemption, 'linkId' | 'userId'>): string =>
  redemptionsPrefix(linkId) + userId;
