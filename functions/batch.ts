import { batchOver } from '../src/graph/batch.ts';
import { handle } from '../src/graph/handler.ts';
import { dispatch, http } from './http.ts';

http('batch', { methods: ['POST'], route: '{version}/$batch', handler: handle(batchOver(dispatch), () => undefined) });
