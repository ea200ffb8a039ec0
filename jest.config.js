/** Tests read the sources as they stand; swc takes the types off. One Azurite on a free port serves all of them. */
export default {
  testMatch: ['<rootDir>/test/**/*.test.ts'],
  testEnvironment: 'node',
  // Many tests share few cores; none of them measures time.
  testTimeout: 60_000,
  transform: {
    '^.+\\.[jt]s$': [
      '@swc/jest',
      { jsc: { target: 'es2023', parser: { syntax: 'typescript' } }, module: { type: 'commonjs' } },
    ],
  },
  extensionsToTreatAsEsm: [],
  // The package.json that is deployed has the name of this one.
  modulePathIgnorePatterns: ['<rootDir>/dist/package/package.json$'],
  // These come as ES modules only.
  transformIgnorePatterns: ['/node_modules/(?!jose/|@pnp/|@microsoft/(kiota|msgraph)-?)'],
  // The Functions worker supplies this module to a deployed app; outside of it, we do.
  moduleNameMapper: { '^@azure/functions-core$': '<rootDir>/src/local/functionsCore.ts' },
  globalSetup: '<rootDir>/test/kit/globalSetup.ts',
  globalTeardown: '<rootDir>/test/kit/globalTeardown.ts',
};
