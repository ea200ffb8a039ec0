import * as z from 'zod';

import { belowCeiling } from '../ceiling.ts';
import { listEntries } from '../directory/listEntries.ts';
import type { Context } from '../operation.ts';
import { userOf } from './answerTokens.ts';
import { appOf } from './app.ts';
import {
  countWaiting,
  type Device,
  deviceCodes,
  deviceKey,
  deviceKind,
  findDevice,
  newUserCode,
  plainUserCode,
  waitingDevices,
} from './deviceCode.ts';
import { IdentityError } from './errors.ts';
import type { SignIn, SignInAnswer, SignInOperation } from './handler.ts';
import { html, page } from './html.ts';
import { needed, optional, read, short } from './parameters.ts';
import { askedOf } from './scope.ts';
import { seal } from './seal.ts';
import { userButtons } from './userButtons.ts';

/** How often a device shall ask, in seconds. */
const interval = 5;

/**
 * Begins the sign-in of a device that has no browser: a code for it to poll with, and one for its user to type.
 * @see https://learn.microsoft.com/entra/identity-platform/v2-oauth2-device-code
 */
export const beginDevice: SignInOperation = async ({ tenant, authority, origin, parameters }, context) => {
  const { client_id, scope } = read(z.object({ client_id: short, scope: short }), parameters);
  const app = appOf(client_id, tenant, context);
  askedOf(scope);
  const { userCode, id } = await keepDevice(tenant, { app: app.id, scope }, context);
  const verification_uri = `${origin}/${authority}/oauth2/deviceauth`;
  return {
    status: 200,
    json: {
      user_code: userCode,
      device_code: await seal(deviceCodes, { tenant, app: app.id, userCode, id }, context),
      verification_uri,
      expires_in: deviceCodes.lifetime,
      interval,
      message: `To sign in, open the page ${verification_uri} and enter the code ${userCode}.`,
    },
  };
};

/** @throws IdentityError `throttled` where too many wait */
async function keepDevice(tenant: string, asked: Asked, context: Context): Promise<Device> {
  await context.tenants.enter(tenant);
  const look = () => countWaiting(tenant, context);
  const kept = await belowCeiling(waitingDevices, tenant, context, look, () => insertDevice(tenant, asked, context));
  if (!kept) throw new IdentityError('throttled');
  return kept;
}

type Asked = Pick<Device, 'app' | 'scope'>;

/** Under a code that no other device waits with. */
async function insertDevice(tenant: string, asked: Asked, context: Context): Promise<Device> {
  for (;;) {
    const userCode = newUserCode(context);
    const expires = context.clock().getTime() + deviceCodes.lifetime * 1000;
    const device = { ...asked, userCode, id: context.newId(), expires, state: 'pending' as const };
    const { created } = await context.store.rows(deviceKind).insert(deviceKey(tenant, userCode), device);
    if (created) return device;
  }
}

const approval = z.object({ user_code: needed, username: optional, action: optional });

/** The page where a user types the code: without one, or with one that leads nowhere, it asks. */
export const approveDevice: SignInOperation = async (call, context) => {
  const { parameters, method, tenant } = call;
  if (method !== 'POST') return askForCode(call, context, parameters['user_code'] ?? parameters['otc'] ?? '');
  const { user_code: typed, username, action } = read(approval, parameters);
  const stored = await findDevice(tenant, plainUserCode(typed), context);
  if (stored?.value.state !== 'pending') return askForCode(call, context, typed, new IdentityError('badUserCode'));
  if (action !== 'cancel' && username === undefined) return askForCode(call, context, typed);
  const answered =
    action === 'cancel'
      ? { state: 'declined' as const }
      : { state: 'approved' as const, user: (await userOf(tenant, username ?? '', context)).id };
  const key = deviceKey(tenant, stored.value.userCode);
  // Refused means that somebody else has answered for it in this moment.
  const done = await context.store.rows(deviceKind).replace(key, { ...stored.value, ...answered }, stored.etag);
  if (!done) return askForCode(call, context, typed, new IdentityError('badUserCode'));
  const text = answered.state === 'approved' ? 'The device is signed in.' : 'The device was not signed in.';
  return { status: 200, page: page('Device sign-in', html`<p role="status">${text} You may close this page.</p>`) };
};

async function askForCode(
  { tenant }: SignIn,
  context: Context,
  typed: string,
  refusal?: IdentityError,
): Promise<SignInAnswer> {
  const form = html`${refusal ? html`<p role="alert">${refusal.message}</p>` : ''}
    <form method="post" action="deviceauth">
      <p>
        <label for="code">The code that the device shows</label><br />
        <input
          id="code"
          name="user_code"
          value="${typed}"
          required
          autocomplete="off"
          autocapitalize="characters"
          spellcheck="false"
        />
      </p>
      <p>Who signs in? No password is needed.</p>
      ${userButtons(await listEntries(tenant, 'user', context))}
      <button name="action" value="cancel">Nobody: refuse the device</button>
    </form>`;
  return { status: refusal?.row.status ?? 200, page: page('Device sign-in', form) };
}
