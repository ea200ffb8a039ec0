import { app } from '@azure/functions';

import { sweep } from '../src/tenants/sweep.ts';
import { contextOfHost } from './http.ts';

// Where there is no Functions host, `src/local/sweeping.ts` does the same.
app.timer('sweep', {
  // Not on the hour, when everybody's timers go off.
  schedule: '0 17 * * * *',
  handler: async (_, invocation) => {
    const swept = await sweep(await contextOfHost());
    invocation.log(`Swept ${swept} tenants`);
  },
});
