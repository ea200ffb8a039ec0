import { lazy } from '../lazy.ts';

/** What signs, seals and verifies tokens: loaded with the first one, which few starts see (`build.js`). */
export const jose = lazy(() => import('jose'));
