import { GraphError } from '../errors.ts';
import type { GraphRequest } from '../graph/request.ts';
import { isSame } from '../isSame.ts';
import type { Context } from '../operation.ts';

/**
 * The one place where somebody is kept from driving the mock: whoever has not the key, and where there is none, whoever
 * may be on another machine. To them there is nothing here.
 *
 * @throws GraphError `controlClosed`
 */
export function checkAccess({ headers }: GraphRequest, { settings, isLocal }: Context): void {
  const { GRAPH_MOCK_CONTROL_KEY: key } = settings;
  const isOpen = key === undefined ? isLocal : isSame(headers.get('x-mock-key') ?? '', key);
  if (!isOpen) throw new GraphError('controlClosed');
}
