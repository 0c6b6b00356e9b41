// Loaded into Plimsoll's process before it: tells whoever started it how much memory is really used, and how late its event loop was.
import { monitorEventLoopDelay } from 'node:perf_hooks';

export interface Probed {
  readonly rssBytes: number;
  /** After a collection of garbage, with what lies outside the heap. */
  readonly usedBytes: number;
  /** Since this was last asked, collections of ours left out. */
  readonly delayP99Ms: number;
  readonly delayMaxMs: number;
}

const NANOSECONDS = 1e6;
const delay = monitorEventLoopDelay({ resolution: 5 });
delay.enable();

process.on('message', () => {
  const [delayP99Ms, delayMaxMs] = [delay.percentile(99) / NANOSECONDS, delay.max / NANOSECONDS];
  globalThis.gc?.();
  const { rss, heapUsed, arrayBuffers } = process.memoryUsage();
  process.send?.({ rssBytes: rss, usedBytes: heapUsed + arrayBuffers, delayP99Ms, delayMaxMs } satisfies Probed);
  setImmediate(() => delay.reset());
});
process.channel?.unref();
