// What was asked for last, within a bound.

export interface RecentOptions<Value> {
  /** Most weight of all values together. */
  readonly limit: number;
  /** Of one value, in the same unit; the same whenever it is asked. */
  readonly weigh: (value: Value) => number;
}

/** Values by name; those not asked for the longest go when the others weigh more than the limit. */
export class Recent<Value> {
  readonly #options: RecentOptions<Value>;
  /** The least recently used first. */
  readonly #values = new Map<string, Value>();
  #weight = 0;

  constructor(options: RecentOptions<Value>) {
    this.#options = options;
  }

  get(name: string): Value | undefined {
    const value = this.#values.get(name);
    if (value === undefined) return undefined;
    this.#values.delete(name);
    this.#values.set(name, value);
    return value;
  }

  set(name: string, value: Value): void {
    this.#drop(name);
    this.#values.set(name, value);
    this.#weight += this.#options.weigh(value);
    for (const oldest of this.#values.keys()) {
      if (this.#weight <= this.#options.limit) return;
      this.#drop(oldest);
    }
  }

  /** Drops the least recently used values for as long as they are `old`. */
  dropOldest(old: (value: Value) => boolean): void {
    for (const [name, value] of this.#values) {
      if (!old(value)) return;
      this.#drop(name);
    }
  }

  /** Another one with the same values, which goes its own way from here. */
  copy(): Recent<Value> {
    const copy = new Recent<Value>(this.#options);
    for (const [name, value] of this.#values) copy.#values.set(name, value);
    copy.#weight = this.#weight;
    return copy;
  }

  #drop(name: string): void {
    const value = this.#values.get(name);
    if (value === undefined) return;
    this.#values.delete(name);
    this.#weight -= this.#options.weigh(value);
  }
}
