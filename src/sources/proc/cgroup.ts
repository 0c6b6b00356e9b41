// The limits of the control group that a process is in: those of all groups above hold too, and the least counts.
import { measuresOf } from '../measures.ts';
import type { ProcMeasure } from './families.ts';

/** Groups within each other; deeper ones are not looked at. */
const MOST_LEVELS = 16;

/** What one file says: a limit, or undefined where there is none. */
interface LimitFile {
  readonly limit: 'cpu' | 'memory';
  /** Below the mount of the control groups. */
  readonly paths: readonly string[];
  readonly read: (texts: readonly (string | undefined)[]) => number | undefined;
}

/**
 * The files to read, from /proc/self/cgroup. A container sees its own group as the top, whatever path it is told, so the top is among them.
 * Names of groups are the kernel's; one that climbs out of the mount is left out.
 */
export function limitFiles(self: string): readonly LimitFile[] {
  const files: LimitFile[] = [];
  for (const [, controllers = '', path = ''] of self.matchAll(/^\d+:([\w,=]*):(\/.*)$/gm)) {
    for (const group of groupsAbove(path)) files.push(...filesOf(controllers.split(','), group));
  }
  return files;
}

function* groupsAbove(path: string): Generator<string> {
  const parts = path.split('/').filter((part) => part !== '');
  if (parts.includes('..')) return yield '';
  for (let length = Math.min(parts.length, MOST_LEVELS); length >= 0; length -= 1)
    yield parts
      .slice(0, length)
      .map((part) => `/${part}`)
      .join('');
}

function filesOf(controllers: readonly string[], group: string): LimitFile[] {
  const [first = ''] = controllers;
  // The second version has one tree, whose line names no controller.
  if (first === '') {
    return [
      { limit: 'cpu', paths: [`${group}/cpu.max`], read: ([text]) => coresOf(...words(text)) },
      { limit: 'memory', paths: [`${group}/memory.max`], read: ([text]) => bytesOf(text) },
    ];
  }
  const files: LimitFile[] = [];
  if (controllers.includes('cpu')) {
    const paths = [`/cpu${group}/cpu.cfs_quota_us`, `/cpu${group}/cpu.cfs_period_us`];
    files.push({ limit: 'cpu', paths, read: ([quota, period]) => coresOf(quota, period) });
  }
  if (controllers.includes('memory')) {
    files.push({ limit: 'memory', paths: [`/memory${group}/memory.limit_in_bytes`], read: ([text]) => bytesOf(text) });
  }
  return files;
}

function words(text = ''): readonly [string | undefined, string | undefined] {
  const [quota, period] = text.trim().split(' ');
  return [quota, period];
}

/** No limit is `max`, and -1 in the first version. */
function coresOf(quota: string | undefined, period: string | undefined): number | undefined {
  const cores = Number(quota) / Number(period);
  return Number.isFinite(cores) && cores > 0 ? cores : undefined;
}

/** The first version says the largest number of pages for none: more than any machine has. */
const NO_LIMIT_BYTES = 2 ** 60;

function bytesOf(text: string | undefined): number | undefined {
  const bytes = Number(text?.trim() || Number.NaN);
  return bytes > 0 && bytes < NO_LIMIT_BYTES ? bytes : undefined;
}

/** `read` gives the text of a file below the mount; undefined where there is none. */
export function limitMeasures(files: readonly LimitFile[], read: (path: string) => string | undefined): readonly ProcMeasure[] {
  const least = (limit: LimitFile['limit']): number | undefined => {
    const values = files.filter((file) => file.limit === limit).flatMap((file) => file.read(file.paths.map(read)) ?? []);
    return values.length === 0 ? undefined : Math.min(...values);
  };
  return measuresOf([
    ['proc_cgroup_cpu_limit_cores', least('cpu')],
    ['proc_cgroup_memory_limit_bytes', least('memory')],
  ]);
}
