// The targets that one job finds at one object of a cluster.
import type { Config, ScrapeJob } from '../../config/schema.ts';
import { compileRelabel } from '../../lib/relabel.ts';
import { type Fact, NODE_CPU_CORES } from '../../model/fact.ts';
import { labelsOf, METRIC_NAME } from '../../model/labels.ts';
import type { Target } from '../../model/target.ts';
import { assemble, type Endpoint } from '../assemble.ts';
import { timingOf } from '../static.ts';
import { type MetaLabel, nodeMeta, podMeta } from './meta-labels.ts';
import type { KubeNode, KubePod } from './objects.ts';
import { type Found, type Role, roleOf } from './roles.ts';

export interface FoundTargets {
  readonly targets: readonly Target[];
  /** In words: endpoints that rules left unusable, or gave what they cannot have. */
  readonly problems: readonly string[];
}

export const NOTHING_FOUND: FoundTargets = { targets: [], problems: [] };

/** What an endpoint has from its object. */
type FromObject = Pick<Endpoint, 'identity' | 'labels' | 'facts'>;

export class JobTargets {
  readonly #job: ScrapeJob;
  readonly #roles: readonly Role[];
  readonly #common: Pick<Endpoint, 'job' | 'timing' | 'relabel' | 'apiPort'>;

  /** Throws a LabelSelectorError. */
  constructor(job: ScrapeJob, defaults: Config['scrape']) {
    this.#job = job;
    this.#roles = job.kubernetes_sd_configs.map((role) => roleOf(role, job));
    this.#common = { job, timing: timingOf(job, defaults), relabel: compileRelabel(job.relabel_configs), apiPort: job.triton_api.port };
  }

  ofPod(pod: KubePod): FoundTargets {
    const found = this.#roles.flatMap((role) => role.ofPod(pod));
    // A pod that takes the name and address of another is another: its counters begin anew.
    return this.#assembled(found, (one) => ({ identity: pod.uid, labels: this.#podLabels(pod, one) }));
  }

  ofNode(node: KubeNode): FoundTargets {
    const found = this.#roles.flatMap((role) => role.ofNode(node));
    return this.#assembled(found, () => ({ identity: node.uid, labels: this.#nodeLabels(node), ...factsOf(node) }));
  }

  /** Two roles that find one endpoint have found one target. */
  #assembled(found: readonly Found[], fromObject: (one: Found) => FromObject): FoundTargets {
    if (found.length === 0) return NOTHING_FOUND;
    const targets = new Map<string, Target>();
    const problems: string[] = [];
    for (const one of found) {
      const { host, port, scheme, metricsPath } = one;
      const address = `${host.includes(':') ? `[${host}]` : host}:${port}`;
      const assembled = assemble({ ...this.#common, address, scheme, metricsPath, ...fromObject(one) });
      if (assembled.kind === 'dropped') continue;
      if (assembled.problem !== undefined) problems.push(assembled.problem);
      if (assembled.kind === 'target' && !targets.has(assembled.target.id)) targets.set(assembled.target.id, assembled.target);
    }
    return { targets: [...targets.values()], problems };
  }

  /**
   * A Triton speaks of its own pod. An exporter's or a kubelet's lines name the pods that they speak of: with labels of the same names
   * on the target those would be pushed to `exported_<name>`.
   */
  #podLabels(pod: KubePod, found: Found): Endpoint['labels'] {
    const { source } = this.#job;
    const labels = new Map([['node', pod.node ?? '']]);
    if (source !== 'dcgm' && source !== 'kubelet') {
      labels.set('namespace', pod.namespace).set('pod', pod.name);
      labels.set('container', found.container ?? '');
    }
    return this.#withMeta(labels, () => podMeta(pod, found));
  }

  /** As in Prometheus a node's name is the instance. */
  #nodeLabels(node: KubeNode): Endpoint['labels'] {
    const labels = new Map([
      ['node', node.name],
      ['instance', node.name],
    ]);
    return this.#withMeta(labels, () => nodeMeta(node));
  }

  /** Only rules see those, and most jobs have none. */
  #withMeta(labels: Map<string, string>, meta: () => readonly MetaLabel[]): Endpoint['labels'] {
    if (this.#job.relabel_configs.length > 0) for (const [name, value] of meta()) labels.set(name, value);
    return labels;
  }
}

function factsOf({ cpuCores }: KubeNode): Pick<Endpoint, 'facts'> {
  return cpuCores === undefined
    ? {}
    : { facts: [{ labels: labelsOf({ [METRIC_NAME]: NODE_CPU_CORES }), value: cpuCores }] satisfies Fact[] };
}
