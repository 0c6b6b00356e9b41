// The real tritonserver on loopback, with its models in a temporary folder.
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { startChild } from './child.ts';
import type { TritonInstall } from './install.ts';
import { writeModels } from './models.ts';
import { freePorts } from './ports.ts';
import { cleanUp, type Stub, stubsOf } from './stubs.ts';
import { until } from './wait.ts';

export interface TritonServer extends AsyncDisposable {
  /** Where inference requests go. */
  readonly url: string;
  /** `host:port` of the exposition. */
  readonly metricsAddress: string;
  /** As a node that fails: SIGKILL, no farewell. */
  kill(): Promise<void>;
}

// It takes 2 s with two models on an idle machine, and 1 s a poll to end.
const READY_MS = 60_000;
const EXIT_SECONDS = 5;

/** Settles when the server is ready with its models loaded. Rejects with the end of its log when it is not in time. */
export async function startTriton(install: TritonInstall): Promise<TritonServer> {
  const folder = await mkdtemp(join(tmpdir(), 'plimsoll-triton-'));
  await writeModels(folder);
  const [http = 0, grpc = 0, metrics = 0] = await freePorts(3);
  const child = startChild(
    join(install.home, 'bin', 'tritonserver'),
    flags({ install, folder, http, grpc, metrics }),
    environment(install),
  );
  let stubs: readonly Stub[] = [];
  const dispose = async (): Promise<void> => {
    await child.stop((EXIT_SECONDS + 5) * 1000);
    await cleanUp(folder, stubs);
  };
  const url = `http://127.0.0.1:${http}`;
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
    stubs = await stubsOf(folder);
  } catch (error) {
    await dispose();
    throw error;
  }
  return {
    url,
    metricsAddress: `127.0.0.1:${metrics}`,
    kill: async () => void (await child.kill()),
    [Symbol.asyncDispose]: dispose,
  };
}

interface Place {
  readonly install: TritonInstall;
  readonly folder: string;
  readonly http: number;
  readonly grpc: number;
  readonly metrics: number;
}

/** All three addresses are given, for the defaults are open to the network. */
function flags({ install, folder, http, grpc, metrics }: Place): readonly string[] {
  return [
    `--model-repository=${folder}`,
    `--backend-directory=${join(install.home, 'backends')}`,
    `--cache-directory=${join(install.home, 'caches')}`,
    '--http-address=127.0.0.1',
    `--http-port=${http}`,
    '--grpc-address=127.0.0.1',
    `--grpc-port=${grpc}`,
    '--metrics-address=127.0.0.1',
    `--metrics-port=${metrics}`,
    '--metrics-interval-ms=500',
    `--exit-timeout-secs=${EXIT_SECONDS}`,
  ];
}

/** Python models find numpy through the `python` of PATH (PYTHONPATH says nothing to them) and libpython through the linker's path. */
function environment({ pythonBin, libpython }: TritonInstall): NodeJS.ProcessEnv {
  const path = [pythonBin, process.env['PATH'] ?? ''].join(delimiter);
  return { ...process.env, PATH: path, LD_LIBRARY_PATH: libpython };
}

async function isReady(url: string): Promise<boolean> {
  return fetch(`${url}/v2/health/ready`).then(
    (response) => response.ok,
    () => false,
  );
}
