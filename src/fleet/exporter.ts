// A DCGM exporter: one process that tells of every GPU on its node.
import { dcgmText } from './dcgm-text.ts';
import type { EventQueue } from './event-queue.ts';
import type { TritonPod } from './pod.ts';
import { Process } from './process.ts';
import type { ExporterSpec } from './spec.ts';
import type { ExporterState } from './state.ts';

export class Exporter {
  readonly spec: ExporterSpec;
  readonly process: Process;
  readonly #namespace: string;
  readonly #pods: readonly TritonPod[];

  constructor(
    spec: ExporterSpec,
    context: { readonly namespace: string; readonly pods: readonly TritonPod[]; readonly events: EventQueue },
  ) {
    this.spec = spec;
    this.#namespace = context.namespace;
    this.#pods = context.pods.filter((pod) => pod.spec.node === spec.node);
    this.process = new Process(context.events, { coldStartMs: 0, onStart: () => {}, onEnd: () => {} });
    this.process.startAt(0);
  }

  state(): ExporterState {
    const { name, node, driverVersion } = this.spec;
    const namespace = this.#namespace;
    const gpus = this.#pods.map(({ spec, gpu }) => ({ spec: spec.gpu, gpu, namespace, pod: spec.name, podUid: spec.uid }));
    return { namespace, pod: name, phase: this.process.phase, node, driverVersion, gpus };
  }

  text(): string {
    return dcgmText(this.state());
  }
}
