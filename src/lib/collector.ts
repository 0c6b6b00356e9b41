// What V8 cannot guess of a program with much that lives long and little that comes and goes (PERFORMANCE.md).
import { setFlagsFromString } from 'node:v8';

/**
 * For a process that scrapes for days: trades a little CPU time for memory. V8 reads these settings whenever it decides, so they hold from now.
 * The size of the young generation is fixed at the start of the process: `NODE_OPTIONS=--max-semi-space-size=8` says it.
 */
export function tuneCollector(): void {
  // The first scrapes of a large fleet are all under way at once. V8 would conclude that what a scrape makes lives long, and put it among the old.
  setFlagsFromString('--no-allocation-site-pretenuring');
  // A full collection once the heap has grown by a quarter; by itself V8 waits for more than half.
  setFlagsFromString('--heap-growing-percent=25');
}
