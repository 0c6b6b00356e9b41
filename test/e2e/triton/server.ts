// The real tritonserver on loopback, with its models in a temporary folder.
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { startChild } from '../child.ts';
import { freePorts } from '../ports.ts';
import { until } from '../wait.ts';
import { loadModel } from './grpc.ts';
import type { TritonInstall } from './install.ts';
import { type Model, writeModels } from './models.ts';
import { cleanUp, type Stub, stubsOf } from './stubs.ts';

export interface TritonServer extends AsyncDisposable {
  readonly url: string;
  readonly ports: Ports;
  /** What the exposition says now, as sent. */
  exposition(): Promise<string>;
  /** Loads it, or loads it anew as it is given now; settles when it is ready. */
  load(model: Model): Promise<void>;
  /** Settles when the server has understood; what is queued is still answered. */
  unload(model: Model): Promise<void>;
  /** As a node that fails: SIGKILL, no farewell. */
  kill(): Promise<void>;
  /** As a pod that ends: SIGTERM; settles when it has ended. Rejects when it had to be killed. */
  terminate(): Promise<void>;
}

export interface Setup {
  readonly models: readonly Model[];
  /** Beyond those that every server here has. */
  readonly flags?: readonly string[];
  /** Free ones unless said. */
  readonly ports?: Ports;
}

export interface Ports {
  readonly http: number;
  readonly grpc: number;
  readonly metrics: number;
}

// It takes 2 s with two models on an idle machine, a second more with each pair of instances, and 1 s a poll to end.
const READY_MS = 60_000;
const EXIT_SECONDS = 5;

/** Settles when the server is ready with its models loaded. Rejects with the end of its log when it is not in time. */
export async function startTriton(install: TritonInstall, setup: Setup): Promise<TritonServer> {
  const folder = await mkdtemp(join(tmpdir(), 'plimsoll-triton-'));
  await writeModels(folder, setup.models);
  const ports = setup.ports ?? (await threePorts());
  const child = startChild(
    join(install.home, 'bin', 'tritonserver'),
    [...flags({ install, folder, ports }), ...(setup.flags ?? [])],
    environment(install),
  );
  let stubs: readonly Stub[] = [];
  const keepStubs = async (): Promise<void> => {
    stubs = [...stubs, ...(await stubsOf(folder))];
  };
  const dispose = async (): Promise<void> => {
    await child.stop((EXIT_SECONDS + 5) * 1000);
    await cleanUp(folder, stubs);
  };
  const url = `http://127.0.0.1:${ports.http}`;
  try {
    await until({
      ask: async () => {
        if (child.exit() !== undefined) throw new Error(`tritonserver ended:\n${child.output()}`);
        return (await isReady(url)) || undefined;
      },
      withinMs: READY_MS,
      everyMs: 200,
      failure: () => `tritonserver is not ready after ${READY_MS} ms:\n${child.output()}`,
    });
    await keepStubs();
  } catch (error) {
    await dispose();
    throw error;
  }
  return {
    url,
    ports,
    exposition: async () => (await fetch(`http://127.0.0.1:${ports.metrics}/metrics`)).text(),
    load: async (model) => {
      await writeModels(folder, [model]);
      await loadModel(`127.0.0.1:${ports.grpc}`, model.name);
      await keepStubs();
    },
    unload: (model) => post(`${url}/v2/repository/models/${model.name}/unload`),
    kill: async () => void (await child.kill()),
    terminate: async () => {
      const { signal } = await child.stop((EXIT_SECONDS + 5) * 1000);
      if (signal === 'SIGKILL') throw new Error(`tritonserver did not end by itself:\n${child.output()}`);
    },
    [Symbol.asyncDispose]: dispose,
  };
}

interface Place {
  readonly install: TritonInstall;
  readonly folder: string;
  readonly ports: Ports;
}

async function threePorts(): Promise<Ports> {
  const [http = 0, grpc = 0, metrics = 0] = await freePorts(3);
  return { http, grpc, metrics };
}

/** All three addresses are given, for the defaults are open to the network. */
function flags({ install, folder, ports }: Place): readonly string[] {
  return [
    `--model-repository=${folder}`,
    `--backend-directory=${join(install.home, 'backends')}`,
    `--cache-directory=${join(install.home, 'caches')}`,
    '--http-address=127.0.0.1',
    `--http-port=${ports.http}`,
    '--grpc-address=127.0.0.1',
    `--grpc-port=${ports.grpc}`,
    '--metrics-address=127.0.0.1',
    `--metrics-port=${ports.metrics}`,
    '--metrics-interval-ms=500',
    `--exit-timeout-secs=${EXIT_SECONDS}`,
  ];
}

/** Python models find numpy through the `python` of PATH (PYTHONPATH says nothing to them) and libpython through the linker's path. */
function environment({ pythonBin, libpython }: TritonInstall): NodeJS.ProcessEnv {
  const path = [pythonBin, process.env['PATH'] ?? ''].join(delimiter);
  // Where there is a GPU its driver's libraries may be found through it too.
  const libraries = [libpython, process.env['LD_LIBRARY_PATH'] ?? ''].filter((folder) => folder !== '').join(delimiter);
  return { ...process.env, PATH: path, LD_LIBRARY_PATH: libraries };
}

async function post(url: string): Promise<void> {
  const response = await fetch(url, { method: 'POST' });
  if (!response.ok) throw new Error(`${url}: ${response.status} ${await response.text()}`);
}

async function isReady(url: string): Promise<boolean> {
  return fetch(`${url}/v2/health/ready`).then(
    (response) => response.ok,
    () => false,
  );
}
