// The real DCGM exporter, built once from the Go module proxy, on the libdcgm that Triton's package brings.
import { access, mkdtemp, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { cacheFolder } from '../cache.ts';
import { startChild } from '../child.ts';
import { BuildFailed, buildProgram, goVersion } from '../kubernetes/control-plane/build.ts';
import { freePorts } from '../ports.ts';
import type { TritonInstall } from '../triton/install.ts';
import { until } from '../wait.ts';

/** Release 3.3.8-3.6.0: releases have no version that Go knows, only a commit. It works with the libdcgm 3.2.6 of Triton 24.10. */
const MODULE = 'github.com/NVIDIA/dcgm-exporter';
const VERSION = 'v0.0.0-20240919185234-402a10fd8bb4';
const RELEASE = '3.3.8-3.6.0';
/** Go's checksum database does not know the module. */
const SUMS = [
  `${MODULE} ${VERSION} h1:FV6Z3oJWtAE91AMOLjPcHkkyr50TAP4fqHw+xAdBkpc=`,
  `${MODULE} ${VERSION}/go.mod h1:jfmlyAz/58J62IXH5NjGC8zoWid0bj9yiWVnTfO2T0Q=`,
];

/** What it is asked for: every field that has a canonical series. */
const FIELDS = [
  ...['SM_CLOCK', 'MEM_CLOCK', 'MEMORY_TEMP', 'GPU_TEMP', 'POWER_USAGE', 'POWER_MGMT_LIMIT', 'TOTAL_ENERGY_CONSUMPTION'],
  ...['GPU_UTIL', 'MEM_COPY_UTIL', 'ENC_UTIL', 'DEC_UTIL', 'FB_TOTAL', 'FB_FREE', 'FB_USED', 'FB_RESERVED', 'XID_ERRORS'],
].map((field) => `DCGM_FI_DEV_${field}`);
const PROFILING_FIELDS = ['GR_ENGINE_ACTIVE', 'SM_ACTIVE', 'SM_OCCUPANCY', 'PIPE_TENSOR_ACTIVE', 'DRAM_ACTIVE'].map(
  (field) => `DCGM_FI_PROF_${field}`,
);
const COLLECT_MS = 1000;
const READY_MS = 20_000;

export interface Exporter extends AsyncDisposable {
  readonly port: number;
}

/** The program, or why there is none. */
export async function exporterProgram(
  env: NodeJS.ProcessEnv,
  progress: (text: string) => void,
): Promise<{ path: string } | { why: string }> {
  const root = join(cacheFolder(env), 'dcgm-exporter');
  const path = join(root, RELEASE, 'dcgm-exporter');
  if (await exists(path)) return { path };
  if (goVersion(env) === undefined) return { why: 'Go is not on this machine, which builds the DCGM exporter' };
  progress(`building the DCGM exporter ${RELEASE} into ${root} (once, three minutes)\n`);
  try {
    const recipe = {
      module: MODULE,
      version: VERSION,
      package: '/cmd/dcgm-exporter',
      staging: undefined,
      linkFlags: [],
      sums: SUMS,
      cgo: true,
    };
    await buildProgram({ program: path, root, recipe, env, progress: (line) => progress(`${line}\n`) });
  } catch (error) {
    if (error instanceof BuildFailed) return { why: error.message };
    throw error;
  }
  return { path };
}

/** Settles when it says something of a GPU. */
export async function startExporter(program: string, { home }: TritonInstall): Promise<Exporter> {
  const folder = await mkdtemp(join(tmpdir(), 'plimsoll-dcgm-'));
  const [port = 0] = await freePorts(1);
  await linkDcgm(folder, home);
  const counters = join(folder, 'counters.csv');
  await writeFile(counters, [...FIELDS, ...PROFILING_FIELDS].map((field) => `${field}, gauge, as DCGM says it\n`).join(''));
  const child = startChild(program, ['-f', counters, '-a', `127.0.0.1:${port}`, '-c', String(COLLECT_MS)], {
    ...process.env,
    LD_LIBRARY_PATH: [folder, process.env['LD_LIBRARY_PATH'] ?? ''].join(delimiter),
  });
  const dispose = async (): Promise<void> => {
    await child.stop(5000);
    await rm(folder, { recursive: true });
  };
  try {
    await until({
      ask: async () => {
        if (child.exit() !== undefined) throw new Error(`the DCGM exporter ended:\n${child.output()}`);
        return (await expositionOf(port)).includes('\nDCGM_FI_') || undefined;
      },
      withinMs: READY_MS,
      everyMs: 200,
      failure: () => `the DCGM exporter says nothing after ${READY_MS} ms:\n${child.output()}`,
    });
  } catch (error) {
    await dispose();
    throw error;
  }
  return { port, [Symbol.asyncDispose]: dispose };
}

/** The exporter opens the library by its plain name; the package has it under a name of its own, two folders up from the server's. */
async function linkDcgm(folder: string, home: string): Promise<void> {
  const libraries = join(home, '../../nvidia_pytriton.libs');
  const library = (await readdir(libraries)).find((name) => name.startsWith('libdcgm-')) ?? '';
  await symlink(join(libraries, library), join(folder, 'libdcgm.so'));
  await symlink(join(libraries, library), join(folder, 'libdcgm.so.3'));
}

function expositionOf(port: number): Promise<string> {
  return fetch(`http://127.0.0.1:${port}/metrics`).then(
    (response) => response.text(),
    () => '',
  );
}

function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
