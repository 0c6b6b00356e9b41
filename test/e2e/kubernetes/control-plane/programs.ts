// The programs of a control plane: from KUBEBUILDER_ASSETS, else from the cache, else built there once.
import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { cacheFolder } from '../../cache.ts';
import { BuildFailed, buildProgram, goVersion, type Recipe } from './build.ts';

/** What the recipes build. Newer ones need another Go or are refused by some mirrors of the module proxy. */
const ETCD_VERSION = 'v3.6.16';
const NEWEST_KUBERNETES = 'v1.36.3';

/** PLIMSOLL_KUBERNETES, or the newest; undefined for what is no version: `v1.30.14`. */
function kubernetesVersion(env: NodeJS.ProcessEnv): string | undefined {
  const wanted = env['PLIMSOLL_KUBERNETES'] || NEWEST_KUBERNETES;
  return /^v1\.\d+\.\d+$/.test(wanted) ? wanted : undefined;
}

const PROGRAMS = ['etcd', 'kube-apiserver', 'kube-controller-manager', 'kubectl'] as const;
type ProgramName = (typeof PROGRAMS)[number];

/** Paths of the programs by name. */
export type Programs = Readonly<Record<ProgramName, string>>;

export type ProgramsResult =
  | { readonly kind: 'ready'; readonly programs: Programs; readonly origin: string }
  /** The machine lacks something; `why` says what, and how to get it. */
  | { readonly kind: 'missing'; readonly why: string }
  /** A registry did not give what a build needs, which is no fault of what is tested. */
  | { readonly kind: 'refused'; readonly why: string };

export interface Finding {
  readonly env: NodeJS.ProcessEnv;
  readonly progress: (line: string) => void;
}

/** A build takes about nine minutes on two cores and 4 GB of disk. Rejects when one fails for another reason than a registry. */
export async function findPrograms({ env, progress }: Finding): Promise<ProgramsResult> {
  const assets = env['KUBEBUILDER_ASSETS'];
  if (assets !== undefined && assets !== '') return fromAssets(assets);
  const version = kubernetesVersion(env);
  if (version === undefined) {
    return {
      kind: 'missing',
      why: `PLIMSOLL_KUBERNETES is "${env['PLIMSOLL_KUBERNETES']}", which is no release; set it to one such as v1.30.14`,
    };
  }
  const root = join(cacheFolder(env), 'control-plane');
  const folder = join(root, `kubernetes-${version}-etcd-${ETCD_VERSION}`);
  const programs = programsIn(folder);
  const wanted = await absentOf(programs);
  if (wanted.length > 0) {
    if (goVersion(env) === undefined) return { kind: 'missing', why: missingGo(folder) };
    progress(`building ${wanted.join(', ')} into ${folder} (once; about nine minutes on two cores, 4 GB of disk)`);
    try {
      for (const name of wanted) await buildProgram({ program: programs[name], root, recipe: recipeOf(name, version), env, progress });
    } catch (error) {
      if (error instanceof BuildFailed && error.refused) return { kind: 'refused', why: error.message };
      throw error;
    }
  }
  return { kind: 'ready', programs, origin: folder };
}

async function fromAssets(folder: string): Promise<ProgramsResult> {
  const programs = programsIn(folder);
  const absent = await absentOf(programs);
  if (absent.length === 0) return { kind: 'ready', programs, origin: `KUBEBUILDER_ASSETS (${folder})` };
  const why = `KUBEBUILDER_ASSETS is "${folder}", which has no ${absent.join(', no ')}; put them there, or unset it to have all of them built by Go`;
  return { kind: 'missing', why };
}

function programsIn(folder: string): Programs {
  return {
    etcd: join(folder, 'etcd'),
    'kube-apiserver': join(folder, 'kube-apiserver'),
    'kube-controller-manager': join(folder, 'kube-controller-manager'),
    kubectl: join(folder, 'kubectl'),
  };
}

async function absentOf(programs: Programs): Promise<readonly ProgramName[]> {
  const present = await Promise.all(
    PROGRAMS.map((name) =>
      access(programs[name]).then(
        () => true,
        () => false,
      ),
    ),
  );
  return PROGRAMS.filter((_, index) => !present[index]);
}

function recipeOf(name: ProgramName, kubernetes: string): Recipe {
  if (name === 'etcd')
    return { module: 'go.etcd.io/etcd/server/v3', version: ETCD_VERSION, package: '', staging: undefined, linkFlags: [] };
  const [major = '', minor = '', patch = ''] = kubernetes.slice(1).split('.');
  const stamp = 'k8s.io/component-base/version';
  return {
    module: 'k8s.io/kubernetes',
    version: kubernetes,
    package: `/cmd/${name}`,
    // The modules of its staging folder are published under v0 with the same minor version.
    staging: `v0.${minor}.${patch}`,
    linkFlags: [`-X ${stamp}.gitVersion=${kubernetes}`, `-X ${stamp}.gitMajor=${major}`, `-X ${stamp}.gitMinor=${minor}`],
  };
}

function missingGo(folder: string): string {
  return [
    `no control plane: there is no Go on this machine to build one, and no binaries are in ${folder}.`,
    `Install Go 1.26 or newer (https://go.dev/dl/), or put ${PROGRAMS.join(', ')} into a folder and name it in KUBEBUILDER_ASSETS`,
    '(https://dl.k8s.io has the Kubernetes programs, https://github.com/etcd-io/etcd/releases has etcd).',
  ].join('\n');
}
