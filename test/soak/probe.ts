// Loaded into Plimsoll's process before it: tells whoever started it how much memory is really used, and how late its event loop was.
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { collect } from './collect.ts';

export interface Probed {
  readonly rssBytes: number;
  /** After a collection of garbage, with what lies outside the heap. */
  readonly usedBytes: number;
  /** Since this was last asked, collections of ours left out. */
  readonly delayP99Ms: number;
  readonly delayMaxMs: number;
}

const MILLISECOND_NS = 1e6;
/** How often it is looked at; Node counts that in. */
const RESOLUTION_MS = 5;
const delay = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
const lateMs = (ns: number): number => Math.max(0, ns / MILLISECOND_NS - RESOLUTION_MS);
delay.enable();

process.on('message', async () => {
  const [delayP99Ms, delayMaxMs] = [lateMs(delay.percentile(99)), lateMs(delay.max)];
  await collect();
  const { rss, heapUsed, arrayBuffers } = process.memoryUsage();
  process.send?.({ rssBytes: rss, usedBytes: heapUsed + arrayBuffers, delayP99Ms, delayMaxMs } satisfies Probed);
  setImmediate(() => delay.reset());
});
// Whoever started it is gone.
process.on('disconnect', () => process.exit());
process.channel?.unref();
