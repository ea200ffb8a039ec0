// The whole app: what `main` in package.json leads the Functions host to, and what the local host runs.
import './createLink.ts';
import './permissions.ts';
import './driveItems.ts';
import './drives.ts';
import './workbooks.ts';
import './metadata.ts';
import './health.ts';
import './paths.ts';

export { serve as dispatch } from './http.ts';
