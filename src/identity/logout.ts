import type { SignInOperation } from './handler.ts';
import { html, page } from './html.ts';
import { checkAddress } from './redirect.ts';

/**
 * There is no session that could end: whoever asks to be led on is led on.
 * @see https://learn.microsoft.com/entra/identity-platform/v2-protocols-oidc#send-a-sign-out-request
 */
export const logout: SignInOperation = async ({ parameters }) => {
  const { post_logout_redirect_uri: address, state } = parameters;
  if (address === undefined)
    return { status: 200, page: page('Signed out', html`<p role="status">You may close this page.</p>`) };
  checkAddress(address);
  const url = new URL(address);
  if (state !== undefined) url.searchParams.set('state', state);
  return { status: 302, location: url.href };
};
