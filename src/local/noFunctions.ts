import type { app as library } from '@azure/functions';

// Where the app runs without a Functions host, the build puts this file in the place of `@azure/functions`: nobody is there
// to be told of a thousand triggers (`functions/http.ts` has them too), and each would cost its part of every start.

type Used = Pick<typeof library, 'http' | 'timer'> & {
  readonly hook: { readonly appTerminate: (handler: () => Promise<void>) => void };
};

export const app: Used = { http() {}, timer() {}, hook: { appTerminate() {} } };
