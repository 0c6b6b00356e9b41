import { configDefaults, defineConfig } from 'vitest/config';

/** They measure how long work holds a thread: what other files keep alive would be gone through by its collector meanwhile. */
const ON_A_HEAP_OF_ITS_OWN = 'test/**/heavy*.test.ts';

export default defineConfig({
  test: {
    // Left to itself it keeps a core free.
    maxWorkers: '100%',
    // A time-out tells of a hang, not of a busy machine.
    testTimeout: 30_000,
    coverage: { provider: 'v8', include: ['src/**/*.ts'] },
    projects: [
      {
        extends: true,
        test: {
          name: 'heavy',
          include: [ON_A_HEAP_OF_ITS_OWN],
          isolate: true,
        },
      },
      {
        extends: true,
        test: {
          name: 'rest',
          include: ['test/**/*.test.ts'],
          exclude: [...configDefaults.exclude, 'test/e2e/**', ON_A_HEAP_OF_ITS_OWN],
          // No module keeps state, so files may share a process: half the time went into loading the sources again for each.
          isolate: false,
        },
      },
    ],
  },
});
