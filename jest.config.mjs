/** Sources are ES modules; Jest runs them through swc as CommonJS, mapped straight to `src` so that a test never meets a stale build. */
const swc = [
  '@swc/jest',
  { jsc: { target: 'es2022', parser: { syntax: 'typescript' } }, module: { type: 'commonjs' }, sourceMaps: 'inline' },
]

export default {
  testEnvironment: 'node',
  roots: ['<rootDir>/packages', '<rootDir>/test'],
  testMatch: ['**/*.test.ts'],
  transform: { '^.+\\.(ts|mjs)$': swc },
  globalSetup: '<rootDir>/test/servers/global-setup.mjs',
  globalTeardown: '<rootDir>/test/servers/global-teardown.mjs',
  moduleNameMapper: {
    '^@quern/dialects/(postgres|mysql|mariadb|sqlite)$': '<rootDir>/packages/dialects/src/$1.ts',
    '^@quern/(reflect|sql)/errors$': '<rootDir>/packages/$1/src/errors.ts',
    '^@quern/([a-z0-9-]+)$': '<rootDir>/packages/$1/src/index.ts',
    '^quern$': '<rootDir>/packages/quern/src/index.ts',
    '^quern/(postgres|mysql|sqlite)$': '<rootDir>/packages/quern/src/$1.ts',
    '^(\\.{1,2}/.*)\\.js$': '$1',
  },
  maxWorkers: 2,
  testTimeout: 60_000,
}
