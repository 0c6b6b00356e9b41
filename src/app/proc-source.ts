// Targets that are the machine itself, read from the kernel's own files.
import { join } from 'node:path';
import type { Config, ScrapeJob } from '../config/schema.ts';
import { quote } from '../lib/quote.ts';
import { readSmallFile } from '../lib/read-small-file.ts';
import type { FetchResult } from '../model/fetch.ts';
import { measuresExposition } from '../sources/measures.ts';
import { limitFiles, limitMeasures } from '../sources/proc/cgroup.ts';
import { type CpuTimes, cpuMeasures, parseStat } from '../sources/proc/cpu.ts';
import { PROC_FAMILIES, type ProcMeasure } from '../sources/proc/families.ts';
import { loadMeasures, memoryMeasures, PRESSURE_RESOURCES, pressureMeasures } from '../sources/proc/machine-files.ts';
import type { OpenOptions, OtherSource } from './other-source.ts';

/** Of Plimsoll itself, wherever the machine's files are: `proc.path` may be a mount of the host's. */
const SELF = '/proc/self/cgroup';

export function openProc(options: OpenOptions): OtherSource {
  let jobs = jobsOf(options.config);
  const before = new Map<string, CpuTimes>();
  return {
    fetch: async ({ job: name }) => {
      const job = jobs.get(name);
      if (job === undefined) return failed(`cannot read the machine: no job is called ${quote(name)} any more`);
      try {
        return await readMachine(job, before);
      } catch (error) {
        return failed(error instanceof Unreadable ? error.message : `cannot read the machine: ${String(error)}`);
      }
    },
    use: (config) => {
      jobs = jobsOf(config);
      for (const name of before.keys()) if (!jobs.has(name)) before.delete(name);
    },
    close: async () => {},
  };
}

function jobsOf({ scrape_configs: jobs }: Config): ReadonlyMap<string, ScrapeJob> {
  return new Map(jobs.filter(({ source }) => source === 'proc').map((job) => [job.job_name, job]));
}

class Unreadable extends Error {
  override readonly name = 'Unreadable';
}

/** Shares are of the time since the reading before of this job. Throws an Unreadable for a file that every machine has. */
async function readMachine({ job_name: name, proc }: ScrapeJob, before: Map<string, CpuTimes>): Promise<FetchResult> {
  const needed = async <Read>(file: string, parse: (text: string) => Read | undefined): Promise<Read> => {
    const path = join(proc.path, file);
    const text = await readSmallFile(path).catch((error: unknown) => {
      throw new Unreadable(`cannot read ${quote(path)}: ${faultOf(error)}; ${REMEDY}`);
    });
    const read = parse(text);
    if (read === undefined) throw new Unreadable(`cannot read ${quote(path)}: it does not say what this file of Linux says; ${REMEDY}`);
    return read;
  };
  const times = await needed('stat', parseStat);
  const memory = await needed('meminfo', memoryMeasures);
  const measures = [...cpuMeasures(times, before.get(name)), ...memory, ...(await rest(proc))];
  before.set(name, times);
  return { kind: 'body', bytes: Buffer.from(measuresExposition(PROC_FAMILIES, measures)) };
}

/** What not every kernel has, and not every machine sets. */
async function rest({ path, cgroup_path: cgroups }: ScrapeJob['proc']): Promise<readonly ProcMeasure[]> {
  const optional = (file: string): Promise<string | undefined> => readSmallFile(file).catch(() => undefined);
  const load = (await optional(join(path, 'loadavg'))) ?? '';
  const pressure: ProcMeasure[] = [];
  for (const resource of PRESSURE_RESOURCES)
    pressure.push(...pressureMeasures((await optional(join(path, 'pressure', resource))) ?? '', resource));
  const files = limitFiles((await optional(SELF)) ?? '');
  const texts = new Map<string, string | undefined>();
  for (const file of files.flatMap(({ paths }) => paths)) texts.set(file, await optional(join(cgroups, file)));
  return [...loadMeasures(load), ...pressure, ...limitMeasures(files, (file) => texts.get(file))];
}

const REMEDY = 'a machine is read so on Linux alone; elsewhere, or where the host’s files are mounted, see proc.path of the job';

function faultOf(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'ENOENT') return 'there is no such file';
  if (code === 'EACCES') return 'this user may not read it';
  return error instanceof Error ? error.message : String(error);
}

function failed(message: string): FetchResult {
  return { kind: 'failed', error: { failure: 'unreachable', message } };
}
