import * as z from 'zod';

import { findEntry } from '../directory/directory.ts';
import { listEntries } from '../directory/listEntries.ts';
import type { Context, User } from '../operation.ts';
import { sample } from '../sample.ts';
import { type App, appOf } from './app.ts';
import { authorizationCodes } from './authorizationCode.ts';
import { IdentityError } from './errors.ts';
import type { SignIn, SignInAnswer, SignInOperation } from './handler.ts';
import { html, page } from './html.ts';
import { needed, optional, read } from './parameters.ts';
import { keptChallenge } from './pkce.ts';
import { checkReplyAddress, modeOf } from './redirect.ts';
import { askedOf } from './scope.ts';
import { seal } from './seal.ts';
import { userButtons } from './userButtons.ts';

/** Without these it is not known whom to answer. */
const addressee = z.object({ client_id: needed, redirect_uri: needed, response_mode: optional, state: optional });

const request = z.object({
  response_type: needed,
  scope: needed,
  code_challenge: optional,
  code_challenge_method: optional,
  nonce: optional,
  prompt: optional,
  login_hint: optional,
  /** What the page sends: who was chosen, or `cancel`. */
  username: optional,
  action: optional,
});
type Request = z.output<typeof request>;

/**
 * Signs a user in, without a password: on a page on which one is chosen, or at once where the request says who it is
 * (`login_hint`) or that nobody is there to choose (`prompt=none`). Then back to the app, with a code.
 *
 * @see https://learn.microsoft.com/entra/identity-platform/v2-oauth2-auth-code-flow#request-an-authorization-code
 */
export const authorize: SignInOperation = async (call, context) => {
  const to = read(addressee, call.parameters);
  const app = appOf(to.client_id, call.tenant, context);
  checkReplyAddress(to.redirect_uri, app);
  const mode = modeOf(to.response_mode);
  const state = to.state === undefined ? {} : { state: to.state };
  try {
    const asked = read(request, call.parameters);
    const user = await chosenUser(asked, call.tenant, context);
    // Checked before the page is shown, so that nobody chooses in vain.
    const code = await codeFor({ asked, app, call, user, redirectUri: to.redirect_uri, context });
    return code === undefined
      ? await chooser(app, call, context)
      : mode(to.redirect_uri, { code, ...state, session_state: context.newId() });
  } catch (refusal) {
    if (!(refusal instanceof IdentityError)) throw refusal;
    const { row, message } = refusal;
    const error_description = `AADSTS${row.code}: ${message}`;
    return mode(to.redirect_uri, { error: row.error, error_description, ...state });
  }
};

/** Who signs in; undefined where the page has to ask. @throws IdentityError `declined`, `loginRequired`, `unknownUser` */
async function chosenUser(asked: Request, tenant: string, context: Context): Promise<User | undefined> {
  const { prompt = '', login_hint: hint, username, action } = asked;
  if (action === 'cancel') throw new IdentityError('declined');
  const isSilent = prompt === 'none';
  const mustAsk = /^(login|select_account|consent|create)$/.test(prompt);
  // Who is silent and names nobody is whom an opaque token stands for.
  const name = username ?? (mustAsk ? undefined : (hint ?? (isSilent ? sample.users.ada.id : undefined)));
  if (name === undefined) return undefined;
  const user = await findEntry(tenant, 'user', name, context);
  if (user) return user;
  if (isSilent) throw new IdentityError('loginRequired');
  if (username !== undefined) throw new IdentityError('unknownUser', { values: { user: username, tenant } });
  return undefined;
}

interface Ask {
  readonly asked: Request;
  readonly app: App;
  readonly call: SignIn;
  readonly user: User | undefined;
  readonly redirectUri: string;
  readonly context: Context;
}

/** A code for the chosen user. @throws IdentityError for what cannot be asked, whether or not somebody is chosen */
async function codeFor({ asked, app, call, user, redirectUri, context }: Ask): Promise<string | undefined> {
  const { response_type: type, scope, code_challenge, code_challenge_method, nonce } = asked;
  if (type !== 'code') throw new IdentityError('unsupportedResponse', { values: { type } });
  askedOf(scope);
  const challenge = keptChallenge(code_challenge, code_challenge_method);
  if (!user) return undefined;
  const content = {
    tenant: call.tenant,
    app: app.id,
    user: user.id,
    scope,
    redirectUri,
    ...(challenge !== undefined && { challenge }),
    ...(nonce !== undefined && { nonce }),
  };
  return seal(authorizationCodes, content, context);
}

/** The page: the request comes again with the form, and with it who was chosen. */
async function chooser(app: App, { tenant, parameters }: SignIn, context: Context): Promise<SignInAnswer> {
  const names = [...Object.keys(addressee.shape), ...Object.keys(request.shape)].filter((name) => name !== 'prompt');
  const fields = names.flatMap((name) => {
    const value = parameters[name];
    return value === undefined ? [] : [html`<input type="hidden" name="${name}" value="${value}" />`];
  });
  const buttons = userButtons(await listEntries(tenant, 'user', context));
  const form = html`<p>Choose who signs in to <strong>${app.displayName}</strong>. No password is needed.</p>
    <form method="post" action="authorize">
      ${fields}${buttons} <button name="action" value="cancel">Cancel</button>
    </form>`;
  return { status: 200, page: page('Sign in', form) };
}
