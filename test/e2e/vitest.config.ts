// Suites against real software: one at a time, for each has processes and wall time of its own.
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/e2e/**/*.test.ts'],
    fileParallelism: false,
    // With E2E_FULL=1 the longest test waits for a window of 60 s and for up to 36 scrapes, 5 s apart.
    testTimeout: 300_000,
    hookTimeout: 180_000,
    reporters: ['verbose'],
  },
});
