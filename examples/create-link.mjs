// Shares a file with the official client, against a mock inside this process: node examples/create-link.mjs
import { Client, HTTPMessageHandler } from '@microsoft/microsoft-graph-client';
import { startGraphMock } from 'graph-sharing-mock';

const mock = await startGraphMock();

// Over http the client would send no token of an `authProvider`; this puts one on each request.
const sender = new HTTPMessageHandler();
const client = Client.initWithMiddleware({
  baseUrl: mock.url,
  middleware: {
    execute(context) {
      Object.assign((context.options.headers ??= {}), { Authorization: `Bearer ${mock.token()}` });
      return sender.execute(context);
    },
  },
});

const file = await client.api('/me/drive/root:/Projects/Report.docx').get();
const share = () => client.api(`/me/drive/items/${file.id}/createLink`).post({ type: 'view', scope: 'organization' });

const permission = await share();
console.log(`${file.name} is shared at ${permission.link.webUrl}`);

const again = await share();
console.log(`Asked again: ${again.id === permission.id ? 'the same permission' : 'another permission'}`);

const { value } = await client.api(`/me/drive/items/${file.id}/permissions`).get();
for (const { roles, link, grantedToV2 } of value)
  console.log(`- ${roles.join(', ')}: ${link ? `${link.scope} link` : grantedToV2.user.displayName}`);

await mock.close();
