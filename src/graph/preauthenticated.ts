import type { Answer, Context } from '../operation.ts';
import type { GraphRequest } from './request.ts';
import { exchangeOf, toErrorResponse, toResponse } from './response.ts';
import type { Handler } from './router.ts';

/** What a pre-authenticated URL is asked for: neither version nor token, but `tempauth`, which lets in whoever has it (F7). */
export interface Visit {
  readonly request: GraphRequest;
  readonly tempauth: string;
  readonly origin: string;
}

/** The handler behind such URLs, which are none of Graph's own. */
export function preauthenticated(run: (visit: Visit, context: Context) => Promise<Answer>): Handler {
  return async (request, _, context) => {
    const exchange = exchangeOf(request, context);
    try {
      const { origin } = exchange;
      const answer = await run({ request, tempauth: request.query.get('tempauth') ?? '', origin }, context);
      return toResponse(answer, exchange, `${origin}/v1.0`);
    } catch (thrown) {
      return toErrorResponse(thrown, exchange, context);
    }
  };
}
