import { getClock, resetClock, setClock } from '../src/control/setClock.ts';
import { addFault, clearFaults, getFault, listFaults, removeFault } from '../src/control/faults.ts';
import { getGuidance } from '../src/control/guidance.ts';
import { control } from '../src/control/handler.ts';
import { getPolicy, resetPolicy, updatePolicy } from '../src/control/policy.ts';
import { clearRequests, exportRequests, listRequests } from '../src/control/requests.ts';
import { postReset, putSeed } from '../src/control/seeding.ts';
import { getState } from '../src/control/state.ts';
import { http } from './http.ts';

// What a test drives the mock by. No part of Graph, so without a version; the Functions host keeps `/admin` for itself.

http('getClock', { methods: ['GET'], route: '_mock/clock', handler: control(getClock) });
http('setClock', { methods: ['PUT'], route: '_mock/clock', handler: control(setClock) });
http('resetClock', { methods: ['DELETE'], route: '_mock/clock', handler: control(resetClock) });

http('getPolicy', { methods: ['GET'], route: '_mock/policy', handler: control(getPolicy) });
http('updatePolicy', { methods: ['PATCH'], route: '_mock/policy', handler: control(updatePolicy) });
http('resetPolicy', { methods: ['DELETE'], route: '_mock/policy', handler: control(resetPolicy) });

http('listFaults', { methods: ['GET'], route: '_mock/faults', handler: control(listFaults) });
http('addFault', { methods: ['POST'], route: '_mock/faults', handler: control(addFault) });
http('clearFaults', { methods: ['DELETE'], route: '_mock/faults', handler: control(clearFaults) });
http('getFault', { methods: ['GET'], route: '_mock/faults/{faultId}', handler: control(getFault) });
http('removeFault', { methods: ['DELETE'], route: '_mock/faults/{faultId}', handler: control(removeFault) });

http('listRequests', { methods: ['GET'], route: '_mock/requests', handler: control(listRequests) });
http('clearRequests', { methods: ['DELETE'], route: '_mock/requests', handler: control(clearRequests) });
http('exportRequests', { methods: ['GET'], route: '_mock/requests.har', handler: control(exportRequests) });
http('getGuidance', { methods: ['GET'], route: '_mock/guidance', handler: control(getGuidance) });

http('putSeed', { methods: ['PUT'], route: '_mock/seed', handler: control(putSeed) });
http('getState', { methods: ['GET'], route: '_mock/state', handler: control(getState) });
http('reset', { methods: ['POST'], route: '_mock/reset', handler: control(postReset) });
