// Custom resource definitions of others, as they publish them: from their Go modules, fetched once into the cache.
import { execFile } from 'node:child_process';
import { readdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import * as z from 'zod';
import { cacheFolder } from '../cache.ts';

interface CrdSource {
  readonly module: string;
  readonly version: string;
  /** Of the files, below the module. */
  readonly folder: string;
  /** Those of them that are wanted. */
  readonly files: readonly string[];
}

/** The first release with GRPCRoute as `v1` is 1.1. */
const GATEWAY_API: CrdSource = {
  module: 'sigs.k8s.io/gateway-api',
  version: 'v1.2.1',
  folder: 'config/crd/standard',
  files: ['gateway.networking.k8s.io_gateways.yaml', 'gateway.networking.k8s.io_grpcroutes.yaml'],
};

const METALLB: CrdSource = {
  module: 'go.universe.tf/metallb',
  version: 'v0.14.9',
  folder: 'config/crd/bases',
  files: ['metallb.io_ipaddresspools.yaml', 'metallb.io_l2advertisements.yaml'],
};

const SOURCES: Readonly<Record<string, CrdSource>> = { 'gateway.networking.k8s.io': GATEWAY_API, 'metallb.io': METALLB };

export const crdsSchema = z.record(
  z.string(),
  z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('ready'), files: z.array(z.string()) }),
    /** No Go, or the module proxy did not give it. */
    z.object({ kind: z.literal('skipped'), why: z.string() }),
  ]),
);

/** Files of definitions by group of the API, or why they cannot be had. */
export type Crds = z.infer<typeof crdsSchema>;

const DOWNLOAD_MS = 180_000;

/** A download is a few megabytes, and needs the network that test files may not have. Rejects when a module lacks what it is known to have. */
export async function findCrds(env: NodeJS.ProcessEnv): Promise<Crds> {
  const found: Crds = {};
  for (const [group, source] of Object.entries(SOURCES)) found[group] = await findIn(source, env);
  return found;
}

async function findIn({ module, version, folder, files }: CrdSource, env: NodeJS.ProcessEnv): Promise<Crds[string]> {
  const goEnv = { ...env, GOMODCACHE: join(cacheFolder(env), 'control-plane', 'modules'), GOFLAGS: '-mod=mod -modcacherw', GOWORK: 'off' };
  let said: string;
  try {
    const options = { cwd: tmpdir(), env: goEnv, timeout: DOWNLOAD_MS };
    said = (await promisify(execFile)('go', ['mod', 'download', '-json', `${module}@${version}`], options)).stdout;
  } catch (error) {
    const why = error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error);
    return { kind: 'skipped', why: `${module} ${version} cannot be had: ${why}` };
  }
  const { Dir: sources } = z.object({ Dir: z.string() }).parse(JSON.parse(said));
  const there = await readdir(join(sources, folder));
  const absent = files.filter((file) => !there.includes(file));
  if (absent.length > 0) throw new Error(`${module} ${version} has no ${absent.join(', no ')} in ${folder}`);
  return { kind: 'ready', files: files.map((file) => join(sources, folder, file)) };
}
