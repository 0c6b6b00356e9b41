// Literal fakes for what signals ask: pods, targets with a history, and an engine that answers from a table.
import { labelsOf } from '../../src/model/labels.ts';
import type { Pod } from '../../src/model/pod.ts';
import type { InstantRequest, InstantResult, InstantSeries, QueryEngine } from '../../src/model/query-engine.ts';
import type { SourceName, TargetBook, TargetStatus } from '../../src/model/target.ts';
import { CATALOGUE, type SignalRow } from '../../src/signals/catalogue.ts';

export const NOW_MS = 1_000_000;

export function rowNamed(name: string): SignalRow {
  const row = CATALOGUE.find((candidate) => candidate.name === name);
  if (row === undefined) throw new Error(`no signal ${name}`);
  return row;
}

/** A pod of namespace `demo`, ready for ten minutes. */
export function pod(name: string, rest: Partial<Pod> = {}): Pod {
  return { namespace: 'demo', name, labels: labelsOf({ app: 'triton' }), ready: true, readySinceMs: NOW_MS - 600_000, ...rest };
}

interface StatusOptions extends Partial<TargetStatus> {
  readonly pod?: string;
  readonly source?: SourceName;
  readonly node?: string;
}

/** A target that was read a second ago and for ten minutes before, every 5 s. */
export function status(name: string, options: StatusOptions = {}): TargetStatus {
  const { pod: podName, source = 'triton', node, ...history } = options;
  const labels = labelsOf({
    instance: `${name}:8002`,
    ...(podName === undefined ? {} : { namespace: 'demo', pod: podName }),
    ...(node === undefined ? {} : { node }),
  });
  const target = {
    id: name,
    job: 'job',
    source,
    url: `http://${name}/metrics`,
    labels,
    honorLabels: false,
    intervalMs: 5000,
    timeoutMs: 2500,
  };
  return {
    target,
    lastAttemptMs: NOW_MS - 1000,
    lastSuccessMs: NOW_MS - 1000,
    firstSuccessMs: NOW_MS - 600_000,
    startedUnderObservation: false,
    consecutiveFailures: 0,
    samples: 10,
    warnings: [],
    ...history,
  };
}

/** The same target after a refused scrape twelve seconds ago. */
export function failed(one: TargetStatus): TargetStatus {
  const lastError = { failure: 'refused', message: 'connection refused; is the server up?' } as const;
  return { ...one, lastError, lastAttemptMs: NOW_MS - 12_000, lastSuccessMs: NOW_MS - 17_000, consecutiveFailures: 1 };
}

export function bookOf(statuses: readonly TargetStatus[]): TargetBook {
  return { version: 0, firstOverdueMs: 0, all: () => statuses, get: (id) => statuses.find(({ target }) => target.id === id) };
}

export function series(labels: Record<string, string>, value: number, newestMs?: number): InstantSeries {
  return { labels: labelsOf({ namespace: 'demo', ...labels }), value, ...(newestMs === undefined ? {} : { newestMs }) };
}

export interface FakeEngine extends QueryEngine {
  readonly requests: InstantRequest[];
}

/** Answers an instant query by the first key that its expression contains, else with nothing. */
export function engineOf(answers: Readonly<Record<string, readonly InstantSeries[] | InstantResult | Error>>): FakeEngine {
  const requests: InstantRequest[] = [];
  const never = (): Promise<never> => Promise.reject(new Error('signals ask instant queries only'));
  const instant = (request: InstantRequest): Promise<InstantResult> => {
    requests.push(request);
    const key = Object.keys(answers).find((text) => request.expr.includes(text));
    const answer = key === undefined ? [] : (answers[key] ?? []);
    if (answer instanceof Error) return Promise.reject(answer);
    return Promise.resolve('kind' in answer ? answer : { kind: 'vector', series: answer, warnings: [] });
  };
  return { requests, instant, range: never, series: never, labelValues: never };
}

/** The same target before its first attempt. */
export function unread({ target }: TargetStatus): TargetStatus {
  return { target, startedUnderObservation: false, consecutiveFailures: 0, samples: 0, warnings: [] };
}
