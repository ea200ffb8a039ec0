import { app, type HttpRequest } from '@azure/functions';

import { openContext } from '../src/context.ts';
import { attend } from '../src/control/attend.ts';
import { sowFile } from '../src/control/seedFile.ts';
import { unreachable } from '../src/control/unreachable.ts';
import { isWrittenOtherwise, pathOf } from '../src/graph/place.ts';
import type { GraphRequest } from '../src/graph/request.ts';
import { dispatcher, type Trigger } from '../src/graph/router.ts';
import { observed } from '../src/graph/observe.ts';
import type { Context } from '../src/operation.ts';
import { requestLog } from '../src/requestLog.ts';
import { deployedSettingsOf, SettingsError } from '../src/settings.ts';

const { add, dispatch, answerRouted, match, triggers } = dispatcher(attend);
/** Answers any request by the triggers registered here: what the local host, path addresses and the fallback call. */
export { dispatch };
/** The same for a host that listens, where somebody may be watching. */
export const serve = observed(dispatch);
/** Everything that is registered, and which of it a request leads to. */
export { match, triggers };

/** Makes it once, for all who ask; where that has failed, the next one to ask has it tried again. */
function once<Asked extends readonly unknown[], Made>(
  make: (...asked: Asked) => Promise<Made>,
): (...asked: Asked) => Promise<Made> {
  let made: Promise<Made> | undefined;
  return (...asked) =>
    (made ??= make(...asked).catch((failure: unknown) => {
      made = undefined;
      throw failure;
    }));
}

/** The context of the Functions host, opened when something is first to be done. */
export const contextOfHost = once(async () => openContext(deployedSettingsOf(process.env)));

/** The same, holding its seed: the URLs of the seed's links want an origin, which the first request tells. */
const sownContext = once(async ({ url }: GraphRequest): Promise<Context> => {
  const context = await contextOfHost();
  await sowFile(context, context.settings.GRAPH_MOCK_PUBLIC_URL ?? new URL(url).origin);
  return context;
});

/** For a host whose settings cannot be used: enough to say so. */
const bareContext = once(() => openContext(deployedSettingsOf({ GRAPH_MOCK_STORAGE: 'memory' })));

/**
 * The context to answer a request in. Where it cannot be had, or not hold its seed, it is one whose store fails as that
 * has failed: what needs no store is answered, everything else says so in the words of its own protocol.
 */
async function contextFor(request: GraphRequest, isPatient: boolean): Promise<Context> {
  try {
    return await (isPatient ? sownContext(request) : contextOfHost());
  } catch (failure) {
    const context = await contextOfHost().catch(bareContext);
    return {
      ...context,
      store: unreachable(failure, context.store),
      // Whoever runs the host wants to know which setting it is, and no stack.
      ...(failure instanceof SettingsError && { report: () => context.report(failure.message) }),
    };
  }
}

/** Each of the library's own is made when somebody asks for it. */
const toGraphRequest = (incoming: HttpRequest): GraphRequest => ({
  method: incoming.method,
  url: incoming.url,
  params: incoming.params,
  headers: incoming.headers,
  get query() {
    return incoming.query;
  },
  bytes: async () => new Uint8Array(await incoming.arrayBuffer()),
});

interface Registration extends Omit<Trigger, 'name'> {
  /** Set on what is to be answered whether or not the seed is there, and storage with it. */
  readonly waitsForNothing?: true;
}

/** It has a name, as each trigger has: the library would make one for each of hundreds, out of a hash. */
const response = { type: 'http', name: 'response' };

/** Registers an HTTP trigger: with the Functions host, and with the dispatcher that routes where there is no such host. */
export function http(name: string, { waitsForNothing, ...described }: Registration): void {
  const trigger = { name, ...described };
  add(trigger);
  const { methods, route } = trigger;
  const answer = observed((request, context) => {
    // A route such as `items/{itemId}/children` also takes `items/ID:/children`, which is a path.
    if (isWrittenOtherwise(pathOf(request.url))) return dispatch(request, context);
    const place = { params: request.params };
    // What leads back to `dispatch` is attended to there, once it is known what it is.
    if (route.includes('{*')) return trigger.handler(request, place, context);
    return answerRouted(request, { trigger, place }, context);
  });
  app.http(name, {
    trigger: {
      type: 'httpTrigger',
      name: 'request',
      methods: methods.includes('GET') ? [...methods, 'HEAD'] : [...methods],
      route,
      authLevel: 'anonymous',
    },
    return: response,
    handler: async (incoming, invocation) => {
      const request = toGraphRequest(incoming);
      const context = await contextFor(request, !waitsForNothing);
      const log = requestLog(context.settings.GRAPH_MOCK_LOG, (line, isError) =>
        isError ? invocation.error(line) : invocation.log(line),
      );
      return answer(request, context, log);
    },
  });
}
