import { createHash, createHmac } from 'node:crypto';

import * as z from 'zod';

import { isSame } from '../isSame.ts';
import type { Link } from '../sharing/link.ts';

/** What a visitor has shown at the door of a link: its password, and who they are. */
export interface Ticket {
  readonly hasPassword: boolean;
  readonly userId?: string;
  /** In milliseconds. */
  readonly expires: number;
}

const ticketSchema = z.strictObject({
  hasPassword: z.boolean(),
  userId: z.string().exactOptional(),
  expires: z.number(),
});

/** How long a visitor is known, in milliseconds. */
export const ticketLifetime = 3_600_000;

/** The cookie that holds a link's ticket: one for each link, so that none pushes out another's. */
export const cookieNameOf = (token: string): string =>
  `ticket_${createHash('sha256').update(token).digest('base64url').slice(0, 16)}`;

/** Signed with the link's own secret and password: good for this link alone, and no longer once either is another. */
function signatureOf(claim: string, { id, secret, passwordHash = '' }: Link): string {
  return createHmac('sha256', `${id}|${secret}|${passwordHash}`).update(claim).digest('base64url');
}

export function toTicket(ticket: Ticket, link: Link): string {
  const claim = Buffer.from(JSON.stringify(ticket)).toString('base64url');
  return `${claim}.${signatureOf(claim, link)}`;
}

/** Undefined for what this link has not signed, or what is too old. */
export function readTicket(text: string, link: Link, now: Date): Ticket | undefined {
  const [claim = '', signature = ''] = text.split('.');
  if (!isSame(signature, signatureOf(claim, link))) return undefined;
  const ticket = ticketSchema.parse(JSON.parse(Buffer.from(claim, 'base64url').toString()));
  return ticket.expires > now.getTime() ? ticket : undefined;
}
