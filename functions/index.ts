// The whole app: what `main` in package.json leads the Functions host to, and what the local host runs.
import './createLink.ts';
import './permissions.ts';
import './driveItems.ts';
import './drives.ts';
import './workbooks.ts';
import './metadata.ts';
import './control.ts';
import './paths.ts';

export { dispatch } from './http.ts';
