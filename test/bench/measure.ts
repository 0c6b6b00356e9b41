// Figures that other work on the machine disturbs least: CPU time of this process, and medians.

/** CPU time of this process since its start, user and system, all threads, in milliseconds. */
export function cpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

/** CPU milliseconds per call of `work`, the median of several rounds that each last at least `roundMs`. */
export function cpuMsPerCall(work: () => void, { rounds = 7, roundMs = 150 } = {}): number {
  const figures: number[] = [];
  let calls = 1;
  while (figures.length < rounds) {
    const startMs = cpuMs();
    for (let call = 0; call < calls; call += 1) work();
    const usedMs = cpuMs() - startMs;
    if (usedMs < roundMs) calls = Math.max(calls + 1, Math.ceil((calls * roundMs * 1.2) / Math.max(usedMs, 1)));
    else figures.push(usedMs / calls);
  }
  return quantile(figures, 0.5);
}

/**
 * Two pieces of work by turns, so that a slow moment of the machine meets both: CPU milliseconds per call of each, and how many times
 * longer the second takes, all medians of several rounds.
 */
export function compared(
  one: () => void,
  other: () => void,
  rounds = 9,
): { readonly oneMs: number; readonly otherMs: number; readonly ratio: number } {
  const figures = Array.from({ length: rounds }, () => [cpuMsPerCall(one, { rounds: 1 }), cpuMsPerCall(other, { rounds: 1 })] as const);
  const median = (numbers: readonly number[]): number => quantile(numbers, 0.5);
  return {
    oneMs: median(figures.map(([oneMs]) => oneMs)),
    otherMs: median(figures.map(([, otherMs]) => otherMs)),
    ratio: median(figures.map(([oneMs, otherMs]) => otherMs / oneMs)),
  };
}

export function quantile(figures: Iterable<number>, share: number): number {
  const sorted = [...figures].sort((one, other) => one - other);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN;
}

const MIB = 1024 * 1024;

/** Live memory after a full collection, in MiB; needs --expose-gc. */
export function liveMib(): { readonly heap: number; readonly buffers: number; readonly rss: number } {
  // The first may leave buffers to a sweep that runs beside it.
  globalThis.gc?.();
  globalThis.gc?.();
  const { heapUsed, arrayBuffers, rss } = process.memoryUsage();
  return { heap: heapUsed / MIB, buffers: arrayBuffers / MIB, rss: rss / MIB };
}

/** Three significant digits. */
export function shown(value: number): string {
  return String(Number(value.toPrecision(3)));
}
