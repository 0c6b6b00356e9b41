// What the kernel says of memory, load and pressure, each file read by itself.
import { measuresOf } from '../measures.ts';
import type { ProcMeasure } from './families.ts';

const KIBIBYTE = 1024;

/** /proc/meminfo. Undefined for a text that does not say how much memory there is. */
export function memoryMeasures(text: string): readonly ProcMeasure[] | undefined {
  const said = new Map<string, number>();
  for (const [, name = '', kibibytes] of text.matchAll(/^(\w+): +(\d{1,15}) kB$/gm)) said.set(name, Number(kibibytes) * KIBIBYTE);
  const total = said.get('MemTotal');
  if (total === undefined) return undefined;
  const available = said.get('MemAvailable') ?? guessedAvailable(said);
  const swap = said.get('SwapTotal');
  const free = said.get('SwapFree');
  return measuresOf([
    ['proc_memory_total_bytes', total],
    ['proc_memory_used_bytes', available === undefined ? undefined : total - available],
    ['proc_swap_total_bytes', swap],
    ['proc_swap_used_bytes', swap === undefined || free === undefined ? undefined : swap - free],
  ]);
}

/** Kernels before 3.14, as that of the TK1, do not say it: the page cache can be had back. */
function guessedAvailable(said: ReadonlyMap<string, number>): number | undefined {
  const parts = ['MemFree', 'Buffers', 'Cached'].map((name) => said.get(name));
  return parts.reduce<number | undefined>((sum, part) => (sum === undefined || part === undefined ? undefined : sum + part), 0);
}

/** /proc/loadavg; nothing for another text. */
export function loadMeasures(text: string): readonly ProcMeasure[] {
  const said = /^(\d+\.\d+) (\d+\.\d+) (\d+\.\d+) /.exec(text);
  return ['1m', '5m', '15m'].flatMap((window, index) =>
    measuresOf([['proc_load_average', said === null ? undefined : Number(said[index + 1])]], { window }),
  );
}

export const PRESSURE_RESOURCES = ['cpu', 'memory', 'io'] as const;

/** /proc/pressure/RESOURCE; nothing for another text. `full` of the processors is 0 by definition for a whole machine. */
export function pressureMeasures(text: string, resource: (typeof PRESSURE_RESOURCES)[number]): readonly ProcMeasure[] {
  const lines = [...text.matchAll(/^(some|full) .*\btotal=(\d{1,18})$/gm)];
  return lines.flatMap(([, kind, microseconds]) =>
    measuresOf([['proc_pressure_stalled_seconds_total', Number(microseconds) / 1e6]], {
      resource,
      tasks: kind === 'full' ? 'all' : 'some',
    }),
  );
}
