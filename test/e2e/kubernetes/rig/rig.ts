// A cluster with Plimsoll installed in it, as each test file has its own.
import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { freePorts } from '../../ports.ts';
import { type ControlPlane, startControlPlane } from '../control-plane/control-plane.ts';
import { type Kubelets, startKubelets } from '../kubelet/kubelets.ts';
import { currentRun } from '../run-folder.ts';
import { type Installation, install } from './install.ts';
import { type Plimsoll, startPlimsoll } from './plimsoll.ts';

export interface Rig extends AsyncDisposable {
  readonly controlPlane: ControlPlane;
  readonly kubelets: Kubelets;
  readonly installation: Installation;
  readonly plimsoll: Plimsoll;
}

export interface RigSpec {
  /** Of the folder of its logs. */
  readonly name: string;
  readonly nodes?: number;
  readonly syncPeriodSeconds?: number;
  /** Laid over Plimsoll's shipped configuration. */
  readonly settings?: object;
  readonly nodeFlags?: readonly string[];
}

/** Settles when everything runs; Plimsoll may not be ready yet. */
export async function startRig({ name, nodes = 0, syncPeriodSeconds = 15, settings, nodeFlags }: RigSpec): Promise<Rig> {
  const { programs, folder } = currentRun();
  const logs = join(folder, name);
  await using starting = new AsyncDisposableStack();
  // What is large or secret is of no use afterwards.
  starting.defer(() => removeData(logs));
  const controlPlane = starting.use(await startControlPlane({ programs, folder: logs, syncPeriodSeconds }));
  const kubelets = starting.use(await startKubelets(controlPlane, { nodes }));
  const [port = 0] = await freePorts(1);
  const installation = await install(controlPlane, port);
  const plimsoll = await startPlimsoll({
    controlPlane,
    installation,
    ...(settings === undefined ? {} : { settings }),
    ...(nodeFlags === undefined ? {} : { nodeFlags }),
  });
  const resources = starting.move();
  return { controlPlane, kubelets, installation, plimsoll, [Symbol.asyncDispose]: () => resources.disposeAsync() };
}

async function removeData(folder: string): Promise<void> {
  const kept = (await readdir(folder)).filter((name) => !/\.(?:log|yaml)$/.test(name));
  for (const name of kept) await rm(join(folder, name), { recursive: true, force: true });
}
