// Which servers' own APIs cannot be told apart.
import type { Target } from '../model/target.ts';

/**
 * Servers on one host have an API each: an address that several would ask is the port of one of them at most, and nobody can tell whose, so
 * none of them is asked there. A target without its API is the same one each time.
 */
export class SharedApis {
  readonly #without = new WeakMap<Target, Target>();

  /** The same list where nothing is shared. */
  leaveOut(targets: readonly Target[]): readonly Target[] {
    const shared = sharedAmong(targets);
    if (shared.size === 0) return targets;
    return targets.map((target) => (target.apiUrl !== undefined && shared.has(target.apiUrl) ? this.#withoutApi(target) : target));
  }

  #withoutApi(target: Target): Target {
    const known = this.#without.get(target);
    if (known !== undefined) return known;
    const { apiUrl: _shared, ...without } = target;
    this.#without.set(target, without);
    return without;
  }
}

function sharedAmong(targets: readonly Target[]): ReadonlySet<string> {
  const urls = new Map<string, string>();
  const shared = new Set<string>();
  for (const { apiUrl, url } of targets) {
    if (apiUrl === undefined) continue;
    const known = urls.get(apiUrl);
    if (known === undefined) urls.set(apiUrl, url);
    else if (known !== url) shared.add(apiUrl);
  }
  return shared;
}
