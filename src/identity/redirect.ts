import { type App } from './app.ts';
import { IdentityError } from './errors.ts';
import { html, page } from './html.ts';
import type { SignInAnswer } from './handler.ts';

/** Schemes by which a page would run what a request has brought. */
const unsafe = new Set(['javascript:', 'data:', 'vbscript:', 'blob:', 'file:']);

/** @throws IdentityError `invalidReplyAddress` for what is no absolute URI that one may be led to */
export function checkAddress(address: string): void {
  if (!URL.canParse(address) || unsafe.has(new URL(address).protocol) || address.includes('#'))
    throw new IdentityError('invalidReplyAddress');
}

/** @throws IdentityError `invalidReplyAddress`; `unknownReplyAddress` where the app is registered with others */
export function checkReplyAddress(address: string, { id, registration }: App): void {
  checkAddress(address);
  const { redirectUris } = registration ?? {};
  if (redirectUris && !redirectUris.includes(address))
    throw new IdentityError('unknownReplyAddress', { values: { address, app: id } });
}

type Values = Readonly<Record<string, string>>;

const withQuery = (address: string, values: Values): string => {
  const url = new URL(address);
  for (const [name, value] of Object.entries(values)) url.searchParams.set(name, value);
  return url.href;
};

/** How an answer is brought to the app: the `response_mode`. */
const modes: Readonly<Record<string, (address: string, values: Values) => SignInAnswer>> = {
  query: (address, values) => ({ status: 302, location: withQuery(address, values) }),
  fragment: (address, values) => ({ status: 302, location: `${address}#${new URLSearchParams(values).toString()}` }),
  form_post: (address, values) => {
    const fields = Object.entries(values).map(
      ([name, value]) => html`<input type="hidden" name="${name}" value="${value}" />`,
    );
    const form = html`<form method="post" action="${address}">${fields}<button>Continue</button></form>`;
    return { status: 200, page: page('Signing in', form, 'submit') };
  },
};

export type Mode = (address: string, values: Values) => SignInAnswer;

/** @throws IdentityError `unsupportedResponseMode` */
export function modeOf(name: string = 'query'): Mode {
  const mode = Object.hasOwn(modes, name) ? modes[name] : undefined;
  if (!mode) throw new IdentityError('unsupportedResponseMode', { values: { mode: name } });
  return mode;
}
