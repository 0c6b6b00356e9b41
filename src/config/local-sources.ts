// What can be wrong with jobs that read a machine by themselves: nothing is discovered for them, and each has one origin.
import type { Problem } from './problem.ts';
import { type Config, LOCAL_SOURCES, type ScrapeJob } from './schema.ts';

export function isLocalJob({ source }: Pick<ScrapeJob, 'source'>): boolean {
  return (LOCAL_SOURCES as readonly string[]).includes(source);
}

/** Of one job, under its path. */
export function localJobProblems(job: ScrapeJob, path: string): Problem[] {
  if (!isLocalJob(job)) return [];
  const problems: Problem[] = [];
  const { command, file, stdin } = job.tegrastats;
  const origins = [command !== undefined, file !== undefined, stdin].filter(Boolean).length;
  if (job.source === 'tegrastats' && origins > 1) {
    problems.push({ path: `${path}.tegrastats`, message: 'command, file and stdin exclude each other; keep one' });
  }
  if (job.kubernetes_sd_configs.length > 0) {
    problems.push({ path: `${path}.kubernetes_sd_configs`, message: `source ${job.source} asks nobody over the network; leave it out` });
  }
  if (job.static_configs.flatMap(({ targets }) => targets).length > 1) {
    const message = `source ${job.source} is one machine; name one target, and write a job for each further machine`;
    problems.push({ path: `${path}.static_configs`, message });
  }
  return problems;
}

/** Standard input can be read once. */
export function stdinProblems({ scrape_configs: jobs }: Config): Problem[] {
  const reading = [...jobs.entries()].filter(([, { source, tegrastats }]) => source === 'tegrastats' && tegrastats.stdin);
  return reading.slice(1).map(([index]) => ({
    path: `scrape_configs[${index}].tegrastats.stdin`,
    message: 'another job reads standard input already; give this one a command or a file',
  }));
}
