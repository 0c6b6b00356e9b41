// The targets of a cluster, found anew with each snapshot: those that did not change are the same ones.
import { isDeepStrictEqual } from 'node:util';
import type { Config } from '../../config/schema.ts';
import { unlessSame } from '../../lib/same-list.ts';
import type { Target } from '../../model/target.ts';
import { SharedApis } from '../shared-apis.ts';
import { type FoundTargets, JobTargets, NOTHING_FOUND } from './job-targets.ts';
import type { ClusterSnapshot, KubeNode, KubePod } from './objects.ts';

/** Finds targets as one configuration says; for another one make another. Throws a LabelSelectorError. */
export class TargetFinder {
  readonly #jobs: readonly JobTargets[];
  readonly #ofObject = new WeakMap<KubePod | KubeNode, FoundTargets>();
  readonly #sharedApis = new SharedApis();
  /** Of the last look, each with the API that it alone would ask. */
  #assembled: readonly Target[] = [];
  #last = NOTHING_FOUND;

  constructor(config: Pick<Config, 'scrape' | 'scrape_configs'>) {
    const jobs = config.scrape_configs.filter((job) => job.kubernetes_sd_configs.length > 0);
    this.#jobs = jobs.map((job) => new JobTargets(job, config.scrape));
  }

  /** In the order of the snapshot, pods first; the same lists when they hold the same. */
  find({ pods, nodes }: Pick<ClusterSnapshot, 'pods' | 'nodes'>): FoundTargets {
    const look = new Look(this.#assembled);
    for (const pod of pods)
      look.take(
        this.#ofObject.get(pod) ??
          this.#remember(
            pod,
            look.at(this.#jobs, (job) => job.ofPod(pod)),
          ),
      );
    for (const node of nodes)
      look.take(
        this.#ofObject.get(node) ??
          this.#remember(
            node,
            look.at(this.#jobs, (job) => job.ofNode(node)),
          ),
      );
    const assembled = unlessSame(this.#assembled, look.targets);
    const isSame = assembled === this.#assembled;
    this.#assembled = assembled;
    this.#last = {
      targets: isSame ? this.#last.targets : this.#sharedApis.leaveOut(assembled),
      problems: unlessSame(this.#last.problems, look.problems),
    };
    return this.#last;
  }

  #remember(object: KubePod | KubeNode, found: FoundTargets): FoundTargets {
    this.#ofObject.set(object, found);
    return found;
  }
}

/** One look at all objects, of which most are as they were at the last one. */
class Look {
  readonly targets: Target[] = [];
  readonly problems: string[] = [];
  readonly #before: readonly Target[];
  #beforeById: ReadonlyMap<string, Target> | undefined;

  constructor(before: readonly Target[]) {
    this.#before = before;
  }

  take(found: FoundTargets): void {
    if (found === NOTHING_FOUND) return;
    this.targets.push(...found.targets);
    this.problems.push(...found.problems);
  }

  /** What all jobs find at an object. */
  at(jobs: readonly JobTargets[], find: (job: JobTargets) => FoundTargets): FoundTargets {
    const all = jobs.map(find).filter((found) => found !== NOTHING_FOUND);
    if (all.length === 0) return NOTHING_FOUND;
    const targets = all.flatMap((found) => found.targets).map((target) => this.#sameOr(target));
    return { targets, problems: all.flatMap((found) => found.problems) };
  }

  /** Much of an object can change without its targets: its readiness does. */
  #sameOr(target: Target): Target {
    this.#beforeById ??= new Map(this.#before.map((one) => [one.id, one]));
    const before = this.#beforeById.get(target.id);
    return before !== undefined && isDeepStrictEqual(before, target) ? before : target;
  }
}
