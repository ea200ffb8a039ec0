import { html } from '../../src/page/html.ts';

test.each([
  [
    'text is escaped',
    html`<p>${`<img src=x onerror="alert('&')">`}</p>`,
    '<p>&lt;img src=x onerror=&quot;alert(&#39;&amp;&#39;)&quot;&gt;</p>',
  ],
  ['markup is not', html`<p>${html`<b>${'<'}</b>`}</p>`, '<p><b>&lt;</b></p>'],
  ['a list is written one after the other', html`<ul>${['a', html`<li>`, '<']}</ul>`, '<ul>a<li>&lt;</ul>'],
  ['nothing is nothing', html`<p>${undefined}</p>`, '<p></p>'],
  ['a number is its digits', html`<p>${0}</p>`, '<p>0</p>'],
])('%s', (_, made, text) => {
  expect(made.text).toBe(text);
});
