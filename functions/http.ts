import { app } from '@azure/functions';

import { openContext } from '../src/context.ts';
import { isWrittenOtherwise, pathOf } from '../src/graph/place.ts';
import { dispatcher, type Trigger } from '../src/graph/router.ts';
import type { Context } from '../src/operation.ts';
import { deployedSettingsOf } from '../src/settings.ts';

const { add, dispatch, match, triggers } = dispatcher();
/** Answers any request by the triggers registered here: what the local host, path addresses and the fallback call. */
export { dispatch };
/** Everything that is registered, and which of it a request leads to. */
export { match, triggers };

let deployed: Promise<Context> | undefined;

/** The context of the Functions host, opened on the first request; a start that failed is tried again on the next. */
export function contextOfHost(): Promise<Context> {
  deployed ??= openContext(deployedSettingsOf(process.env)).catch((failure: unknown) => {
    deployed = undefined;
    throw failure;
  });
  return deployed;
}

/** Registers an HTTP trigger: with the Functions host, and with the dispatcher that routes where there is no such host. */
export function http(name: string, described: Omit<Trigger, 'name'>): void {
  const trigger = { name, ...described };
  add(trigger);
  const { methods, route } = trigger;
  app.http(name, {
    methods: methods.includes('GET') ? [...methods, 'HEAD'] : [...methods],
    route,
    authLevel: 'anonymous',
    handler: async (request) => {
      const context = await contextOfHost();
      // A route such as `items/{itemId}/children` also takes `items/ID:/children`, which is a path.
      if (isWrittenOtherwise(pathOf(request.url))) return dispatch(request, context);
      return trigger.handler(request, { params: request.params }, context);
    },
  });
}
