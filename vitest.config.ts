import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    exclude: ['test/e2e/**'],
    // No module keeps state, so files may share a process: half the time went into loading the sources again for each.
    isolate: false,
    // A time-out tells of a hang, not of a busy machine.
    testTimeout: 30_000,
    coverage: { provider: 'v8', include: ['src/**/*.ts'] },
  },
});
