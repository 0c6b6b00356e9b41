// Which Tritons run on a Jetson: one whose tegrastats is read too.
import type { Target } from '../../model/target.ts';

export class Jetsons {
  readonly #targets: () => readonly Target[];
  #known: { readonly targets: readonly Target[]; readonly jetsons: readonly Target[] } | undefined;

  constructor(targets: () => readonly Target[]) {
    this.#targets = targets;
  }

  /** By the label `node` where both have it, by the machine's name, or because both are this machine. */
  has(target: Target): boolean {
    return this.#jetsons().some((jetson) => isSameMachine(jetson, target));
  }

  /** Asked for every target of a large fleet: the list is the same one until targets come or go. */
  #jetsons(): readonly Target[] {
    const targets = this.#targets();
    if (this.#known?.targets !== targets) this.#known = { targets, jetsons: targets.filter(({ source }) => source === 'tegrastats') };
    return this.#known.jetsons;
  }
}

const LOOPBACK = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])$/;

function isSameMachine(jetson: Target, target: Target): boolean {
  const [one, other] = [jetson.labels.get('node'), target.labels.get('node')];
  if (one !== undefined && other !== undefined) return one === other;
  const host = URL.parse(target.url)?.hostname ?? '';
  return LOOPBACK.test(host) || jetson.url === `tegrastats:${host}`;
}
