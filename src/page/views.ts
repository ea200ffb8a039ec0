import { createHash } from 'node:crypto';

import { lazy } from '../lazy.ts';
import type { Link } from '../sharing/link.ts';
import { withParameter } from '../sharing/linkUrl.ts';
import { Html, html } from './html.ts';
import type { Asks, Problem, Shown, Visit } from './visit.ts';

/** A page to be sent. `style` is the hash by which a content security policy allows its style sheet. */
export interface Page {
  readonly status: number;
  readonly text: string;
  readonly style: string;
}

const css = `
:root { color-scheme: light dark; font: 1rem/1.5 system-ui, sans-serif; }
body { margin: 0; display: grid; min-height: 100vh; place-items: center; }
main { box-sizing: border-box; width: min(36rem, 100%); padding: 2rem; }
h1 { font-size: 1.5rem; margin: 0 0 1rem; overflow-wrap: anywhere; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .25rem 1rem; margin: 0 0 1.5rem; }
dt { opacity: .75; }
dd { margin: 0; overflow-wrap: anywhere; }
ul { padding: 0; list-style: none; }
li { border-top: 1px solid color-mix(in srgb, currentColor 20%, transparent); padding: .4rem 0; overflow-wrap: anywhere; }
label, legend { display: block; font-weight: 600; }
input, select, button { font: inherit; padding: .5rem .75rem; margin: .25rem 0 1rem; max-width: 100%; box-sizing: border-box; }
input, select { width: 100%; }
button, .action { display: inline-block; border: 0; border-radius: .25rem; padding: .6rem 1.25rem; background: #0f6cbd; color: #fff; text-decoration: none; cursor: pointer; }
.problem { border-left: .25rem solid #c50f1f; padding-left: .75rem; }
:focus-visible { outline: 3px solid #f7894a; outline-offset: 2px; }
`;
const style = createHash('sha256').update(css).digest('base64');

/** The page for what a visitor gets to see. */
export function toPage(seen: Exclude<Visit, { sees: 'inside' }>): Page {
  switch (seen.sees) {
    case 'nothing':
      return nothing(seen.why);
    case 'door':
      return door(seen.asks, seen.problem);
    case 'item':
      return page(200, seen.shown.item.name, itemView(seen.shown));
  }
}

const page = (status: number, title: string, body: Html): Page => ({
  status,
  style,
  text: html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>${title}</title>
<style>${new Html(css)}</style>
</head>
<body>
<main>
${body}
</main>
</body>
</html>
`.text,
});

const reasons: Readonly<
  Record<Extract<Visit, { sees: 'nothing' }>['why'], { status: number; title: string; text: string }>
> = {
  unknown: { status: 404, title: 'There is no such link', text: 'Check the address: it may have been cut off.' },
  gone: {
    status: 410,
    title: 'This link has been removed',
    text: 'Whoever shared it has stopped sharing. Ask them for a new link.',
  },
  expired: {
    status: 410,
    title: 'This link has expired',
    text: 'It was good until a certain moment, which has passed. Ask for a new link.',
  },
  itemGone: { status: 404, title: 'The file is gone', text: 'What was shared is no longer there.' },
};

function nothing(why: keyof typeof reasons): Page {
  const { status, title, text } = reasons[why];
  return page(status, title, html`<h1>${title}</h1>\n<p>${text}</p>`);
}

const problems: Readonly<Record<Problem, string>> = {
  wrongPassword: 'That is not the password.',
  notForYou: 'This link is for other people. Choose another user.',
};

function door({ password, users }: Asks, problem: Problem | undefined): Page {
  const title = users && !password ? 'Who are you?' : 'This link is protected';
  const fields = [...(password ? [passwordField(problem)] : []), ...(users ? [userField(users)] : [])];
  const body = html`<h1>${title}</h1>
${problem && html`<p class="problem" role="alert" id="problem">${problems[problem]}</p>\n`}<form method="post">
${fields}<button>Open</button>
</form>`;
  return page(problem === undefined ? 200 : 403, title, body);
}

function passwordField(problem: Problem | undefined): Html {
  const state = problem === 'wrongPassword' && html` aria-invalid="true" aria-describedby="problem"`;
  return html`<label for="password">Password</label>
<input id="password" name="password" type="password" autocomplete="current-password" required autofocus${state || undefined}>
`;
}

const userField = (users: NonNullable<Asks['users']>): Html => html`<label for="user">Sign in as</label>
<select id="user" name="user" required>
${users.map(({ id, displayName, email }) => html`<option value="${id}">${displayName} (${email})</option>\n`)}</select>
`;

const allowed: Readonly<Record<Link['type'], string>> = {
  view: 'view',
  edit: 'view and edit',
  embed: 'view',
  review: 'view and comment on',
  createOnly: 'add files to',
};
const people: Readonly<Record<Link['scope'], string>> = {
  anonymous: 'Anyone with the link',
  organization: 'People in the organisation',
  users: 'People it was shared with',
};

function itemView(shown: Shown): Html {
  const { item, path, downloadUrl, children, link } = shown;
  const rows = factsOf(shown).map(([name, value]) => html`<dt>${name}</dt><dd>${value}</dd>\n`);
  return html`<h1>${item.name}</h1>
<dl>
${rows}</dl>
${downloadUrl && html`<p><a class="action" href="${downloadUrl}" download>Download</a></p>\n`}${
    path.length > 0
      ? html`<p><a href="${hrefOf(path.slice(0, -1), link)}">Back to the folder above</a></p>\n`
      : undefined
  }${children && listing(children, shown)}`;
}

/** What there is to say of the item and the link, in this order. */
function factsOf({ item, link, user }: Shown): (readonly [string, string | Html])[] {
  const { type, scope, preventsDownload, createdBy, application, expirationDateTime: until } = link;
  const access = `${people[scope]} can ${allowed[type]} this ${item.kind}${preventsDownload ? ', but not download it' : ''}`;
  return [
    ['Access', access],
    ['Shared by', createdBy?.displayName ?? application.displayName],
    ...(until === undefined ? [] : [['Until', html`<time datetime="${until}">${readable(until)}</time>`] as const]),
    ...(item.kind === 'file' ? [['Size', `${item.size} bytes`] as const] : []),
    ...(user ? [['Signed in as', user.displayName] as const] : []),
  ];
}

function listing(children: NonNullable<Shown['children']>, { path, link }: Shown): Html {
  if (children.length === 0) return html`<p>This folder is empty.</p>`;
  return html`<ul aria-label="Contents">
${children.map(
  ({ name, kind }) =>
    html`<li><a href="${hrefOf([...path, name], link)}">${name}</a>${kind === 'folder' ? ' (folder)' : ''}</li>\n`,
)}</ul>`;
}

/** The same page, further down or up. */
const hrefOf = (path: readonly string[], { webUrl }: Link): string =>
  withParameter(new URL(webUrl).search, 'path', path.join('/'));

/** `31 January 2030 at 00:00 UTC` */
const readable = (dateTime: string): string => `${dateFormat().format(new Date(dateTime))} UTC`;
const dateFormat = lazy(
  () => new Intl.DateTimeFormat('en-GB', { dateStyle: 'long', timeStyle: 'short', timeZone: 'UTC' }),
);
