// The lives of pods, as a kubelet leads them: an address, Running, Ready, a Triton on it, and the end.
import { setTimeout } from 'node:timers/promises';
import { EventQueue } from '../../../../src/fleet/event-queue.ts';
import { createRandom } from '../../../../src/fleet/random.ts';
import type { Clock } from '../../../../src/lib/clock.ts';
import { type Api, ApiRefused } from '../control-plane/api.ts';
import type { Addresses } from './addresses.ts';
import type { Pod, PodFollower } from './pods.ts';
import { type Counts, type Fault, type Load, type PodTruth, TRITON_ANNOTATION, type TritonAnnotation, type Waits } from './protocol.ts';
import { runningStatus } from './statuses.ts';
import { SimulatedTriton } from './triton.ts';
import { Workload } from './workload.ts';

interface Life {
  readonly pod: Pod;
  readonly ip: string;
  readonly workload: Workload;
  readonly triton: SimulatedTriton | undefined;
  readonly ending: AbortController;
  ready: boolean;
}

/** What a terminating pod on a node still gets for its last requests. */
const DRAIN_MS = 1000;
const PATCH_ATTEMPTS = 3;

export interface RunnerOptions {
  readonly api: Api;
  readonly addresses: Addresses;
  readonly clock: Clock;
  readonly warn: (message: string) => void;
  /** Namespaces whose pods are not run. */
  readonly except: readonly string[];
}

export class PodRunner implements PodFollower {
  readonly #options: RunnerOptions;
  readonly #events = new EventQueue();
  readonly #startMs: number;
  readonly #lives = new Map<string, Life>();
  readonly #workloads = new Map<string, Workload>();

  constructor(options: RunnerOptions) {
    this.#options = options;
    this.#startMs = options.clock.nowMs();
  }

  /** Brings simulated time to now. */
  advance(): void {
    this.#events.runUntil((this.#options.clock.nowMs() - this.#startMs) * 1000);
  }

  seen(pod: Pod): void {
    if (this.#options.except.includes(pod.metadata.namespace)) return;
    const life = this.#lives.get(pod.metadata.uid);
    if (life === undefined && pod.metadata.deletionTimestamp === undefined) this.#begin(pod);
    if (life !== undefined && pod.metadata.deletionTimestamp !== undefined) void this.#terminate(life);
  }

  gone(uid: string): void {
    const life = this.#lives.get(uid);
    if (life === undefined) return;
    this.#lives.delete(uid);
    life.ending.abort();
    this.#retire(life);
    void life.triton?.close();
  }

  setLoad(workload: string, load: Load): void {
    this.advance();
    this.#workload(workload).setLoad(load);
  }

  /** Throws when a pod is not there or has no Triton. */
  async setFault({
    namespace,
    pods,
    fault,
  }: {
    readonly namespace: string;
    readonly pods: readonly string[];
    readonly fault: Fault;
  }): Promise<void> {
    this.advance();
    for (const name of pods) {
      const life = [...this.#lives.values()].find(({ pod }) => pod.metadata.namespace === namespace && pod.metadata.name === name);
      if (life?.triton === undefined) throw new Error(`cannot change pod "${namespace}/${name}": it has no Triton`);
      await life.triton.setFault(fault);
      life.workload.membersChanged();
    }
  }

  truth(workload: string): readonly PodTruth[] {
    this.advance();
    return [...this.#workload(workload).members].map((member) => member.truth());
  }

  waits(workload: string): Waits {
    this.advance();
    return { ...this.#workload(workload).waits };
  }

  counts(): Counts {
    const lives = [...this.#lives.values()];
    return {
      pods: lives.length,
      ready: lives.filter(({ ready }) => ready).length,
      listening: lives.filter(({ triton }) => triton?.isRoutable).length,
    };
  }

  /** Names of the pods on a node, for its kubelet. */
  podsOn(node: string): readonly Pod[] {
    return [...this.#lives.values()].filter(({ pod }) => pod.spec.nodeName === node).map(({ pod }) => pod);
  }

  async close(): Promise<void> {
    for (const { ending } of this.#lives.values()) ending.abort();
    await Promise.all([...this.#lives.values()].map(({ triton }) => triton?.close()));
  }

  #begin(pod: Pod): void {
    const { namespace, name, uid, labels, annotations } = pod.metadata;
    const ip = this.#options.addresses.nextPod();
    const annotation = annotations[TRITON_ANNOTATION];
    const model: TritonAnnotation | undefined = annotation === undefined ? undefined : JSON.parse(annotation);
    const context = { events: this.#events, advance: () => this.advance() };
    const triton = model && new SimulatedTriton({ namespace, pod: name, uid, ip, model }, context);
    const workload = this.#workload(`${namespace}/${labels['app'] ?? ''}`);
    const life: Life = { pod, ip, workload, triton, ending: new AbortController(), ready: false };
    this.#lives.set(uid, life);
    void this.#live(life, model?.coldStartMs ?? 0).catch((error: unknown) => this.#options.warn(`pod ${namespace}/${name}: ${error}`));
  }

  async #live(life: Life, coldStartMs: number): Promise<void> {
    const { signal } = life.ending;
    if (coldStartMs > 0) {
      await this.#patch(life, false);
      await setTimeout(coldStartMs, undefined, { signal }).catch(() => undefined);
    }
    if (signal.aborted) return;
    await life.triton?.open();
    // It was deleted while its ports opened.
    if (signal.aborted) return life.triton?.close();
    life.ready = true;
    this.advance();
    if (life.triton !== undefined) life.workload.members.add(life.triton);
    life.workload.membersChanged();
    await this.#patch(life, true);
  }

  async #terminate(life: Life): Promise<void> {
    if (life.ending.signal.aborted) return;
    life.ending.abort();
    this.#retire(life);
    await setTimeout(DRAIN_MS);
    const { namespace, name } = life.pod.metadata;
    const path = `/api/v1/namespaces/${namespace}/pods/${name}`;
    await this.#options.api.request({ method: 'DELETE', path, body: { gracePeriodSeconds: 0 } }).catch(() => undefined);
  }

  /** Nothing new is sent there. */
  #retire(life: Life): void {
    this.advance();
    if (life.triton !== undefined) life.workload.members.delete(life.triton);
    life.workload.membersChanged();
  }

  async #patch(life: Life, ready: boolean): Promise<void> {
    const { namespace, name } = life.pod.metadata;
    const path = `/api/v1/namespaces/${namespace}/pods/${name}/status`;
    for (let attempt = 1; !life.ending.signal.aborted; attempt += 1) {
      try {
        await this.#options.api.ok({ method: 'PATCH', path, body: runningStatus(life.pod, { ip: life.ip, ready }) });
        return;
      } catch (error) {
        // It was deleted meanwhile.
        if (error instanceof ApiRefused && error.status === 404) return;
        if (attempt === PATCH_ATTEMPTS) throw error;
      }
    }
  }

  #workload(name: string): Workload {
    const known = this.#workloads.get(name);
    if (known !== undefined) return known;
    const workload = new Workload({ events: this.#events, random: createRandom(1, name) });
    this.#workloads.set(name, workload);
    return workload;
  }
}
