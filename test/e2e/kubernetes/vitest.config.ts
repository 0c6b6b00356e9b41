// Each file starts a control plane of its own, so one file at a time.
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/e2e/kubernetes/**/*.test.ts'],
    fileParallelism: false,
    // Of several tests that need the same cluster a failed one says most about the rest.
    sequence: { concurrent: false },
    // Tests beside each other wait for the same cluster, and use next to nothing.
    maxConcurrency: 20,
    testTimeout: 300_000,
    hookTimeout: 180_000,
    teardownTimeout: 60_000,
  },
});
