// A cluster with Plimsoll installed in it, as each test file has its own.
import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { freePorts } from '../../ports.ts';
import { type ControlPlane, type ControlPlaneSpec, startControlPlane } from '../control-plane/control-plane.ts';
import { type Kubelets, startKubelets } from '../kubelet/kubelets.ts';
import { currentRun } from '../run-folder.ts';
import { type Installation, install, NAMESPACE, type Place } from './install.ts';
import { type Plimsoll, startPlimsoll } from './plimsoll.ts';

/** Everything but Plimsoll's process. */
export interface Cluster extends AsyncDisposable {
  readonly controlPlane: ControlPlane;
  readonly kubelets: Kubelets;
  readonly installation: Installation;
}

export interface Rig extends Cluster {
  readonly plimsoll: Plimsoll;
}

export interface ClusterSpec extends Pick<ControlPlaneSpec, 'syncPeriodSeconds' | 'featureGates'> {
  /** Of the folder of its logs. */
  readonly name: string;
  readonly nodes?: number;
}

export interface RigSpec extends ClusterSpec {
  /** Laid over Plimsoll's shipped configuration. */
  readonly settings?: object;
}

/** Settles when everything runs; Plimsoll may not be ready yet. */
export async function startRig({ settings = {}, ...spec }: RigSpec): Promise<Rig> {
  await using starting = new AsyncDisposableStack();
  const { controlPlane, kubelets, installation } = starting.use(await startCluster(spec));
  const plimsoll = await startPlimsoll({ controlPlane, installation, settings });
  const resources = starting.move();
  return { controlPlane, kubelets, installation, plimsoll, [Symbol.asyncDispose]: () => resources.disposeAsync() };
}

/** Settles when the control plane and the kubelets run, and the manifests are installed. */
export async function startCluster(spec: ClusterSpec): Promise<Cluster> {
  const [port = 0] = await freePorts(1);
  return await startClusterWith(spec, { kind: 'loopback', port });
}

/**
 * The same with pods of Plimsoll to which the Service leads, by its EndpointSlices. It needs a network of its own, and somebody who runs those
 * pods.
 */
export async function startClusterForPods(spec: Omit<ClusterSpec, 'nodes'>, { replicas }: { readonly replicas: 1 | 2 }): Promise<Cluster> {
  return await startClusterWith({ ...spec, nodes: 1 }, { kind: 'pods', replicas, node: 'node-0' });
}

async function startClusterWith({ name, nodes = 0, ...spec }: ClusterSpec, place: Place): Promise<Cluster> {
  const { programs, folder } = currentRun();
  const logs = join(folder, name);
  await using starting = new AsyncDisposableStack();
  // What is large or secret is of no use afterwards.
  starting.defer(() => removeData(logs));
  const routing = place.kind === 'pods' ? 'endpoints' : 'names';
  const controlPlane = starting.use(await startControlPlane({ ...spec, programs, folder: logs, routing }));
  const except = place.kind === 'pods' ? [NAMESPACE] : [];
  const kubelets = starting.use(await startKubelets(controlPlane, { nodes, except }));
  const installation = await install(controlPlane, place);
  const resources = starting.move();
  return { controlPlane, kubelets, installation, [Symbol.asyncDispose]: () => resources.disposeAsync() };
}

async function removeData(folder: string): Promise<void> {
  const kept = (await readdir(folder)).filter((name) => !/\.(?:log|yaml)$/.test(name));
  for (const name of kept) await rm(join(folder, name), { recursive: true, force: true });
}
