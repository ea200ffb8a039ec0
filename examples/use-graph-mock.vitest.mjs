// A mock for the tests of a file, with Vitest. With Jest the same three hooks are globals: see sharing.test.cjs.
import { startGraphMock } from 'graph-sharing-mock';
import { afterAll, afterEach, beforeAll } from 'vitest';

/** One mock for each worker, in memory, on a free port; after each test it is as it was at the start. */
export function useGraphMock(options) {
  let mock;
  beforeAll(async () => {
    mock = await startGraphMock(options);
  });
  afterEach(() => mock.reset());
  afterAll(() => mock.close());
  return () => mock;
}
