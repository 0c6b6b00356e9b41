// The targets of a cluster, found anew with each snapshot: those of an object that did not change are the same ones.
import type { Config, ScrapeJob } from '../../config/schema.ts';
import { compileRelabel } from '../../lib/relabel.ts';
import { type Fact, NODE_CPU_CORES } from '../../model/fact.ts';
import { labelsOf, METRIC_NAME } from '../../model/labels.ts';
import type { Target } from '../../model/target.ts';
import { assemble, type Endpoint, withoutSharedApis } from '../assemble.ts';
import { timingOf } from '../static.ts';
import { nodeMeta, podMeta } from './meta-labels.ts';
import type { ClusterSnapshot, KubeNode, KubePod } from './objects.ts';
import { type Found, type Role, roleOf } from './roles.ts';

export interface FoundTargets {
  readonly targets: readonly Target[];
  /** Endpoints that rules left without an address, a scheme or a timing, in words. */
  readonly problems: readonly string[];
}

/** Of one object. */
interface Kept extends FoundTargets {
  readonly targets: Target[];
  readonly problems: string[];
}

/** Finds targets as one configuration says; for another one make another. Throws a LabelSelectorError. */
export class TargetFinder {
  readonly #finders: readonly JobFinder[];
  #last: FoundTargets = { targets: [], problems: [] };

  constructor(config: Pick<Config, 'scrape' | 'scrape_configs'>) {
    const jobs = config.scrape_configs.filter((job) => job.kubernetes_sd_configs.length > 0);
    this.#finders = jobs.map((job) => new JobFinder(job, config.scrape));
  }

  /** In the order of jobs and of the snapshot; the same lists when they hold the same. */
  find(snapshot: Pick<ClusterSnapshot, 'pods' | 'nodes'>): FoundTargets {
    const targets: Target[] = [];
    const problems: string[] = [];
    for (const finder of this.#finders) {
      for (const pod of snapshot.pods) collect(finder.ofPod(pod), { targets, problems });
      for (const node of snapshot.nodes) collect(finder.ofNode(node), { targets, problems });
    }
    const isSame = targets.length === this.#last.targets.length && targets.every((target, at) => target === this.#last.targets[at]);
    this.#last = { targets: isSame ? this.#last.targets : targets, problems };
    return this.#last;
  }
}

function collect(kept: FoundTargets, into: Kept): void {
  into.targets.push(...kept.targets);
  into.problems.push(...kept.problems);
}

const NOTHING: FoundTargets = { targets: [], problems: [] };

interface Findings {
  readonly found: readonly Found[];
  readonly labelsOf: (found: Found) => Endpoint['labels'];
  readonly facts?: readonly Fact[] | undefined;
}

class JobFinder {
  readonly #job: ScrapeJob;
  readonly #roles: readonly Role[];
  readonly #common: Pick<Endpoint, 'job' | 'timing' | 'relabel' | 'apiPort'>;
  readonly #seesMeta: boolean;
  readonly #known = new WeakMap<KubePod | KubeNode, FoundTargets>();

  constructor(job: ScrapeJob, defaults: Config['scrape']) {
    this.#job = job;
    this.#roles = job.kubernetes_sd_configs.map((role) => roleOf(role, job));
    const relabel = compileRelabel(job.relabel_configs);
    this.#common = { job, timing: timingOf(job, defaults), relabel, apiPort: job.triton_api.port };
    this.#seesMeta = job.relabel_configs.length > 0;
  }

  ofPod(pod: KubePod): FoundTargets {
    return this.#remembered(pod, () =>
      this.#assembled(pod, { found: this.#roles.flatMap((role) => role.ofPod(pod)), labelsOf: (found) => this.#podLabels(pod, found) }),
    );
  }

  ofNode(node: KubeNode): FoundTargets {
    const labelsOf = (): Endpoint['labels'] => new Map([['node', node.name], ...(this.#seesMeta ? nodeMeta(node) : [])]);
    const found = (): readonly Found[] => this.#roles.flatMap((role) => role.ofNode(node));
    return this.#remembered(node, () => this.#assembled(node, { found: found(), labelsOf, facts: factsOf(node) }));
  }

  #remembered<One extends KubePod | KubeNode>(object: One, find: () => FoundTargets): FoundTargets {
    const known = this.#known.get(object) ?? find();
    this.#known.set(object, known);
    return known;
  }

  /** Two roles that find one endpoint have found one target. */
  #assembled(object: KubePod | KubeNode, { found, labelsOf, facts }: Findings): FoundTargets {
    if (found.length === 0) return NOTHING;
    const targets = new Map<string, Target>();
    const problems: string[] = [];
    for (const one of found) {
      const address = `${one.host.includes(':') ? `[${one.host}]` : one.host}:${one.port}`;
      const { scheme, metricsPath } = one;
      // A pod that takes the name and address of another is another: its counters begin anew.
      const assembled = assemble({
        ...this.#common,
        address,
        scheme,
        metricsPath,
        labels: labelsOf(one),
        identity: object.uid,
        ...(facts && { facts }),
      });
      if (assembled.kind === 'wrong') problems.push(assembled.message);
      if (assembled.kind === 'target' && !targets.has(assembled.target.id)) targets.set(assembled.target.id, assembled.target);
    }
    return { targets: withoutSharedApis([...targets.values()]), problems };
  }

  /**
   * A Triton speaks of its own pod. An exporter's or a kubelet's lines name the pods that they speak of: with labels of the same names
   * on the target those would be pushed to `exported_<name>`.
   */
  #podLabels({ namespace, name, node = '', ...pod }: KubePod, found: Found): Endpoint['labels'] {
    const { source } = this.#job;
    const own: [string, string][] =
      source === 'dcgm' || source === 'kubelet'
        ? []
        : [
            ['namespace', namespace],
            ['pod', name],
            ['container', found.container ?? ''],
          ];
    const meta = this.#seesMeta ? podMeta({ namespace, name, node, ...pod }, found) : [];
    return new Map([...own, ['node', node], ...meta]);
  }
}

function factsOf({ cpuCores }: KubeNode): readonly Fact[] | undefined {
  return cpuCores === undefined ? undefined : [{ labels: labelsOf({ [METRIC_NAME]: NODE_CPU_CORES }), value: cpuCores }];
}
