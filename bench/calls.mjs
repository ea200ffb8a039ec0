// What is asked for, as data. Everything is in Ada's business drive, under ids that the README documents.
const drive = '/v1.0/drives/b!V5ql9wwkD1GELAF6BJZ5PfoaJQUkYhBbhWliv5iBn85xhOHi6O03XI9IIPSHhVji';
export const item = (id) => `${drive}/items/${id}`;
export const report = item('012ZE7IAHUR4AEMPLYXF7KJYSUWET3BUOM');
export const budget = item('012ZE7IACHIPVPZAHMZFXF7TRFFAV6LVGI');

const base64url = (value) => Buffer.from(JSON.stringify(value)).toString('base64url');
const head = base64url({ typ: 'JWT', alg: 'none' });

/** A token as Entra ID writes it, for an application of this id that acts for Ada. */
export function tokenOf(app) {
  const claims = {
    aud: 'https://graph.microsoft.com',
    iss: 'https://sts.windows.net/63c17a55-01d0-5275-a8e1-5595ba336d98/',
    exp: 4_102_444_800,
    tid: '63c17a55-01d0-5275-a8e1-5595ba336d98',
    appid: app,
    app_displayname: 'Contoso Link Tester',
    idtyp: 'user',
    oid: 'e3019764-1d4b-5ed3-91ed-66843ed2ffa6',
    upn: 'ada.fenn@contoso.com',
    name: 'Ada Fenn',
    scp: 'Files.ReadWrite.All',
  };
  return `${head}.${base64url(claims)}.unsigned`;
}

const headersOf = (app) => ({ authorization: `Bearer ${tokenOf(app)}`, 'content-type': 'application/json' });

export const ownApp = '971807bb-16a8-53bc-9350-1bac088c0356';
const own = { headers: headersOf(ownApp) };
const linkBody = JSON.stringify({ type: 'view', scope: 'organization' });

let last = { app: '', headers: {} };
export function createLinkRequest(itemPath, app) {
  // An application makes many links in a row, with one token.
  if (last.app !== app) last = { app, headers: headersOf(app) };
  return { method: 'POST', path: `${itemPath}/createLink`, headers: last.headers, body: linkBody };
}

const get = (path) => ({ method: 'GET', path, ...own });
const batched = Array.from({ length: 20 }, (_, n) => ({
  id: String(n),
  method: 'GET',
  url: report.replace('/v1.0', ''),
}));

/** Each call: how it is called in the report, the status it is answered with, and the request, given what has been prepared. */
export const calls = {
  new: { title: 'createLink, a new link each call', status: 201, fresh: true },
  existing: {
    title: 'createLink, an existing link',
    status: 200,
    request: () => ({ method: 'POST', path: `${report}/createLink`, body: linkBody, ...own }),
  },
  list: { title: 'list the permissions of an item with 10', status: 200, request: () => get(`${budget}/permissions`) },
  share: {
    title: 'resolve a share',
    status: 200,
    request: ({ shareId }) => get(`/v1.0/shares/${shareId}/driveItem`),
  },
  batch: {
    title: 'a $batch of 20 requests',
    status: 200,
    request: () => ({ method: 'POST', path: '/v1.0/$batch', body: JSON.stringify({ requests: batched }), ...own }),
  },
};

/** Sends one request and answers `{status, body}`. */
export async function send(url, { method, path, headers, body }) {
  const response = await fetch(url + path, { method, headers, body });
  return { status: response.status, body: await response.json() };
}

/** The files that new links are made on, and what the other calls find: a link, nine more (with the owner ten), a share. */
export async function prepare(url, files = 100) {
  const paths = [];
  for (let n = 0; n < files; n += 1) {
    const upload = { method: 'PUT', path: `${drive}/root:/bench-${n}.txt:/content`, ...own, body: String(n) };
    const { body } = await send(url, upload);
    paths.push(item(body.id));
  }
  const { body: link } = await send(url, createLinkRequest(report, ownApp));
  for (let n = 0; n < 9; n += 1) await send(url, createLinkRequest(budget, `00000000-0000-4000-8000-00000000000${n}`));
  return { paths, shareId: link.shareId };
}
