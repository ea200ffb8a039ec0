import type { Page } from '../page/views.ts';
import { commonHeaders, type Exchange, withBody } from './response.ts';
import type { GraphResponse } from './request.ts';

/** A page for people: nothing in it may run, and nobody may frame it unless it is meant to be (an embed link). */
export function toPageResponse({ status, text, style }: Page, exchange: Exchange, isFramed: boolean): GraphResponse {
  const policy = [
    "default-src 'none'",
    `style-src 'sha256-${style}'`,
    "form-action 'self'",
    "base-uri 'none'",
    `frame-ancestors ${isFramed ? '*' : "'none'"}`,
  ];
  const headers = {
    ...commonHeaders(exchange),
    'Cache-Control': 'no-store',
    'Content-Type': 'text/html;charset=utf-8',
    'Content-Security-Policy': policy.join('; '),
    'Referrer-Policy': 'no-referrer',
    'X-Content-Type-Options': 'nosniff',
    ...(!isFramed && { 'X-Frame-Options': 'DENY' }),
  };
  return withBody(status, headers, text, exchange);
}

/** Back to where the form came from, with a ticket that only the browser's own requests to this link carry. */
export function toEnteredResponse(location: string, name: string, ticket: string, exchange: Exchange): GraphResponse {
  const isSecure = exchange.origin.startsWith('https:');
  const cookie = [`${name}=${ticket}`, 'Path=/', 'HttpOnly', 'SameSite=Lax', ...(isSecure ? ['Secure'] : [])];
  return {
    status: 303,
    headers: {
      ...commonHeaders(exchange),
      'Cache-Control': 'no-store',
      Location: location,
      'Set-Cookie': cookie.join('; '),
    },
  };
}
