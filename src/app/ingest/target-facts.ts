// The facts of one target: derived from its lines and, for a Triton, from what its API answered; written beside its numbers.
import { isDeepStrictEqual } from 'node:util';
import type { ModelSettings } from '../../config/schema.ts';
import type { Described } from '../../facts/known-model.ts';
import { pendingLeak } from '../../facts/model-warnings.ts';
import { modelFacts } from '../../facts/models.ts';
import { type ModelsSaid, modelsSaid } from '../../facts/models-said.ts';
import type { FactName } from '../../facts/names.ts';
import { type DescribeResult, type ModelStatistics, PATIENCE } from '../../model/description.ts';
import type { Fact, Warning } from '../../model/fact.ts';
import { labelsOf, METRIC_NAME } from '../../model/labels.ts';
import type { Line } from '../../model/line.ts';
import type { RowId } from '../../model/sample-source.ts';
import type { Target } from '../../model/target.ts';
import type { TargetWriter } from '../../store/target-writer.ts';
import { PendingLeaks, type SaidValue } from './pending-leaks.ts';

const BUSY: FactName = 'triton_instance_busy_seconds_total';

export interface TargetFactsOptions {
  readonly target: Target;
  readonly writer: TargetWriter;
  readonly models: () => ModelSettings;
  /** Whether its API is asked, so that its first facts wait for the answer. */
  readonly asksApi: boolean;
  /** Whether its machine is a Jetson; default: nobody knows of one. */
  readonly isOnJetson?: () => boolean;
}

export class TargetFacts {
  readonly #options: TargetFactsOptions;
  readonly #leaks = new PendingLeaks();
  #said: ModelsSaid | undefined;
  #described: Described;
  #isHeldBack = false;
  /** Answers of the API in a row that did not come in time. */
  #late = 0;
  /** Since the last attempt that failed. */
  #wasReady = false;
  #rows: { readonly row: RowId; readonly value: number }[] = [];
  /** Of the last statistics; none while there are no newer ones. */
  #busyRows = new Set<RowId>();
  #warnings: readonly Warning[] = [];

  constructor(options: TargetFactsOptions) {
    this.#options = options;
    this.#described = options.asksApi ? { kind: 'awaited' } : { kind: 'not-asked' };
  }

  get warnings(): readonly Warning[] {
    const leaking = this.#leaks.models();
    return leaking.length === 0 ? this.#warnings : [...this.#warnings, pendingLeak(leaking)];
  }

  /** The model versions that the API is to be asked about; undefined when it is not asked. */
  get describable(): ModelsSaid['models'] | undefined {
    return this.#described.kind === 'not-asked' ? undefined : this.#said?.models;
  }

  /** From another set of lines. False when the store has no room. */
  renew(lines: Iterable<Line>): boolean {
    if (this.#options.target.source !== 'triton') return true;
    this.#take(modelsSaid(lines));
    return this.#derive();
  }

  /** Writes into the open slot. `values` are asked for only where a server is known to leak. */
  write(sentMs: number, values: () => Iterable<SaidValue>): void {
    const { writer } = this.#options;
    for (const { row, value } of this.#rows) writer.put(row, value);
    if (this.#said?.mayLeak !== true) return;
    this.#leaks.read(values(), sentMs);
    for (const fact of this.#leaks.facts()) this.#put(fact);
  }

  /**
   * What the API answered. It shows in the facts at the next scrape; facts that waited for it are written into the open slot,
   * unless the last attempt failed.
   */
  describe(result: DescribeResult, about: { readonly sentMs: number; readonly isOpen: boolean }): void {
    const before = this.#described;
    this.#described = this.#describedBy(result);
    this.#putStatistics(result.kind === 'described' ? result.statistics : [], about.sentMs);
    const waited = this.#isHeldBack;
    if (isDeepStrictEqual(before, this.#described) || !this.#derive() || !waited || !about.isOpen) return;
    for (const { row, value } of this.#rows) this.#options.writer.put(row, value);
  }

  #describedBy(result: DescribeResult): Described {
    if (result.kind === 'failed') {
      const { error } = result;
      this.#late = error.failure === 'timeout' ? this.#late + 1 : 0;
      const last = this.#described.kind === 'not-asked' ? undefined : this.#described.last;
      // One that has answered is known to have an API.
      const isLate = this.#late > 0 && (last !== undefined || this.#late <= PATIENCE);
      return { kind: 'failed', error, isLate, last };
    }
    this.#late = 0;
    this.#wasReady ||= result.description.serverReady;
    return { kind: 'answered', last: result.description, isStarting: !this.#wasReady };
  }

  /** The target could not be read: when it comes back it may be a server that starts. */
  miss(sentMs: number): void {
    this.#wasReady = false;
    this.#putStatistics([], sentMs);
  }

  /** These ids may be other rows' from now on. */
  forget(freed: ReadonlySet<RowId>): void {
    for (const row of freed) this.#busyRows.delete(row);
  }

  #take(said: ModelsSaid): void {
    const known = this.#said?.models;
    if (known !== undefined && sameKeys(known, said.models)) {
      this.#said = { ...said, models: known };
      return;
    }
    this.#said = said;
    if (this.#described.kind !== 'not-asked') this.#described = { kind: 'awaited', last: this.#described.last };
  }

  #derive(): boolean {
    if (this.#said === undefined) return true;
    const { facts, warnings, isHeldBack } = modelFacts({
      said: this.#said,
      settings: this.#options.models(),
      described: this.#described,
      isOnJetson: this.#options.isOnJetson?.() ?? false,
    });
    this.#warnings = warnings;
    this.#isHeldBack = isHeldBack;
    return this.#keep(facts);
  }

  #keep(facts: readonly Fact[]): boolean {
    this.#rows = [];
    for (const { labels, value } of facts) {
      const row = this.#options.writer.row(labels, { ownTime: false, clash: 'override' });
      if (row === undefined) return false;
      this.#rows.push({ row, value });
    }
    return true;
  }

  /**
   * With the time of the question: they are read less often than the target is scraped, and a repeated value would bend their rate. What is
   * not told any more ends there.
   */
  #putStatistics(statistics: readonly ModelStatistics[], sentMs: number): void {
    const { writer } = this.#options;
    const before = this.#busyRows;
    this.#busyRows = new Set();
    for (const { model, version, busySeconds } of statistics) {
      const labels = labelsOf({ [METRIC_NAME]: BUSY, model, version });
      const row = writer.row(labels, { ownTime: true, clash: 'override' });
      if (row === undefined) continue;
      writer.putStamped(row, sentMs, busySeconds);
      this.#busyRows.add(row);
    }
    for (const row of before) if (!this.#busyRows.has(row)) writer.end(row, sentMs);
  }

  #put({ labels, value }: Fact): void {
    const row = this.#options.writer.row(labels, { ownTime: false, clash: 'override' });
    if (row !== undefined) this.#options.writer.put(row, value);
  }
}

function sameKeys(one: ReadonlyMap<string, unknown>, other: ReadonlyMap<string, unknown>): boolean {
  return one.size === other.size && [...one.keys()].every((key) => other.has(key));
}
