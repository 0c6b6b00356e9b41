// Prometheus and promtool: from the cache, else built there once from the Go module proxy.
import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { cacheFolder } from '../cache.ts';
import { BuildFailed, buildProgram, goVersion, type Recipe } from '../kubernetes/control-plane/build.ts';

/** v0.315.0 of the module is Prometheus 3.15. Newer ones need modules that some mirrors of the proxy refuse. */
const VERSION = 'v0.315.0';

const PROGRAMS = ['prometheus', 'promtool'] as const;

/** Paths of the programs by name. */
export type PrometheusPrograms = Readonly<Record<(typeof PROGRAMS)[number], string>>;

export type PrometheusResult =
  | { readonly kind: 'ready'; readonly programs: PrometheusPrograms }
  /** No Go, or a registry did not give what a build needs: no fault of what is tested. */
  | { readonly kind: 'skipped'; readonly why: string };

export interface Finding {
  readonly env: NodeJS.ProcessEnv;
  readonly progress: (line: string) => void;
}

/** A build takes about six minutes on two cores and 2 GB of disk. Rejects when one fails for another reason than a registry. */
export async function findPrometheus({ env, progress }: Finding): Promise<PrometheusResult> {
  const root = join(cacheFolder(env), 'prometheus');
  const folder = join(root, VERSION);
  const programs = { prometheus: join(folder, 'prometheus'), promtool: join(folder, 'promtool') };
  for (const name of PROGRAMS) {
    if (await isThere(programs[name])) continue;
    if (goVersion(env) === undefined) {
      return {
        kind: 'skipped',
        why: `there is no Go on this machine to build ${name}, and none is in ${folder}; install Go 1.26 or newer`,
      };
    }
    progress(`building ${name} into ${folder} (once; both take about six minutes on two cores, 2 GB of disk)`);
    try {
      await buildProgram({ program: programs[name], root, recipe: recipeOf(name), env, progress });
    } catch (error) {
      if (error instanceof BuildFailed && error.refused) return { kind: 'skipped', why: error.message };
      throw error;
    }
  }
  return { kind: 'ready', programs };
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

function isThere(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
