// Prometheus, promtool and prometheus-adapter: from the cache, else built there once from the Go module proxy.
import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { cacheFolder } from '../cache.ts';
import { BuildFailed, buildProgram, goVersion, type Recipe } from '../kubernetes/control-plane/build.ts';

/** v0.315.0 of the module is Prometheus 3.15. Newer ones need modules that some mirrors of the proxy refuse. */
const VERSION = 'v0.315.0';
/** The last release there is. */
const ADAPTER_VERSION = 'v0.12.0';

const PROGRAMS = ['prometheus', 'promtool'] as const;

/** Paths of the programs by name. */
export type PrometheusPrograms = Readonly<Record<(typeof PROGRAMS)[number], string>>;

interface Skipped {
  readonly kind: 'skipped';
  readonly why: string;
}

export type PrometheusResult =
  | { readonly kind: 'ready'; readonly programs: PrometheusPrograms }
  /** No Go, or a registry did not give what a build needs: no fault of what is tested. */
  | Skipped;

/** `adapter` is the path of its program. */
export type AdapterResult = { readonly kind: 'ready'; readonly adapter: string } | Skipped;

export interface Finding {
  readonly env: NodeJS.ProcessEnv;
  readonly progress: (line: string) => void;
}

/** A build takes about six minutes on two cores and 2 GB of disk. Rejects when one fails for another reason than a registry. */
export async function findPrometheus({ env, progress }: Finding): Promise<PrometheusResult> {
  const folder = join(rootOf(env), VERSION);
  const programs = { prometheus: join(folder, 'prometheus'), promtool: join(folder, 'promtool') };
  for (const name of PROGRAMS) {
    const why = await ensure({ program: programs[name], recipe: recipeOf(name), cost: 'both take about six minutes', env, progress });
    if (why !== undefined) return { kind: 'skipped', why };
  }
  return { kind: 'ready', programs };
}

/** The same of prometheus-adapter: about five minutes and 1.5 GB. */
export async function findPrometheusAdapter({ env, progress }: Finding): Promise<AdapterResult> {
  const adapter = join(rootOf(env), `adapter-${ADAPTER_VERSION}`, 'prometheus-adapter');
  const why = await ensure({ program: adapter, recipe: ADAPTER_RECIPE, cost: 'about five minutes', env, progress });
  return why === undefined ? { kind: 'ready', adapter } : { kind: 'skipped', why };
}

interface Ensuring extends Finding {
  readonly program: string;
  readonly recipe: Recipe;
  readonly cost: string;
}

/** Why the program cannot be had; undefined when it is there. */
async function ensure({ program, recipe, cost, env, progress }: Ensuring): Promise<string | undefined> {
  if (await isThere(program)) return undefined;
  if (goVersion(env) === undefined) {
    return `there is no Go on this machine to build ${recipe.module}, and no ${program}; install Go 1.26 or newer`;
  }
  progress(`building ${program} (once; ${cost} on two cores, 2 GB of disk)`);
  try {
    await buildProgram({ program, root: rootOf(env), recipe, env, progress });
    return undefined;
  } catch (error) {
    if (error instanceof BuildFailed && error.refused) return error.message;
    throw error;
  }
}

/** All share Go's caches, so what several need is downloaded and compiled once. */
function rootOf(env: NodeJS.ProcessEnv): string {
  return join(cacheFolder(env), 'prometheus');
}

function recipeOf(name: (typeof PROGRAMS)[number]): Recipe {
  return {
    module: 'github.com/prometheus/prometheus',
    version: VERSION,
    package: `/cmd/${name}`,
    staging: undefined,
    linkFlags: [],
    // Without the clients of clouds, which are most of the build; the static and file discovery stay.
    tags: ['remove_all_sd'],
  };
}

const ADAPTER_RECIPE: Recipe = {
  module: 'sigs.k8s.io/prometheus-adapter',
  version: ADAPTER_VERSION,
  package: '/cmd/adapter',
  staging: undefined,
  linkFlags: [],
};

function isThere(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
