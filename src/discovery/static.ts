// Targets that the configuration names one by one, read as Prometheus reads its static_configs.
import type { Problem } from '../config/problem.ts';
import type { Config, ScrapeJob } from '../config/schema.ts';
import { quote } from '../lib/quote.ts';
import { compileRelabel, type Relabel } from '../lib/relabel.ts';
import type { Labels } from '../model/labels.ts';
import type { Target } from '../model/target.ts';
import { assemble, type Endpoint, type Timing } from './assemble.ts';
import { OWN_LABELS, takenLabel } from './own-labels.ts';
import { SharedApis } from './shared-apis.ts';

export interface StaticTargets {
  readonly targets: readonly Target[];
  /** All that is wrong, not only the first; a target with a problem is left out. */
  readonly problems: readonly Problem[];
}

/** The namespace of a pod whose target names none, as in kubectl. */
export const DEFAULT_NAMESPACE = 'default';

/** Every target of `scrape_configs`, in the order written. */
export function staticTargets(config: Pick<Config, 'scrape' | 'scrape_configs'>): StaticTargets {
  const targets = new Map<string, Target>();
  const problems: Problem[] = [];
  const jobs = new Set<string>();
  for (const [index, job] of config.scrape_configs.entries()) {
    const path = `scrape_configs[${index}]`;
    if (jobs.has(job.job_name)) problems.push({ path: `${path}.job_name`, message: repeatedJob(job.job_name) });
    jobs.add(job.job_name);
    const timing = timingOf(job, config.scrape);
    if (timing.timeoutMs > timing.intervalMs) problems.push({ path: `${path}.scrape_timeout`, message: longTimeout(timing) });
    for (const { name, at } of takenLabels(job)) problems.push({ path: `${path}.${at}`, message: takenLabel(name, job.source) });
    const relabel = relabelOf(job);
    for (const { at, ...named } of namedTargets(job)) {
      const assembled = assemble(endpointOf({ ...named, job, timing, relabel }));
      if (assembled.kind === 'dropped') continue;
      if (assembled.problem !== undefined) problems.push({ path: `${path}.${at}`, message: assembled.problem });
      if (assembled.kind === 'wrong') continue;
      const { target } = assembled;
      if (targets.has(target.id)) problems.push({ path: `${path}.${at}`, message: repeatedTarget(named.text, job.job_name) });
      else targets.set(target.id, target);
    }
  }
  return { targets: new SharedApis().leaveOut([...targets.values()]), problems };
}

/** A kubelet looks at its containers every 10 to 15 s: who asks it more often reads the same samples again. */
const KUBELET_INTERVAL_MS = 15_000;

/** The time-out for all jobs gives way to a shorter interval; a job's own does not, and is then a problem. */
export function timingOf(job: ScrapeJob, defaults: Config['scrape']): Timing {
  const intervalMs = job.scrape_interval ?? Math.max(defaults.interval, job.source === 'kubelet' ? KUBELET_INTERVAL_MS : 0);
  const ownDefaultMs = defaults.timeout === undefined ? intervalMs / 2 : Math.min(defaults.timeout, intervalMs);
  return { intervalMs, timeoutMs: job.scrape_timeout ?? ownDefaultMs };
}

function* takenLabels(job: ScrapeJob): Generator<{ readonly name: string; readonly at: string }> {
  for (const [group, { labels }] of job.static_configs.entries()) {
    for (const name of OWN_LABELS[job.source]) {
      if (Object.hasOwn(labels, name)) yield { name, at: `static_configs[${group}].labels.${name}` };
    }
  }
}

interface NamedTarget {
  readonly text: string;
  readonly labels: Readonly<Record<string, string>>;
  /** Of the server's own API. */
  readonly apiPort: number;
  /** Path inside the job. */
  readonly at: string;
}

function* namedTargets(job: ScrapeJob): Generator<NamedTarget> {
  for (const [group, { targets, labels, triton_api_port: apiPort = job.triton_api.port }] of job.static_configs.entries()) {
    for (const [index, text] of targets.entries()) yield { text, labels, apiPort, at: `static_configs[${group}].targets[${index}]` };
  }
}

/** Rules that cannot be compiled are named with the rest of what is wrong with the configuration. */
function relabelOf({ relabel_configs: rules }: ScrapeJob): Relabel {
  try {
    return compileRelabel(rules);
  } catch {
    return (labels) => labels;
  }
}

function endpointOf(named: Omit<NamedTarget, 'at'> & { job: ScrapeJob; timing: Timing; relabel: Relabel }): Endpoint {
  const { job, text, labels, ...rest } = named;
  return { job, address: text, scheme: job.scheme, metricsPath: job.metrics_path, labels: labelsFor(labels), identity: '', ...rest };
}

/** An empty value is an absent label. A pod has its namespace written out, so that its series carry what the inventory says. */
function labelsFor(said: Readonly<Record<string, string>>): Labels {
  const labels = new Map(Object.entries(said).filter(([, value]) => value !== ''));
  if (labels.has('pod') && !labels.has('namespace')) labels.set('namespace', DEFAULT_NAMESPACE);
  return labels;
}

function repeatedTarget(text: string, job: string): string {
  return `cannot add target ${quote(text)}: job ${quote(job)} has it already; remove one of the two`;
}

function repeatedJob(name: string): string {
  return `cannot add job ${quote(name)}: another job has this name; give each job a name of its own`;
}

function longTimeout({ intervalMs, timeoutMs }: Timing): string {
  return `cannot wait ${timeoutMs} ms for an answer: the scrape interval is ${intervalMs} ms; set scrape_timeout to at most the interval`;
}
