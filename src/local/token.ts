import { sample } from '../sample.ts';

const base64url = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');

/**
 * A JWT as Entra ID writes it for Graph (F14.2), but for the signature, which nobody checks: that of Ada Fenn in the
 * sample tenant, good for an hour, with `claims` in the place of the usual ones. A claim given as undefined is left out;
 * with `roles` and no `scp` it is an application's own token.
 */
export function tokenOf(claims: Readonly<Record<string, unknown>>, now: Date): string {
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
  return `${base64url({ typ: 'JWT', alg: 'none' })}.${base64url(payload)}.unsigned`;
}

const { ada } = sample.users;
const delegated = {
  idtyp: 'user',
  oid: ada.id,
  upn: ada.userPrincipalName,
  name: ada.displayName,
  scp: 'Files.ReadWrite.All Sites.ReadWrite.All User.Read',
};
