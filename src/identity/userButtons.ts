import type { User } from '../operation.ts';
import { html, type Html } from './html.ts';

/** A button for each user; the form that it is pressed in has a field `username`. */
export const userButtons = (users: readonly User[]): Html[] =>
  users.map(
    ({ displayName, userPrincipalName }) =>
      html` <button name="username" value="${userPrincipalName}">
        ${displayName}<br /><small>${userPrincipalName}</small>
      </button>`,
  );
