import { itemAddresses } from '../src/graph/addresses.ts';
import { handle } from '../src/graph/handler.ts';
import { closeSession } from '../src/workbook/closeSession.ts';
import { createSession } from '../src/workbook/createSession.ts';
import { refreshSession } from '../src/workbook/refreshSession.ts';
import { http } from './http.ts';

for (const { name, route, refer } of itemAddresses) {
  const workbook = `{version}/${route}/workbook`;
  http(`createSession-${name}`, {
    methods: ['POST'],
    route: `${workbook}/createSession`,
    handler: handle(createSession, refer),
  });
  http(`refreshSession-${name}`, {
    methods: ['POST'],
    route: `${workbook}/refreshSession`,
    handler: handle(refreshSession, refer),
  });
  http(`closeSession-${name}`, {
    methods: ['POST'],
    route: `${workbook}/closeSession`,
    handler: handle(closeSession, refer),
  });
}
