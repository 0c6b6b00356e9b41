// Each file starts a control plane of its own. Those that wait most of the time run beside each other, those that measure alone.
import { defineConfig } from 'vitest/config';

const FOLDER = 'test/e2e/kubernetes';
const MEASURING = ['reaction', 'thousand-pods', 'ten-thousand-pods'].map((name) => `${FOLDER}/${name}.test.ts`);

/** Time-outs tell of a hang, not of a busy machine. Tests beside each other in a file wait for the same cluster, and use next to nothing. */
const common = { testTimeout: 300_000, hookTimeout: 240_000, maxConcurrency: 20 };

export default defineConfig({
  test: {
    teardownTimeout: 60_000,
    projects: [
      {
        test: {
          ...common,
          name: 'beside',
          include: [`${FOLDER}/*.test.ts`],
          exclude: MEASURING,
          maxWorkers: 4,
          sequence: { groupOrder: 0 },
        },
      },
      { test: { ...common, name: 'alone', include: MEASURING, maxWorkers: 1, fileParallelism: false, sequence: { groupOrder: 1 } } },
    ],
  },
});
