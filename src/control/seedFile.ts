import { GraphError } from '../errors.ts';
import type { Context } from '../operation.ts';
import { sample } from '../sample.ts';
import { SettingsError } from '../settings.ts';
import { tenantOf } from '../tenant.ts';
import { readSeed } from './readSeed.ts';
import { sowOnce } from './seeding.ts';

/**
 * What the mock is to start with, where a setting names a file. Whoever has had this seed before keeps what has come of
 * it: many instances start with the same file, and start again.
 *
 * @throws SettingsError for a file that cannot be read, or is no seed
 */
export async function sowFile(context: Context, origin: string): Promise<void> {
  const { GRAPH_MOCK_SEED: file } = context.settings;
  if (file === undefined) return;
  // Ten of Node's own modules, and few begin with a seed.
  const { readFile } = await import('node:fs/promises');
  try {
    const text = await readFile(file, 'utf8');
    await sowOnce(text, await tenantOfSeed(text), origin, context);
  } catch (failure) {
    // A store that is out of reach, or a tenant that is just being removed, is no fault of the file's.
    if (failure instanceof GraphError && failure.row.status === 503) throw failure;
    throw new SettingsError('GRAPH_MOCK_SEED', problemOf(failure, file));
  }
}

/** The tenant that a seed names for itself. */
export const tenantOfSeed = async (text: string): Promise<string> =>
  tenantOf((await readSeed(text)).seed.tenant ?? sample.tenant);

function problemOf(failure: unknown, file: string): string {
  if (failure instanceof GraphError && failure.what === 'controlRefused') return `is no seed: ${failure.message}`;
  const code = failure instanceof Error && 'code' in failure ? String(failure.code) : 'unknown';
  if (failure instanceof GraphError && failure.what === 'quotaLimitReached')
    return `${file} is more than the quotas allow`;
  return `${file} cannot be used (${code})`;
}
