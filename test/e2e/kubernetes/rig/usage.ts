// What a process uses, as Linux counts it.
import { readFile } from 'node:fs/promises';

/** USER_HZ is 100 on every Linux that is met. */
const TICK_SECONDS = 0.01;

/** User and system, all threads, since it began. */
export async function cpuSeconds(pid: number): Promise<number> {
  const text = await readFile(`/proc/${pid}/stat`, 'utf8');
  // The name in parentheses may hold anything.
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) * TICK_SECONDS;
}

export interface Memory {
  readonly rssMib: number;
  /** The most that it ever had. */
  readonly peakMib: number;
}

export async function memory(pid: number): Promise<Memory> {
  const text = await readFile(`/proc/${pid}/status`, 'utf8');
  const kib = (field: string): number => Number(new RegExp(`^${field}:\\s+(\\d+) kB$`, 'm').exec(text)?.[1]);
  return { rssMib: kib('VmRSS') / 1024, peakMib: kib('VmHWM') / 1024 };
}
