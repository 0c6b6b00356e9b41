import { labelsOf } from '../../../src/model/labels.ts';
import type { Target } from '../../../src/model/target.ts';

/** A Triton on loopback, every 5 s, with a time-out of 2.5 s. */
export function targetOf(id: string, change: Partial<Target> = {}): Target {
  return {
    id,
    job: 'triton',
    source: 'triton',
    url: 'http://127.0.0.1:8002/metrics',
    labels: labelsOf({ job: 'triton', instance: id }),
    honorLabels: false,
    intervalMs: 5_000,
    timeoutMs: 2_500,
    ...change,
  };
}
