// What is known of a machine whoever says it: its processors, memory, power and temperatures, by one name for each meaning.
import { scaleOf } from '../lib/scale.ts';
import { METRIC_NAME } from '../model/labels.ts';
import type { Line, RowWrite } from '../model/line.ts';
import { isSentinel, isSentinelOrZero } from './blank.ts';
import type { CanonicalSeries, RawFamily } from './canonical.ts';

const PERCENT = 0.01;
const MEGAHERTZ = 1e6;
const MILLI = 1e-3;

function ofTegrastats(raw: string, scale = 1): RawFamily {
  return { raw, generation: 'tegrastats', scale };
}

function ofTriton(raw: string): RawFamily {
  return { raw, generation: 'triton', scale: 1 };
}

function ofProc(raw: string): RawFamily {
  return { raw, generation: 'proc', scale: 1 };
}

function gauge(name: string, about: Pick<CanonicalSeries, 'unit' | 'help' | 'from' | 'zeroIsBlank'>): CanonicalSeries {
  return { name, kind: 'gauge', ...about };
}

/** In all and of each core have names of their own: a mean over one name would count every core twice. */
export const MACHINE_SERIES: readonly CanonicalSeries[] = [
  gauge('cpu_utilization_ratio', {
    unit: 'ratio',
    help: 'Share of all processors that are online which is in use, by whomever.',
    from: [ofTegrastats('tegrastats_cpu_mean_percent', PERCENT), ofProc('proc_cpu_utilization_ratio'), ofTriton('nv_cpu_utilization')],
  }),
  gauge('cpu_core_utilization_ratio', {
    unit: 'ratio',
    help: 'Share of time in which the core was busy (label core); absent for one that is off.',
    from: [ofTegrastats('tegrastats_cpu_percent', PERCENT), ofProc('proc_cpu_core_utilization_ratio')],
  }),
  gauge('cpu_core_clock_hertz', {
    unit: 'hertz',
    help: 'Clock of the core (label core).',
    from: [ofTegrastats('tegrastats_cpu_megahertz', MEGAHERTZ)],
  }),
  gauge('cpu_online_cores', {
    unit: 'cores',
    help: 'Cores that are online.',
    from: [ofTegrastats('tegrastats_cpu_online_cores'), ofProc('proc_cpu_online_cores')],
  }),
  {
    name: 'cpu_used_seconds_total',
    unit: 'seconds',
    kind: 'counter',
    help: 'Processor time that was used, by whomever, over all cores.',
    from: [ofProc('proc_cpu_used_seconds_total')],
  },
  gauge('cpu_limit_cores', {
    unit: 'cores',
    help: 'What of the machine’s processors the control group of this process may use; absent without a limit.',
    from: [ofProc('proc_cgroup_cpu_limit_cores')],
  }),
  gauge('load_average_tasks', {
    unit: 'tasks',
    help: 'Tasks that run or wait, as the kernel averages them over 1, 5 and 15 minutes (label window).',
    from: [ofProc('proc_load_average')],
  }),
  {
    name: 'pressure_stalled_seconds_total',
    unit: 'seconds',
    kind: 'counter',
    help: 'Time in which some or all tasks (label tasks) waited for a resource (label resource: cpu, memory, io).',
    from: [ofProc('proc_pressure_stalled_seconds_total')],
  },
  gauge('memory_used_bytes', {
    unit: 'bytes',
    zeroIsBlank: true,
    help: 'Memory of the machine that is in use, by whomever. On a Jetson the GPU’s is part of it.',
    from: [ofTegrastats('tegrastats_memory_used_bytes'), ofProc('proc_memory_used_bytes'), ofTriton('nv_cpu_memory_used_bytes')],
  }),
  gauge('memory_total_bytes', {
    unit: 'bytes',
    // A Triton says 0 until its first poll.
    zeroIsBlank: true,
    help: 'Memory of the machine.',
    from: [ofTegrastats('tegrastats_memory_total_bytes'), ofProc('proc_memory_total_bytes'), ofTriton('nv_cpu_memory_total_bytes')],
  }),
  gauge('memory_limit_bytes', {
    unit: 'bytes',
    help: 'What of the machine’s memory the control group of this process may use; absent without a limit.',
    from: [ofProc('proc_cgroup_memory_limit_bytes')],
  }),
  gauge('swap_used_bytes', {
    unit: 'bytes',
    help: 'Swap that is in use.',
    from: [ofTegrastats('tegrastats_swap_used_bytes'), ofProc('proc_swap_used_bytes')],
  }),
  gauge('swap_total_bytes', {
    unit: 'bytes',
    help: 'Swap in all.',
    from: [ofTegrastats('tegrastats_swap_total_bytes'), ofProc('proc_swap_total_bytes')],
  }),
  gauge('emc_utilization_ratio', {
    unit: 'ratio',
    help: 'Share of the bandwidth of a Jetson’s memory that is used, at its clock of the moment.',
    from: [ofTegrastats('tegrastats_emc_percent', PERCENT)],
  }),
  gauge('emc_clock_hertz', {
    unit: 'hertz',
    help: 'Clock of a Jetson’s memory.',
    from: [ofTegrastats('tegrastats_emc_megahertz', MEGAHERTZ)],
  }),
  gauge('engine_utilization_ratio', {
    unit: 'ratio',
    help: 'Share of time in which an engine of a Jetson was busy (label engine): NVENC, NVDEC, APE and the like.',
    from: [ofTegrastats('tegrastats_engine_percent', PERCENT)],
  }),
  gauge('engine_clock_hertz', {
    unit: 'hertz',
    help: 'Clock of an engine of a Jetson (label engine); absent while it is off.',
    from: [ofTegrastats('tegrastats_engine_megahertz', MEGAHERTZ)],
  }),
  gauge('power_watts', {
    unit: 'watts',
    help: 'Power of a rail (label rail). VDD_IN, POM_5V_IN and VIN are whole boards; others are parts, which some boards list beside the whole.',
    from: [ofTegrastats('tegrastats_power_milliwatts', MILLI)],
  }),
  gauge('power_average_watts', {
    unit: 'watts',
    help: 'Power of a rail (label rail), the mean since tegrastats started.',
    from: [ofTegrastats('tegrastats_power_average_milliwatts', MILLI)],
  }),
  gauge('temperature_celsius', {
    unit: 'celsius',
    help: 'Temperature of a zone (label zone, lower case): tj, or thermal on older boards, is the hottest of them.',
    from: [ofTegrastats('tegrastats_temperature_celsius')],
  }),
];

interface MachineMeaning extends RawFamily {
  readonly name: string;
  readonly zeroIsBlank?: boolean | undefined;
}

const BY_RAW: ReadonlyMap<string, MachineMeaning> = new Map(
  MACHINE_SERIES.flatMap(({ name, from, zeroIsBlank }) =>
    from.map((family): [string, MachineMeaning] => [family.raw, { ...family, name, zeroIsBlank }]),
  ),
);

/** The target is a machine: whatever pod its own labels name is not what a line is about. */
const NO_POD = { namespace: '', pod: '', container: '' };
/** Of a line, with which its canonical series is told from others. */
const KEPT = ['core', 'window', 'resource', 'tasks', 'engine', 'cluster', 'rail', 'zone'];

/** The write of a line about a machine; none for any other line. `ofPod`: who says it is a pod on that machine, and its labels stay. */
export function machineWrites({ labels }: Line, { ofPod = false }: { readonly ofPod?: boolean } = {}): readonly RowWrite[] {
  const meaning = BY_RAW.get(labels.get(METRIC_NAME) ?? '');
  if (meaning === undefined) return [];
  const about = new Map([
    ...(ofPod ? [] : Object.entries(NO_POD)),
    [METRIC_NAME, meaning.name] as const,
    ['source', meaning.generation] as const,
  ]);
  for (const name of KEPT) {
    const value = labels.get(name);
    if (value) about.set(name, name === 'zone' ? value.toLowerCase() : value);
  }
  return [{ labels: about, scale: scaleOf(meaning.scale), isBlank: meaning.zeroIsBlank === true ? isSentinelOrZero : isSentinel }];
}
