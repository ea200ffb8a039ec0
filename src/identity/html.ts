import { createHash } from 'node:crypto';

import { lazy } from '../lazy.ts';

/** Markup. What a template of `html` takes in is escaped, unless it is markup itself. */
export interface Html {
  readonly markup: string;
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};
const escaped = (text: string): string => text.replaceAll(/[&<>"']/g, (character) => entities[character] ?? '');

export function html(parts: TemplateStringsArray, ...values: readonly (string | Html | readonly Html[])[]): Html {
  const written = values.map((value) =>
    typeof value === 'string'
      ? escaped(value)
      : [value]
          .flat()
          .map(({ markup }) => markup)
          .join(''),
  );
  return { markup: parts.map((part, at) => part + (written[at] ?? '')).join('') };
}

const style =
  'body{font:1rem/1.5 system-ui,sans-serif;max-width:30rem;margin:4rem auto;padding:0 1rem;color:#1b1b1b;background:#fff}' +
  'button,input{font:inherit;padding:.5rem .75rem;margin:.25rem 0;border:1px solid #555;border-radius:.25rem}' +
  'button{display:block;width:100%;text-align:left;background:#fff;color:inherit;cursor:pointer}' +
  'button:hover{background:#eef4fb}:focus-visible{outline:3px solid #0b62c4;outline-offset:2px}';

const hashOf = (text: string): string => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;

/** What the page of `form_post` does by itself where scripts run. */
const submit = 'document.forms[0].submit()';

/** A page that asks for nothing from elsewhere, and may not be framed. What has a hash stands in it to the letter. */
export const page = (title: string, body: Html, script?: 'submit'): Html =>
  html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width" />
        <title>${title}</title>
        ${{ markup: `<style>${style}</style>` }}
      </head>
      <body>
        <main>
          <h1>${title}</h1>
          ${body}
        </main>
        ${script ? { markup: `<script>${submit}</script>` } : ''}
      </body>
    </html> `;

export const pageHeaders = lazy(() => ({
  'Content-Type': 'text/html; charset=utf-8',
  'Content-Security-Policy': `default-src 'none'; style-src ${hashOf(style)}; script-src ${hashOf(submit)}; base-uri 'none'; frame-ancestors 'none'`,
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
}));
