// Each client as its documentation sets it up for a Graph that is elsewhere, over https. Node takes an authority's
// certificate from NODE_EXTRA_CA_CERTS when it starts, so this is a process of its own; and in it the clients that are
// ES modules run as such. Prints what came of it as JSON.
import '@microsoft/msgraph-sdk-sites';
import '@pnp/graph/files/index.js';
import '@pnp/graph/shares/index.js';
import '@pnp/graph/sites/index.js';

import { Client, OneDriveLargeFileUploadTask, PageIterator, ResponseType } from '@microsoft/microsoft-graph-client';
import { createGraphServiceClient, GraphRequestAdapter } from '@microsoft/msgraph-sdk';
import { GraphAzureIdentityAuthenticationProvider } from '@microsoft/msgraph-sdk-core';
import { GraphBrowser, graphfi } from '@pnp/graph';
import { BearerToken } from '@pnp/queryable';

const { MOCK: url, TOKEN: token, SITE: site, LIST: list } = process.env;
const host = new URL(url).hostname;
const scopes = ['https://graph.microsoft.com/.default'];
const link = { type: 'view', scope: 'organization' };

const authProvider = { getAccessToken: async () => token };
const official = (customHosts) => Client.initWithMiddleware({ baseUrl: url, authProvider, customHosts });
const credential = { getToken: async () => ({ token, expiresOnTimestamp: Infinity }) };

const clients = {
  async 'microsoft-graph-client'() {
    const launch = `/sites/${site}/drive/root:/Launch.pptx:`;
    const client = official(new Set([host]));
    const shared = await client.api(`${launch}/createLink`).post(link);
    const content = await client.api(`${launch}/content`).getStream();
    const first = await client.api(`/sites/${site}/drive/root/children`).select('name').top(1).get();
    const names = [];
    await new PageIterator(client, first, ({ name }) => names.push(name) > 0).iterate();
    const bytes = Buffer.alloc(500 * 1024, 'large');
    const options = { path: '/Projects', fileName: 'Large.bin', rangeSize: 320 * 1024 };
    const upload = await OneDriveLargeFileUploadTask.create(client, bytes, options);
    const { responseBody: file } = await upload.upload();
    const kept = await client.api(`/me/drive/items/${file.id}/content`).responseType(ResponseType.ARRAYBUFFER).get();
    return {
      shared,
      content: await new Response(content).text(),
      pages: [first.value.length, names],
      upload: { name: file.name, isWhole: bytes.equals(Buffer.from(kept)) },
    };
  },
  async 'microsoft-graph-client that was not told the host'() {
    return official()
      .api('/me/drive')
      .get()
      .catch(({ statusCode, message }) => ({ statusCode, message }));
  },
  async 'msgraph-sdk'() {
    const adapter = new GraphRequestAdapter(
      new GraphAzureIdentityAuthenticationProvider(credential, scopes, {}, new Set([host])),
    );
    adapter.baseUrl = `${url}/v1.0`;
    const { items } = createGraphServiceClient(adapter).sites.bySiteId(site).lists.byListId(list);
    return { shared: await items.byListItemId('1').createLink.post(link) };
  },
  async 'pnp/graph'() {
    const graph = graphfi().using(GraphBrowser({ baseUrl: `${url}/v1.0` }), BearerToken(token));
    const file = graph.sites.getById(site).drive.getItemByPath('Launch.pptx');
    return { shared: await file.createSharingLink(link), content: await (await file.getContent()).text() };
  },
};

const results = {};
for (const [name, run] of Object.entries(clients)) results[name] = await run();
process.stdout.write(JSON.stringify(results));
