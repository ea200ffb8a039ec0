import { fileURLToPath } from 'node:url';

import base from '../../jest.config.js';

/** The end-to-end suite, against three host processes on one Azurite behind a front that takes turns. */
export default {
  ...base,
  rootDir: fileURLToPath(new URL('../..', import.meta.url)),
  testMatch: ['<rootDir>/test/functions/**/*.test.ts'],
  testEnvironment: '<rootDir>/test/instances/environment.js',
  globalSetup: '<rootDir>/test/instances/globalSetup.ts',
  globalTeardown: '<rootDir>/test/instances/globalTeardown.ts',
  // Three processes and their Azurite share the machine with the tests.
  testTimeout: 300_000,
  // One deployment for each set of settings, and not several at once.
  maxWorkers: 1,
};
