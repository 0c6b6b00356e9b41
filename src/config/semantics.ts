// What a well-formed configuration can still have wrong: settings that contradict each other.
import { discoveryProblems } from './discovery-roles.ts';
import { faceProblems } from './faces.ts';
import { localJobProblems, stdinProblems } from './local-sources.ts';
import type { Problem } from './problem.ts';
import { relabelProblems } from './relabel-rules.ts';
import { remoteEngineProblems } from './remote-engine.ts';
import type { Config, ScrapeJob } from './schema.ts';

/** All contradictions, in the order of the schema. */
export function semanticProblems(config: Config): Problem[] {
  const problems: Problem[] = [];
  if (config.kubernetes.events && !config.kubernetes.enabled) {
    problems.push({ path: 'kubernetes.events', message: 'no cluster is asked; set kubernetes.enabled to true, or leave it out' });
  }
  if (config.shard !== undefined && config.engine.remote !== undefined) {
    const message = 'a collector computes from what it reads itself; leave out shard at the replicas, and engine.remote at the collectors';
    problems.push({ path: 'shard', message });
  }
  problems.push(...faceProblems(config));
  if (config.scrape_configs.some((job) => job.scrape_interval === undefined)) {
    problems.push(...intervalProblems('scrape.interval', config.scrape.interval, config));
  }
  for (const [index, job] of config.scrape_configs.entries()) {
    problems.push(...jobProblems(job, { path: `scrape_configs[${index}]`, config }));
  }
  problems.push(...stdinProblems(config));
  for (const [name, { kind, counts }] of Object.entries(config.models)) {
    if (kind !== 'ensemble' || counts !== 'include') continue;
    problems.push({ path: `models.${name}.counts`, message: 'an ensemble’s requests count at its children already; leave counts out' });
  }
  problems.push(...remoteEngineProblems(config));
  const window = config.signals.window;
  if (window !== undefined && window > config.retention) {
    problems.push({
      path: 'signals.window',
      message: `${window} ms is longer than retention (${config.retention} ms); raise retention or shorten the window`,
    });
  }
  return problems;
}

function jobProblems(job: ScrapeJob, { path, config }: { path: string; config: Config }): Problem[] {
  const problems: Problem[] = [];
  if (job.scrape_interval !== undefined) problems.push(...intervalProblems(`${path}.scrape_interval`, job.scrape_interval, config));
  if (job.basic_auth !== undefined && job.authorization !== undefined) {
    problems.push({ path, message: 'basic_auth and authorization exclude each other; keep one' });
  }
  problems.push(...localJobProblems(job, path));
  problems.push(...relabelProblems(job.relabel_configs, `${path}.relabel_configs`));
  problems.push(...relabelProblems(job.metric_relabel_configs, `${path}.metric_relabel_configs`));
  problems.push(...discoveryProblems(job, { path: `${path}.kubernetes_sd_configs`, kubernetes: config.kubernetes }));
  return problems;
}

function intervalProblems(path: string, intervalMs: number, { retention }: Config): Problem[] {
  if (intervalMs * 2 <= retention) return [];
  const message = `${intervalMs} ms leaves fewer than two samples in retention (${retention} ms); shorten it or raise retention`;
  return [{ path, message }];
}
