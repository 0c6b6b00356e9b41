// /proc/stat: how long each core did what since the machine started, and from two readings how busy it was.
import { measuresOf } from '../measures.ts';
import type { ProcMeasure } from './families.ts';

/** Of a core, or of all together, in ticks. */
interface CoreTimes {
  readonly busy: number;
  readonly all: number;
}

export interface CpuTimes {
  readonly all: CoreTimes;
  /** By the number of the core; those that are off are not listed. */
  readonly cores: ReadonlyMap<string, CoreTimes>;
}

/** USER_HZ, in which the kernel counts for everybody outside it on every architecture that Node runs on. */
const TICKS_PER_SECOND = 100;
/** user nice system idle iowait irq softirq steal; guests are part of user already (proc_stat(5)). */
const COLUMNS = ['user', 'nice', 'system', 'idle', 'iowait', 'irq', 'softirq', 'steal'] as const;
/** Waiting for a disk leaves the core free, and stolen time was another machine's. */
const NOT_BUSY: ReadonlySet<string> = new Set(['idle', 'iowait', 'steal']);

/** Undefined for a text that is no /proc/stat. */
export function parseStat(text: string): CpuTimes | undefined {
  const cores = new Map<string, CoreTimes>();
  let all: CoreTimes | undefined;
  for (const [, core = '', numbers = ''] of text.matchAll(/^cpu(\d{0,5}) +((?:\d+ ?)+)$/gm)) {
    const times = timesOf(numbers);
    if (core === '') all = times;
    else cores.set(core, times);
  }
  return all === undefined || cores.size === 0 ? undefined : { all, cores };
}

function timesOf(numbers: string): CoreTimes {
  const ticks = numbers.trim().split(' ').map(Number);
  let busy = 0;
  let sum = 0;
  for (const [index, name] of COLUMNS.entries()) {
    // Kernels of long ago end the line earlier: what they do not count did not happen to them.
    const value = ticks[index] ?? 0;
    sum += value;
    if (!NOT_BUSY.has(name)) busy += value;
  }
  return { busy, all: sum };
}

/** Shares need a reading before; of a core that was off then there is none. */
export function cpuMeasures(now: CpuTimes, before: CpuTimes | undefined): readonly ProcMeasure[] {
  const shares = [...now.cores].flatMap(([core, times]) =>
    measuresOf([['proc_cpu_core_utilization_ratio', shareOf(times, before?.cores.get(core))]], { core }),
  );
  return [
    ...measuresOf([
      ['proc_cpu_utilization_ratio', shareOf(now.all, before?.all)],
      ['proc_cpu_online_cores', now.cores.size],
      ['proc_cpu_used_seconds_total', now.all.busy / TICKS_PER_SECOND],
    ]),
    ...shares,
  ];
}

/** Undefined where no time went by, or a counter fell: the idle time of a core may, when it is switched off and on. */
function shareOf(now: CoreTimes, before: CoreTimes | undefined): number | undefined {
  if (before === undefined) return undefined;
  const busy = now.busy - before.busy;
  const all = now.all - before.all;
  return all > 0 && busy >= 0 && busy <= all ? busy / all : undefined;
}
