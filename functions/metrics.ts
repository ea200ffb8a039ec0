import { app } from '@azure/functions';

import { settleExports } from '../src/otlp.ts';

// The worker is told before it ends. Where there is no Functions host, `src/local/serve.ts` does the same.
app.hook.appTerminate(settleExports);
