// A simulated fleet of Triton pods and DCGM exporters: a seeded, event-driven queueing model that time is moved through.
import { createRouter, scheduleArrivals } from './arrivals.ts';
import { EventQueue } from './event-queue.ts';
import { Exporter } from './exporter.ts';
import { type ModelTruth, TritonPod } from './pod.ts';
import type { Process } from './process.ts';
import { createRandom } from './random.ts';
import type { FleetSpec, ServiceSpec } from './spec.ts';
import type { FleetState, Phase } from './state.ts';
import type { ApiAnswer } from './triton-api.ts';

interface FleetOptions {
  /** A non-negative integer; equal seeds and specifications give equal fleets, whatever the steps of `advanceTo`. */
  readonly seed: number;
  /** When the fleet begins, on the clock of whoever reads it. */
  readonly startMs: number;
}

export interface Endpoint {
  /** `<pod>.<namespace>:<port>`, usable as the host of a URL. */
  readonly id: string;
  readonly source: 'triton' | 'dcgm';
  readonly namespace: string;
  readonly pod: string;
  /** Of the pod, with its `node`. */
  readonly labels: Readonly<Record<string, string>>;
  /** Where the real software listens by default. */
  readonly port: number;
}

export type Reading = { readonly kind: 'body'; readonly text: string } | { readonly kind: 'refused' } | { readonly kind: 'hang' };

export interface Fleet {
  /** Moves time forward; an earlier time than the last changes nothing. */
  advanceTo(atMs: number): void;
  snapshot(): FleetState;
  endpoints(): readonly Endpoint[];
  /** `down` when there is no such endpoint. */
  phase(endpointId: string): Phase;
  /** What the endpoint would say now; `refused` when there is no such endpoint. */
  read(endpointId: string): Reading;
  /** What the HTTP port of a Triton's endpoint would answer now; `refused` for an exporter's. */
  readApi(endpointId: string, path: string): ApiAnswer | Exclude<Reading, { kind: 'body' }>;
  /** One entry per pod and leaf model, as of now. */
  truth(): readonly ModelTruth[];
}

/** Throws an Error when a specification names a model or pod that it does not define. */
export function createFleet(spec: FleetSpec, options: FleetOptions): Fleet {
  const events = new EventQueue();
  const { namespace } = spec;
  const pods = spec.services.flatMap((service) => createService(service, { events, namespace, seed: options.seed }));
  const exporters = spec.exporters.map((exporter) => new Exporter(exporter, { namespace, pods, events }));
  const endpoints = endpointsOf(spec);
  const members = new Map([...pods, ...exporters].map((member) => [member.spec.name, member]));
  const memberAt = new Map(endpoints.map(({ id, pod }) => [id, members.get(pod)]));
  scheduleFaults(spec.faults, { events, members });
  scheduleGpuSamples(spec.gpuSampleMs, { events, pods });
  events.runUntil(0);
  return {
    advanceTo: (atMs) => events.runUntil((atMs - options.startMs) * 1000),
    snapshot: () => ({
      atMs: options.startMs + events.nowUs / 1000,
      tritons: pods.map((pod) => pod.state()),
      exporters: exporters.map((exporter) => exporter.state()),
    }),
    endpoints: () => endpoints,
    phase: (endpointId) => memberAt.get(endpointId)?.process.phase ?? 'down',
    read: (endpointId) => readingOf(memberAt.get(endpointId)),
    readApi: (endpointId, path) => apiAnswerOf(memberAt.get(endpointId), path),
    truth: () => pods.flatMap((pod) => pod.truth()),
  };
}

type Member = TritonPod | Exporter;

function createService(
  service: ServiceSpec,
  context: { readonly events: EventQueue; readonly namespace: string; readonly seed: number },
): readonly TritonPod[] {
  const { events, seed } = context;
  const pods = service.pods.map((pod) => new TritonPod(pod, { ...context, service }));
  for (const { model, load } of service.arrivals) {
    if (!service.models.some(({ name }) => name === model)) {
      throw new Error(`cannot send requests to model "${model}": service "${service.name}" does not have it; name one of its models`);
    }
    const purpose = `${service.name}/${model}`;
    const route = createRouter(pods, { routing: service.routing, random: createRandom(seed, `${purpose}/routing`) });
    scheduleArrivals(load, { events, random: createRandom(seed, `${purpose}/arrivals`), arrive: () => route()?.accept(model) });
  }
  return pods;
}

function scheduleFaults(
  faults: FleetSpec['faults'],
  context: { readonly events: EventQueue; readonly members: ReadonlyMap<string, { readonly process: Process }> },
): void {
  for (const { atMs, pod, kind } of faults) {
    const member = context.members.get(pod);
    if (member === undefined) {
      throw new Error(`cannot ${kind} pod "${pod}": the fleet has none of that name; name one of its pods or exporters`);
    }
    context.events.at(atMs * 1000, () => member.process.apply(kind));
  }
}

function scheduleGpuSamples(everyMs: number, context: { readonly events: EventQueue; readonly pods: readonly TritonPod[] }): void {
  const { events, pods } = context;
  const sample = (): void => {
    for (const pod of pods) pod.sampleGpu(everyMs / 1000);
    events.at(events.nowUs + everyMs * 1000, sample);
  };
  events.at(everyMs * 1000, sample);
}

function readingOf(member: Member | undefined): Reading {
  if (member?.process.phase === 'up') return { kind: 'body', text: member.text() };
  return { kind: member?.process.phase === 'hanging' ? 'hang' : 'refused' };
}

function apiAnswerOf(member: Member | undefined, path: string): ApiAnswer | Exclude<Reading, { kind: 'body' }> {
  if (member instanceof TritonPod && member.process.phase === 'up') return member.api(path);
  return { kind: member?.process.phase === 'hanging' ? 'hang' : 'refused' };
}

function endpointsOf(spec: FleetSpec): readonly Endpoint[] {
  const { namespace } = spec;
  const tritons = spec.services.flatMap(({ pods, labels }) =>
    pods.map(({ name, node }) => endpoint({ source: 'triton', namespace, pod: name, labels: { ...labels, node }, port: 8002 })),
  );
  const exporters = spec.exporters.map(({ name, node, labels }) =>
    endpoint({ source: 'dcgm', namespace, pod: name, labels: { ...labels, node }, port: 9400 }),
  );
  return [...tritons, ...exporters];
}

function endpoint(parts: Omit<Endpoint, 'id'>): Endpoint {
  return { id: `${parts.pod}.${parts.namespace}:${parts.port}`, ...parts };
}
