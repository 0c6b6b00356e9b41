// What must be remembered of one DCGM exporter between scrapes: units its values have shown, and last error codes.
import type { Warning } from '../../model/fact.ts';
import { createCodeCounter } from './code-changes.ts';
import { createShareReader, type ShareReader } from './share.ts';

export class DcgmMemory {
  readonly #shares = new Map<string, ShareReader>();
  readonly #codes = new Map<string, (code: number) => number>();
  /** The exporter counts its XID errors itself, so that changes of the last code would count them again. */
  countsXids = false;
  /** Something said shows DCGM 4.7 or later, whose ratios are ratios. */
  isDcgm47 = false;

  /** From the raw values of a family to ratios. */
  shareOf(family: string, named: 'percent' | 'ratio'): (value: number) => number {
    const reader = this.#shares.get(family) ?? createShareReader({ named, isDcgm47: () => this.isDcgm47 });
    this.#shares.set(family, reader);
    return reader.read;
  }

  /** From the last error's code to a count, per series: the line changes with the code, which it has in a label too. */
  errorsOf(series: string): (code: number) => number {
    const counter = this.#codes.get(series) ?? createCodeCounter();
    this.#codes.set(series, counter);
    return (code) => (this.countsXids ? Number.NaN : counter(code));
  }

  warnings(): readonly Warning[] {
    return [...this.#shares].flatMap(([family, { verdict }]) => (verdict === 'as-named' ? [] : [WARNINGS[verdict](family)]));
  }
}

const WARNINGS: Readonly<Record<'lies' | 'unclear', (family: string) => Warning>> = {
  lies: (family) => ({
    code: 'unit-disproved',
    message: `${family} says percents under a name that promises a ratio (exporter 4.8 with a counter file of its own): divided by 100`,
  }),
  unclear: (family) => ({
    code: 'unit-unclear',
    message: `${family} says values that do not fit the unit of its name: left out; say what they are under aliases, with scale 1 for ratios or 0.01 for percents`,
  }),
};
