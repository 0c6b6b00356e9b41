// Two pods, three targets and three signals for the tests of the exporter.

import type { TelemetryServices } from '../../src/exporter/app.ts';
import { createRegistryMeter } from '../../src/exporter/meter.ts';
import type { Inventory } from '../../src/model/inventory.ts';
import { labelsOf } from '../../src/model/labels.ts';
import { silentLog } from '../../src/model/log.ts';
import type { NewestSample, NewestSeries } from '../../src/model/newest-series.ts';
import type { Pod } from '../../src/model/pod.ts';
import { QueryError } from '../../src/model/query-engine.ts';
import type { AbsentReason, SignalAnswer, Signals } from '../../src/model/signal.ts';
import type { ScrapeError, TargetBook, TargetStatus } from '../../src/model/target.ts';

export const NOW_MS = 1_787_392_800_000;

export function pod(name: string, { namespace = 'demo', ready = true }: { namespace?: string; ready?: boolean } = {}): Pod {
  return { namespace, name, labels: labelsOf({}), ready };
}

export function value(amount: number): SignalAnswer {
  const coverage = { expected: 1, contributing: 1, missing: [] };
  return { kind: 'value', value: amount, newestMs: NOW_MS, coverage, estimated: false, warnings: [] };
}

export function absent(reason: AbsentReason): SignalAnswer {
  return { kind: 'absent', reason, detail: 'because' };
}

export function inventoryOf(pods: readonly Pod[]): Inventory {
  return { podsOf: () => undefined, podsIn: () => [], allPods: () => pods, objects: () => [] };
}

/** Signals by name, each with the answers by pod; `undefined` for a signal stands for one that cannot be computed. */
export function signalsOf(answers: Readonly<Record<string, Readonly<Record<string, SignalAnswer>> | undefined>>): Signals {
  const never = async (): Promise<SignalAnswer> => absent('no-data');
  return {
    list: () => Object.keys(answers).map((name) => ({ name, unit: 'requests', help: `About ${name}.`, labels: [] })),
    async ofPods({ signal, pods }) {
      const ofSignal = answers[signal];
      if (ofSignal === undefined) throw new QueryError('over-limit', 'too much');
      return pods.map((asked) => ({ pod: asked, answer: ofSignal[asked.name] ?? absent('no-target') }));
    },
    ofObject: never,
    ofExternal: never,
  };
}

export function target(instance: string, outcome: 'untried' | 'up' | ScrapeError): TargetStatus {
  const labels = labelsOf({ job: 'triton', instance });
  const url = `http://${instance}/metrics`;
  return {
    target: { id: url, job: 'triton', source: 'triton', url, labels, honorLabels: false, intervalMs: 5000, timeoutMs: 2500 },
    ...(outcome !== 'untried' && { lastAttemptMs: NOW_MS }),
    ...(typeof outcome === 'object' && { lastError: outcome }),
    startedUnderObservation: false,
    consecutiveFailures: 0,
    samples: 0,
    warnings: [],
  };
}

export function bookOf(statuses: readonly TargetStatus[]): TargetBook {
  return { version: 0, firstOverdueMs: 0, all: () => statuses, get: (id) => statuses.find((status) => status.target.id === id) };
}

/** Answers each selector with its samples, or an error; none where neither is given. */
export function newestOf(answers: Readonly<Record<string, readonly NewestSample[] | Error>>, asked: unknown[] = []): NewestSeries {
  return {
    async *newest(request) {
      asked.push({ ...request, abortSignal: undefined });
      const answer = answers[request.expr] ?? [];
      if (answer instanceof Error) throw answer;
      // One a turn, as an answer of very many would come.
      for (const sample of answer) yield [sample];
    },
  };
}

export function servicesWith(given: Partial<TelemetryServices> = {}): TelemetryServices {
  return {
    ...createRegistryMeter(),
    signals: signalsOf({}),
    inventory: () => inventoryOf([]),
    book: bookOf([target('a', 'up')]),
    newest: newestOf({}),
    clock: { nowMs: () => NOW_MS, sleep: async () => {} },
    log: silentLog,
    limits: () => ({ query_samples: 1000, query_timeout: 10_000 }),
    live: [],
    ready: [],
    ...given,
  };
}
