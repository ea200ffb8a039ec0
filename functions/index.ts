// The whole app: what `main` in package.json leads the Functions host to, and what the local host runs.
import './createLink.ts';
import './permissions.ts';
import './invite.ts';
import './shares.ts';
import './notifications.ts';
import './driveItems.ts';
import './uploadSessions.ts';
import './drives.ts';
import './directory.ts';
import './sites.ts';
import './workbooks.ts';
import './batch.ts';
import './identity.ts';
import './linkPages.ts';
import './metadata.ts';
import './health.ts';
import './control.ts';
import './paths.ts';
import './sweep.ts';
import './metrics.ts';

export { serve as dispatch } from './http.ts';
