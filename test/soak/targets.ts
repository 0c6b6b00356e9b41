// Which pods the configuration names at a time: some leave and others come at each change, and who comes back is another pod.
import type { ServedPod } from './fleet-process.ts';
import { NAMESPACE } from './fleet-spec.ts';

export class ChangingTargets {
  readonly #all: readonly ServedPod[];
  readonly #wanted: number;
  readonly #lives = new Map<string, number>();
  #first = 0;

  constructor(all: readonly ServedPod[], wanted: number) {
    this.#all = all;
    this.#wanted = wanted;
  }

  /** So many others, then all that are there now. */
  change(count: number): readonly object[] {
    for (let at = 0; at < count; at += 1) {
      const comes = this.#at(this.#first + this.#wanted + at).pod;
      this.#lives.set(comes, (this.#lives.get(comes) ?? 0) + 1);
    }
    this.#first = (this.#first + count) % this.#all.length;
    return Array.from({ length: this.#wanted }, (_, at) => this.#target(this.#at(this.#first + at)));
  }

  #at(index: number): ServedPod {
    const pod = this.#all[index % this.#all.length];
    if (pod === undefined) throw new Error('BUG: no pods');
    return pod;
  }

  #target({ pod, service, port, apiPort }: ServedPod): object {
    const labels = { namespace: NAMESPACE, pod: `${pod}-${this.#lives.get(pod) ?? 0}`, service, deployment: service };
    return { targets: [`127.0.0.1:${port}`], labels, triton_api_port: apiPort };
  }
}
