// Signs an app in with MSAL as it comes, and shares a file with its token.
// With a mock that was started by `graph-sharing-mock --https`:
//   NODE_EXTRA_CA_CERTS=<ca.pem> MOCK=https://127.0.0.1:7071 node examples/sign-in.mjs
import { ConfidentialClientApplication } from '@azure/msal-node';

const { MOCK } = process.env;

const app = new ConfidentialClientApplication({
  auth: {
    clientId: 'my-app',
    clientSecret: 'any',
    authority: `${MOCK}/contoso.com`,
    knownAuthorities: [new URL(MOCK).host],
  },
});
const { accessToken } = await app.acquireTokenByClientCredential({ scopes: ['https://graph.microsoft.com/.default'] });

const item = '/v1.0/users/ada.fenn@contoso.com/drive/root:/Projects/Report.docx:';
const response = await fetch(`${MOCK}${item}/createLink`, {
  method: 'POST',
  headers: { Authorization: `Bearer ${accessToken}`, 'Content-Type': 'application/json' },
  body: JSON.stringify({ type: 'view', scope: 'organization' }),
});
const { link } = await response.json();
console.log(`${response.status}: ${link.webUrl}`);
