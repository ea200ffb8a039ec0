import { itemAddresses } from '../src/graph/addresses.ts';
import { bodyLimits, readBytes } from '../src/graph/body.ts';
import { handle } from '../src/graph/handler.ts';
import { preauthenticated } from '../src/graph/preauthenticated.ts';
import type { Trigger } from '../src/graph/router.ts';
import { commitUpload } from '../src/upload/commitUpload.ts';
import { complete } from '../src/upload/complete.ts';
import { createUploadSession } from '../src/upload/createUploadSession.ts';
import { receive } from '../src/upload/receive.ts';
import {
  findSession,
  removeSession,
  sessionBehind,
  tenantOfUpload,
  toUploadSession,
  uploadRoute,
} from '../src/upload/session.ts';
import { http } from './http.ts';

for (const { name, route, refer } of itemAddresses) {
  http(`createUploadSession-${name}`, {
    methods: ['POST'],
    route: `{version}/${route}/createUploadSession`,
    handler: handle(createUploadSession, refer),
  });
  http(`commitUpload-${name}`, { methods: ['PUT'], route: `{version}/${route}`, handler: handle(commitUpload, refer) });
}

// What an `uploadUrl` takes. Whose tenant's it is, its claim tells.

const byUrl: Pick<Trigger, 'tenantOf' | 'isHandedOut'> = {
  tenantOf: ({ query }) => tenantOfUpload(query.get('tempauth') ?? ''),
  isHandedOut: async ({ query }, _, context) =>
    (await sessionBehind(query.get('tempauth') ?? '', context)) !== undefined,
};

http('uploadFragment', {
  methods: ['PUT'],
  route: uploadRoute,
  ...byUrl,
  handler: preauthenticated(({ request, tempauth, origin }, context) => {
    const contentRange = request.headers.get('content-range');
    return receive({ tempauth, contentRange, bytes: () => readBytes(request, bodyLimits.fragment), origin }, context);
  }),
});

http('uploadStatus', {
  methods: ['GET'],
  route: uploadRoute,
  ...byUrl,
  handler: preauthenticated(async ({ tempauth }, context) => ({
    status: 200,
    body: toUploadSession((await findSession(tempauth, context)).value),
  })),
});

http('completeUpload', {
  methods: ['POST'],
  route: uploadRoute,
  ...byUrl,
  handler: preauthenticated(async ({ tempauth, origin }, context) => {
    const stored = await findSession(tempauth, context);
    return complete(stored, stored.value, origin, context);
  }),
});

http('cancelUpload', {
  methods: ['DELETE'],
  route: uploadRoute,
  ...byUrl,
  handler: preauthenticated(async ({ tempauth }, context) => {
    await removeSession(await findSession(tempauth, context), context);
    return { status: 204 };
  }),
});
