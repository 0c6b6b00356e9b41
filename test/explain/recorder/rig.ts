// Questions and answers in few words.
import { FlightRecorder } from '../../../src/explain/recorder.ts';
import type { Answered, AskedMetric, GivenAnswer } from '../../../src/model/answer-recorder.ts';
import type { AbsentReason, SignalValue } from '../../../src/model/signal.ts';

/** 2026-03-01T00:00:00Z */
export const START_MS = Date.UTC(2026, 2, 1);
export const MIB = 1024 * 1024;
export const HPA_USER = 'system:serviceaccount:kube-system:horizontal-pod-autoscaler';

export function asked(rest: Partial<AskedMetric> = {}): AskedMetric {
  return {
    api: 'custom',
    metric: 'triton_inflight_requests',
    namespace: 'demo',
    object: { group: 'apps', resource: 'deployments', name: 'triton' },
    labelSelector: '',
    metricLabelSelector: '',
    ...rest,
  };
}

export function external(selector: string, rest: Partial<AskedMetric> = {}): AskedMetric {
  return asked({ api: 'external', object: undefined, labelSelector: selector, ...rest });
}

export function pods(selector: string, rest: Partial<AskedMetric> = {}): AskedMetric {
  return asked({ object: { group: '', resource: 'pods' }, labelSelector: selector, ...rest });
}

export function signalValue(number: number, rest: Partial<SignalValue> = {}): SignalValue {
  const coverage = { expected: 2, contributing: 2, missing: [] };
  return { kind: 'value', value: number, newestMs: START_MS, windowMs: 60_000, coverage, estimated: false, warnings: [], ...rest };
}

export function value(number: number, rest: Partial<SignalValue> = {}): GivenAnswer {
  return { kind: 'value', answer: signalValue(number, rest) };
}

/** A number for each pod, or the reason why it has none. */
export function list(...given: readonly (number | AbsentReason)[]): GivenAnswer {
  return {
    kind: 'list',
    objects: given.map((_, index) => ({ name: `triton-${index}` })),
    answers: given.map((one) => ({
      answer: typeof one === 'number' ? signalValue(one) : { kind: 'absent', reason: one, detail: 'because' },
    })),
  };
}

export function failure(message: string, rest: Partial<Extract<GivenAnswer, { kind: 'failure' }>> = {}): GivenAnswer {
  return { kind: 'failure', code: 404, reason: 'failed', message, isRefusal: false, ...rest };
}

export interface Recording {
  readonly recorder: FlightRecorder;
  /** Records that it was answered so, so many seconds after the start. */
  tell(seconds: number, given: GivenAnswer, rest?: Partial<Pick<Answered, 'asked' | 'user'>>): void;
  /** All runs, the oldest first: `0-15 ×2 12.5`. */
  shown(): string[];
}

export function recording(memoryBytes = MIB): Recording {
  const recorder = new FlightRecorder({ memoryBytes, startMs: START_MS });
  return {
    recorder,
    tell: (seconds, given, rest = {}) =>
      recorder.record({ atMs: START_MS + seconds * 1000, user: HPA_USER, asked: asked(), given, ...rest }),
    shown: () =>
      recorder
        .find({ limit: 1000 })
        .runs.map(({ firstMs, lastMs, count, said }) => {
          const times = [firstMs, lastMs].map((ms) => (ms - START_MS) / 1000).join('-');
          const what = said.kind === 'failure' ? said.message : said.kind === 'list' ? `Σ ${said.sum}` : String(said.value);
          return `${times} ×${count} ${what}`;
        })
        .reverse(),
  };
}
