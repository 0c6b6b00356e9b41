// Names of metrics that a target said, and what the last text says of their types.
import type { MetricType } from '../model/line.ts';

export interface Family {
  readonly name: string;
  /** Number of the scan that last met its HELP, its TYPE or a sample of this very name. */
  seenAt: number;
  /** What the first TYPE line of scan number `typedAt` said. */
  type: MetricType;
  typedAt: number;
}

/** Rows of a histogram or summary carry the family's name with one of these. */
const SUFFIXES: ReadonlyMap<string, readonly MetricType[]> = new Map([
  ['_bucket', ['histogram']],
  ['_sum', ['histogram', 'summary']],
  ['_count', ['histogram', 'summary']],
]);

export class Families {
  #byName = new Map<string, Family>();

  named(name: string): Family {
    const known = this.#byName.get(name);
    if (known !== undefined) return known;
    const family: Family = { name, seenAt: 0, type: 'unknown', typedAt: 0 };
    this.#byName.set(name, family);
    return family;
  }

  /** All names, in the order in which they were first asked for. */
  names(): Iterable<string> {
    return this.#byName.keys();
  }

  /** The family that the text of scan number `scan` puts a name into: its own, or the histogram or summary it is a row of. */
  familyOf(family: Family, scan: number): Family {
    if (family.typedAt === scan) return family;
    for (const [suffix, types] of SUFFIXES) {
      if (!family.name.endsWith(suffix)) continue;
      const base = this.#byName.get(family.name.slice(0, -suffix.length));
      if (base?.typedAt === scan && types.includes(base.type)) return base;
    }
    return family;
  }

  /** The type that the text of scan number `scan` gives a name. */
  typeOf(family: Family, scan: number): MetricType {
    const owner = this.familyOf(family, scan);
    return owner.typedAt === scan ? owner.type : 'unknown';
  }

  /** Names of the families that the text of scan number `scan` speaks of, by a comment or a sample. */
  declaredIn(scan: number): ReadonlySet<string> {
    const names = new Set<string>();
    for (const family of this.#byName.values()) {
      if (family.seenAt === scan) names.add(this.familyOf(family, scan).name);
    }
    return names;
  }

  /** Forgets all others. */
  keepOnly(families: Iterable<Family>): void {
    this.#byName = new Map();
    for (const family of families) this.#byName.set(family.name, family);
  }
}
