import type { Sharing } from '../access.ts';
import { accessTo } from './access.ts';
import { sharedFacet } from './sharedFacet.ts';
import { openShare } from './share.ts';

/** What is passed to those who must not know how permissions are kept. */
export const sharing: Sharing = { accessTo, sharedFacet, enter: openShare };
