import { control } from '../src/control/handler.ts';
import { getNotifications } from '../src/control/notifications.ts';
import { http } from './http.ts';

// What a test looks at, and no part of Graph: no version, so not the shared handler.
http('listNotifications', { methods: ['GET'], route: '_mock/notifications', handler: control(getNotifications) });
