// From what is known of an endpoint to a target, by way of Prometheus's relabelling.
import type { ScrapeJob } from '../config/schema.ts';
import { parseDurationMs } from '../lib/duration.ts';
import { quote } from '../lib/quote.ts';
import type { Relabel } from '../lib/relabel.ts';
import type { Fact } from '../model/fact.ts';
import type { Labels } from '../model/labels.ts';
import type { Target } from '../model/target.ts';

export interface Timing {
  readonly intervalMs: number;
  readonly timeoutMs: number;
}

export interface Endpoint {
  readonly job: ScrapeJob;
  readonly timing: Timing;
  /** `host:port` or `[ipv6]:port`. */
  readonly address: string;
  readonly scheme: 'http' | 'https';
  readonly metricsPath: string;
  /** Labels of the target, and those that only rules see (`__meta_…`). Empty ones are absent. */
  readonly labels: ReadonlyMap<string, string>;
  /** Port of the server's own API. */
  readonly apiPort: number;
  /** What tells apart two endpoints of one job and URL, such as the uid of a pod; '' where the URL does. */
  readonly identity: string;
  /** What is known of it beside its labels. */
  readonly facts?: readonly Fact[];
  readonly relabel: Relabel;
}

export type Assembled =
  | { readonly kind: 'target'; readonly target: Target }
  | { readonly kind: 'dropped' }
  /** In words, with what to change. */
  | { readonly kind: 'wrong'; readonly message: string };

/** As Prometheus's scrape package: rules see and may change address, scheme, path and timing; labels that begin with `__` end here. */
export function assemble(endpoint: Endpoint): Assembled {
  const labels = endpoint.relabel(labelsBefore(endpoint));
  if (labels === undefined) return { kind: 'dropped' };
  const { job, identity } = endpoint;
  const address = labels.get('__address__') ?? '';
  const scheme = labels.get('__scheme__') ?? '';
  const timing = timingAfter(labels, endpoint.timing);
  if (!isAddress(address)) return { kind: 'wrong', message: notAnAddress(address) };
  if (scheme !== 'http' && scheme !== 'https') return { kind: 'wrong', message: notAScheme(scheme, address) };
  if (timing === undefined) return { kind: 'wrong', message: notATiming(address) };
  const url = `${scheme}://${address}${labels.get('__metrics_path__') ?? '/metrics'}`;
  const target = {
    id: [job.job_name, ...(identity === '' ? [] : [identity]), url].join('|'),
    job: job.job_name,
    source: job.source,
    url,
    ...(job.source === 'triton' &&
      job.triton_api.enabled && { apiUrl: `${job.triton_api.scheme ?? scheme}://${hostOf(address)}:${endpoint.apiPort}` }),
    labels: labelsAfter(labels, address),
    ...(endpoint.facts && { facts: endpoint.facts }),
    honorLabels: job.honor_labels,
    ...timing,
  };
  return { kind: 'target', target };
}

/** Servers on one host have an API each: an address that several would ask is the port of one of them at most, and nobody can tell whose. */
export function withoutSharedApis(targets: readonly Target[]): readonly Target[] {
  const urls = new Map<string, Set<string>>();
  for (const { apiUrl, url } of targets) {
    if (apiUrl !== undefined) urls.set(apiUrl, (urls.get(apiUrl) ?? new Set()).add(url));
  }
  return targets.map((target) => {
    if (target.apiUrl === undefined || (urls.get(target.apiUrl)?.size ?? 0) <= 1) return target;
    const { apiUrl: _shared, ...others } = target;
    return others;
  });
}

function labelsBefore({ job, timing, address, scheme, metricsPath, labels }: Endpoint): ReadonlyMap<string, string> {
  return new Map([
    ['job', job.job_name],
    ...labels,
    ['__address__', address],
    ['__scheme__', scheme],
    ['__metrics_path__', metricsPath],
    ['__scrape_interval__', written(timing.intervalMs)],
    ['__scrape_timeout__', written(timing.timeoutMs)],
  ]);
}

function labelsAfter(labels: ReadonlyMap<string, string>, address: string): Labels {
  const kept = new Map([...labels].filter(([name, value]) => value !== '' && !name.startsWith('__')));
  if (!kept.has('instance')) kept.set('instance', address);
  return kept;
}

/** Undefined when rules changed it to what cannot be kept. */
function timingAfter(labels: ReadonlyMap<string, string>, before: Timing): Timing | undefined {
  const [interval, timeout] = ['__scrape_interval__', '__scrape_timeout__'].map((name) => labels.get(name) ?? '');
  if (interval === written(before.intervalMs) && timeout === written(before.timeoutMs)) return before;
  const intervalMs = interval === written(before.intervalMs) ? before.intervalMs : (parseDurationMs(interval ?? '') ?? 0);
  const timeoutMs = timeout === written(before.timeoutMs) ? before.timeoutMs : (parseDurationMs(timeout ?? '') ?? 0);
  return timeoutMs > 0 && timeoutMs <= intervalMs ? { intervalMs, timeoutMs } : undefined;
}

function written(ms: number): string {
  return `${ms}ms`;
}

const ADDRESS = /^(?:\[[0-9a-fA-F:.]+\]|[^\s:/?#@[\]]+):(?<port>\d{1,5})$/;

/** `host:port` or `[ipv6]:port`. */
function isAddress(text: string): boolean {
  const port = Number(ADDRESS.exec(text)?.groups?.['port'] ?? 0);
  return port > 0 && port <= 65_535;
}

function hostOf(address: string): string {
  return address.replace(/:\d+$/, '');
}

function notAnAddress(text: string): string {
  const change = text.includes('/')
    ? 'write host:port here, the protocol under scheme and the path under metrics_path'
    : 'write host:port such as 10.0.0.7:8002 or [::1]:8002';
  return `cannot read target ${quote(text)}: it is not host:port; ${change}`;
}

function notAScheme(scheme: string, address: string): string {
  return `cannot ask ${quote(address)} by ${quote(scheme)}: the schemes are http and https; see what the rules write to __scheme__`;
}

function notATiming(address: string): string {
  const change = 'see what the rules write to __scrape_interval__ and __scrape_timeout__';
  return `cannot time ${quote(address)}: its interval is no duration, or shorter than its time-out; ${change}`;
}
