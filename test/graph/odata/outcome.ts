import { GraphError } from '../../../src/errors.ts';

/** What came of reading something: the type of the result, or the inner code of a GraphError. Any other error is thrown on. */
export function outcome(read: () => unknown): string {
  try {
    return typeof read();
  } catch (thrown) {
    if (thrown instanceof GraphError) return String(thrown.row.innerCode);
    throw thrown;
  }
}
