// Plimsoll's pods as a kubelet would run them: a process on the pod's address, probed, started again when it dies, and ended with grace.
import { setTimeout } from 'node:timers/promises';
import { until } from '../../wait.ts';
import { type Api, ApiRefused, createApi } from '../control-plane/api.ts';
import { followPods, type Pod, type PodFollower } from '../kubelet/pods.ts';
import { runningStatus } from '../kubelet/statuses.ts';
import { podAddress } from '../network.ts';
import { NAMESPACE } from './install.ts';
import { type Plimsoll, startPlimsoll } from './plimsoll.ts';
import type { Cluster } from './rig.ts';

export interface PlimsollPod {
  readonly name: string;
  readonly ip: string;
  /** Its process now. */
  readonly plimsoll: Plimsoll;
  readonly ready: boolean;
}

export interface PlimsollPods extends AsyncDisposable {
  /** Those that have a process. */
  all(): readonly PlimsollPod[];
  /** Settles when exactly so many have one, all Ready. */
  ready(count: number, withinMs: number): Promise<readonly PlimsollPod[]>;
}

export interface PlimsollPodsSpec {
  readonly cluster: Cluster;
  /** Laid over the shipped configuration. */
  readonly settings: object;
  /** `periodSeconds` of the readiness probe, here in milliseconds. */
  readonly probeEveryMs: number;
}

interface Life {
  pod: Pod;
  readonly ip: string;
  plimsoll: Plimsoll | undefined;
  ready: boolean;
  readonly ending: AbortController;
}

/** `terminationGracePeriodSeconds` of the manifests. */
const GRACE_MS = 30_000;
const PATCH_ATTEMPTS = 3;

export function runPlimsollPods(spec: PlimsollPodsSpec): PlimsollPods {
  const { server, caPem, admin } = spec.cluster.controlPlane;
  const api = createApi(server, { caPem, credentials: admin });
  const runner = new Runner(spec, api);
  const stopping = new AbortController();
  const following = followPods(api, runner, stopping.signal);
  return {
    all: () => runner.all(),
    ready: async (count, withinMs) => {
      await until({
        ask: async () => (runner.all().length === count && runner.all().every(({ ready }) => ready)) || undefined,
        withinMs,
        everyMs: 50,
        failure: () =>
          `not ${count} pods of Plimsoll are ready: ${JSON.stringify(runner.all().map(({ name, ready }) => ({ name, ready })))}`,
      });
      return runner.all();
    },
    [Symbol.asyncDispose]: async () => {
      stopping.abort();
      await following;
      await runner.close();
      await api[Symbol.asyncDispose]();
    },
  };
}

class Runner implements PodFollower {
  readonly #spec: PlimsollPodsSpec;
  readonly #api: Api;
  readonly #lives = new Map<string, Life>();
  readonly #working = new Set<Promise<void>>();
  #addresses = 0;

  constructor(spec: PlimsollPodsSpec, api: Api) {
    this.#spec = spec;
    this.#api = api;
  }

  all(): readonly PlimsollPod[] {
    return [...this.#lives.values()].flatMap(({ pod, ip, plimsoll, ready }) =>
      plimsoll === undefined ? [] : [{ name: pod.metadata.name, ip, plimsoll, ready }],
    );
  }

  seen(pod: Pod): void {
    if (pod.metadata.namespace !== NAMESPACE) return;
    const life = this.#lives.get(pod.metadata.uid);
    const isEnding = pod.metadata.deletionTimestamp !== undefined;
    if (life === undefined && !isEnding) this.#begin(pod);
    if (life !== undefined && isEnding && !life.ending.signal.aborted) this.#work(this.#end(life));
  }

  gone(uid: string): void {
    const life = this.#lives.get(uid);
    if (life !== undefined && !life.ending.signal.aborted) this.#work(this.#end(life));
  }

  async close(): Promise<void> {
    for (const life of this.#lives.values()) life.ending.abort();
    await Promise.all(this.#working);
    await Promise.all([...this.#lives.values()].map(({ plimsoll }) => plimsoll?.daemon.stop()));
  }

  #work(work: Promise<void>): void {
    const done = work.catch((error: unknown) => void process.stderr.write(`${String(error)}\n`)).finally(() => this.#working.delete(done));
    this.#working.add(done);
  }

  #begin(pod: Pod): void {
    this.#addresses += 1;
    const life: Life = {
      pod,
      ip: podAddress(this.#spec.cluster.kubelets.block, this.#addresses),
      plimsoll: undefined,
      ready: false,
      ending: new AbortController(),
    };
    this.#lives.set(pod.metadata.uid, life);
    this.#work(this.#live(life));
  }

  async #live(life: Life): Promise<void> {
    const { cluster, settings, probeEveryMs } = this.#spec;
    const { signal } = life.ending;
    await this.#tell(life, false);
    while (!signal.aborted) {
      const pod = { name: life.pod.metadata.name, ip: life.ip };
      const plimsoll = await startPlimsoll({ ...cluster, settings, pod });
      life.plimsoll = plimsoll;
      // The end of a container is noticed at once, its readiness at the next probe.
      while (!signal.aborted && plimsoll.daemon.ended() === undefined) {
        const isReady = (await plimsoll.health('/readyz')) === 200;
        if (!signal.aborted && isReady !== life.ready) await this.#tell(life, isReady);
        await pauseUntil(() => signal.aborted || plimsoll.daemon.ended() !== undefined, probeEveryMs);
      }
      if (!signal.aborted) await this.#tell(life, false);
    }
  }

  async #end(life: Life): Promise<void> {
    life.ending.abort();
    const { namespace, name } = life.pod.metadata;
    await life.plimsoll?.daemon.stop(GRACE_MS);
    this.#lives.delete(life.pod.metadata.uid);
    const path = `/api/v1/namespaces/${namespace}/pods/${name}`;
    await this.#api.request({ method: 'DELETE', path, body: { gracePeriodSeconds: 0 } });
  }

  async #tell(life: Life, ready: boolean): Promise<void> {
    life.ready = ready;
    const { namespace, name } = life.pod.metadata;
    const path = `/api/v1/namespaces/${namespace}/pods/${name}/status`;
    for (let attempt = 1; ; attempt += 1) {
      try {
        await this.#api.ok({ method: 'PATCH', path, body: runningStatus(life.pod, { ip: life.ip, ready }) });
        return;
      } catch (error) {
        if (error instanceof ApiRefused && error.status === 404) return;
        if (attempt === PATCH_ATTEMPTS) throw error;
      }
    }
  }
}

const LOOK_MS = 20;

async function pauseUntil(isOver: () => boolean, mostMs: number): Promise<void> {
  const endMs = performance.now() + mostMs;
  while (!isOver() && performance.now() < endMs) await setTimeout(LOOK_MS);
}
