// What must be remembered of one DCGM exporter between scrapes: units its values have shown, and last error codes.
import type { Warning } from '../../model/fact.ts';
import { createCodeCounter } from './code-changes.ts';
import { createShareReader, type ShareEvidence, type ShareReader } from './share.ts';

export class DcgmMemory {
  readonly #shares = new Map<string, ShareReader>();
  readonly #codes = new Map<string, (code: number) => number>();
  /** The exporter counts its XID errors itself, so that changes of the last code would count them again. */
  countsXids = false;
  /** Of the units of shares, over all families. */
  readonly evidence: ShareEvidence = { isDcgm47: false, hasWholes: false, hasFractions: false };

  /** From the raw values of a family to ratios. */
  shareOf(family: string, named: 'percent' | 'ratio'): (value: number) => number {
    const reader = this.#shares.get(family) ?? createShareReader({ named, evidence: this.evidence });
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

const WARNINGS: Readonly<Record<'lies' | 'unclear' | 'open', (family: string) => Warning>> = {
  lies: (family) => ({
    code: 'unit-disproved',
    message: `${family} says percents under a name that promises a ratio (exporter 4.8 with a counter file of its own): divided by 100`,
  }),
  open: (family) => ({
    code: 'unit-unknown',
    message: `${family} says 1, which is all of the time, or 1 % where exporter 4.8 has a counter file of its own: left out until another value shows which`,
  }),
  unclear: (family) => ({
    code: 'unit-unclear',
    message: `${family} says values that do not fit the unit of its name: left out; say what they are under aliases, with scale 1 for ratios or 0.01 for percents`,
  }),
};
