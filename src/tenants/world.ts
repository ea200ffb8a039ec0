import type { Context } from '../operation.ts';

/** What tenants are kept with: the deployment's own store and clock, whatever a tenant's may be. */
export type World = Pick<Context, 'settings' | 'store' | 'clock' | 'report'>;
