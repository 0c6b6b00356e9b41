// A cluster with Plimsoll's pods behind its Service, for the tests of one file; it needs a network of its own.
import { afterAll, beforeAll } from 'vitest';
import { type PlimsollPods, runPlimsollPods } from './plimsoll-pods.ts';
import { type Cluster, startClusterForPods } from './rig.ts';

export interface PodRig extends Cluster {
  readonly pods: PlimsollPods;
}

export interface PodRigSpec {
  /** Of the folder of its logs. */
  readonly name: string;
  readonly replicas: 1 | 2;
  readonly syncPeriodSeconds: number;
  /** Laid over Plimsoll's shipped configuration. */
  readonly settings: object;
  readonly probeEveryMs: number;
}

/** The tests of the file share it; `prepare` runs once, when the cluster runs and Plimsoll's pods are being started. */
export function usePodRig(spec: PodRigSpec, prepare: (rig: PodRig) => Promise<void>): () => PodRig {
  let rig: PodRig | undefined;
  beforeAll(async () => {
    await using starting = new AsyncDisposableStack();
    const { name, replicas, syncPeriodSeconds, settings, probeEveryMs } = spec;
    const cluster = starting.use(await startClusterForPods({ name, syncPeriodSeconds }, { replicas }));
    const pods = starting.use(runPlimsollPods({ cluster, settings, probeEveryMs }));
    const { controlPlane, kubelets, installation } = cluster;
    const started = { controlPlane, kubelets, installation, pods };
    await prepare({ ...started, [Symbol.asyncDispose]: async () => {} });
    const resources = starting.move();
    rig = { ...started, [Symbol.asyncDispose]: () => resources.disposeAsync() };
  });
  afterAll(async () => {
    await rig?.[Symbol.asyncDispose]();
  });
  return () => {
    if (rig === undefined) throw new Error('the rig did not start');
    return rig;
  };
}
