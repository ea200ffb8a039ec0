import { sign } from 'node:crypto';

import type { Keys } from '../identity/keys.ts';
import { sample } from '../sample.ts';

const base64url = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');

/**
 * A JWT as Entra ID writes it for Graph (F14.2): that of Ada Fenn in the sample tenant, good for an hour, with `claims`
 * in the place of the usual ones. A claim given as undefined is left out; with `roles` and no `scp` it is an
 * application's own token. Signed with the keys; without, unsigned, which is enough where nobody looks (decision 20).
 */
export function tokenOf(claims: Readonly<Record<string, unknown>>, now: Date, keys?: Keys): string {
  const seconds = Math.floor(now.getTime() / 1000);
  const isApplication = claims['roles'] !== undefined && claims['scp'] === undefined;
  const payload = {
    aud: 'https://graph.microsoft.com',
    iss: `https://sts.windows.net/${sample.tenant}/`,
    iat: seconds,
    nbf: seconds,
    exp: seconds + 3600,
    tid: sample.tenant,
    appid: sample.app.id,
    app_displayname: sample.app.displayName,
    ...(isApplication ? { idtyp: 'app' } : delegated),
    ...claims,
  };
  if (!keys) return `${base64url({ typ: 'JWT', alg: 'none' })}.${base64url(payload)}.unsigned`;
  const signed = `${base64url({ typ: 'JWT', alg: 'RS256', kid: keys.id })}.${base64url(payload)}`;
  // jose would make a promise of it.
  return `${signed}.${sign('sha256', Buffer.from(signed), keys.privateKey).toString('base64url')}`;
}

const { ada } = sample.users;
const delegated = {
  idtyp: 'user',
  oid: ada.id,
  upn: ada.userPrincipalName,
  name: ada.displayName,
  scp: 'Files.ReadWrite.All Sites.ReadWrite.All User.Read',
};
