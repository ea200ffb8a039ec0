import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

/** A new folder for each test of a file; the function answers its path. */
export function temporaryFolder(): () => string {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'graph-sharing-mock-'));
  });
  afterEach(() => rm(folder, { recursive: true }));
  return () => folder;
}
