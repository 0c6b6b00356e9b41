// A small cluster and signals with given answers, for the tests of the metrics API.
import { type ApiReply, type ApiRequest, createReplies } from '../../src/metrics-api/handler.ts';
import type { OwnerKind } from '../../src/metrics-api/resources.ts';
import type { MetricsApiServices } from '../../src/metrics-api/services.ts';
import type { Inventory, ObjectRef } from '../../src/model/inventory.ts';
import { selects } from '../../src/model/label-selector.ts';
import { labelsOf } from '../../src/model/labels.ts';
import { silentLog } from '../../src/model/log.ts';
import { nullMeter } from '../../src/model/meter.ts';
import type { Pod } from '../../src/model/pod.ts';
import type { Absent, AbsentReason, SignalAnswer, SignalInfo, Signals, SignalValue } from '../../src/model/signal.ts';

/** 2026-08-22T10:00:00.750Z */
const NEWEST_MS = Date.UTC(2026, 7, 22, 10, 0, 0, 750);

export function known(value: number, windowMs?: number): SignalValue {
  const coverage = { expected: 1, contributing: 1, missing: [] };
  return { kind: 'value', value, newestMs: NEWEST_MS, ...(windowMs && { windowMs }), coverage, estimated: false, warnings: [] };
}

export function absent(reason: AbsentReason, detail: string): Absent {
  return { kind: 'absent', reason, detail };
}

const INFOS: readonly SignalInfo[] = [
  { name: 'triton_inflight_requests', unit: 'requests', help: 'Waiting and executing.', labels: ['model', 'version'] },
  { name: 'triton_queue_latency_seconds', unit: 'seconds', help: 'Wait.', labels: ['model', 'version'] },
  { name: 'GPU_Power', unit: 'watts', help: 'Power, with an upper-case name.', labels: [] },
];

const PODS: readonly Pod[] = ['triton-0', 'triton-1', 'triton-2'].map((name) => ({
  namespace: 'demo',
  name,
  labels: labelsOf({ app: 'triton', ordinal: name.slice(-1) }),
  node: 'node-a',
  ready: true,
}));

const OBJECTS: readonly ObjectRef[] = [
  { group: 'apps', resource: 'deployments', namespace: 'demo', name: 'triton' },
  { group: '', resource: 'services', namespace: 'demo', name: 'triton' },
  { group: 'batch', resource: 'jobs', namespace: 'demo', name: 'night' },
  { group: 'serving.kserve.io', resource: 'inferenceservices', namespace: 'demo', name: 'bert.v2' },
  { group: '', resource: 'namespaces', name: 'demo' },
  { group: '', resource: 'nodes', name: 'node-a' },
];

/** Owners of the configuration. */
export const OWNERS: readonly OwnerKind[] = [
  { group: 'serving.kserve.io', version: 'v1beta1', resource: 'inferenceservices', kind: 'InferenceService' },
];

function sameKind(one: Omit<ObjectRef, 'name'>, other: Omit<ObjectRef, 'name'>): boolean {
  return one.group === other.group && one.resource === other.resource && one.namespace === other.namespace;
}

const inventory: Inventory = {
  podsOf(object) {
    if (object.resource === 'pods') {
      const pod = PODS.find(({ namespace, name }) => namespace === object.namespace && name === object.name);
      return pod && [pod];
    }
    return OBJECTS.some((candidate) => sameKind(candidate, object) && candidate.name === object.name) ? PODS : undefined;
  },
  podsIn: (namespace, selector) => PODS.filter((pod) => pod.namespace === namespace && selects(selector, pod.labels)),
  allPods: () => PODS,
  objects(kind) {
    if (kind.resource === 'pods' && kind.namespace === 'demo') return PODS.map(({ name }) => ({ ...kind, name }));
    return OBJECTS.filter((candidate) => sameKind(candidate, kind));
  },
};

/** Answers by the pod's name; an object's and an external question's are 12.5 over a minute unless given. */
export interface Answers {
  readonly pods?: Readonly<Record<string, SignalAnswer>>;
  readonly object?: SignalAnswer;
  readonly external?: SignalAnswer;
  readonly error?: Error;
}

/** Signals that note what they were asked in `asked`. */
function signalsWith(answers: Answers, asked: unknown[] = []): Signals {
  const note = (question: object): void => {
    asked.push({ ...question, abortSignal: undefined });
    if (answers.error !== undefined) throw answers.error;
  };
  return {
    list: () => INFOS,
    async ofPods(question) {
      note(question);
      return question.pods.map((pod) => ({ pod, answer: answers.pods?.[pod.name] ?? known(1.5, 60_000) }));
    },
    async ofObject(question) {
      note(question);
      return answers.object ?? known(12.5, 60_000);
    },
    async ofExternal(question) {
      note(question);
      return answers.external ?? known(12.5, 60_000);
    },
  };
}

export function servicesWith(answers: Answers = {}, asked: unknown[] = []): MetricsApiServices {
  return {
    signals: signalsWith(answers, asked),
    inventory: () => inventory,
    owners: OWNERS,
    clock: { nowMs: () => NEWEST_MS, sleep: async () => {} },
    meter: nullMeter,
    log: silentLog,
    version: '1.2.3',
  };
}

export interface Asked {
  readonly services?: Partial<MetricsApiServices>;
  readonly answers?: Answers;
  /** Filled with the questions that reached the signals. */
  readonly asked?: unknown[];
  readonly request?: Partial<ApiRequest>;
}

/** The reply to a GET, its body as text. */
export async function ask(
  target: string,
  { services, answers, asked, request }: Asked = {},
): Promise<ApiReply & { readonly body: string }> {
  const abortSignal = new AbortController().signal;
  const replies = createReplies({ ...servicesWith(answers, asked), ...services });
  const reply = await replies({ method: 'GET', target, hasBody: false, abortSignal, ...request });
  return { ...reply, body: Buffer.from(reply.body).toString() };
}
