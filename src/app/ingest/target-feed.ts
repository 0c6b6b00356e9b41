// One target's way from lines to rows: what each known line writes, and the facts that its lines imply.
import type { Config } from '../../config/schema.ts';
import { createScanPlan, forget } from '../../exposition/plan.ts';
import type { ScanResult } from '../../exposition/result.ts';
import { scan } from '../../exposition/scan.ts';
import type { Ownership } from '../../facts/ownership.ts';
import { floatAt } from '../../lib/columns.ts';
import type { Relabel } from '../../lib/relabel.ts';
import type { DescribeResult, ModelVersion } from '../../model/description.ts';
import type { Warning } from '../../model/fact.ts';
import type { Labels } from '../../model/labels.ts';
import type { Line } from '../../model/line.ts';
import { isGap } from '../../model/read-times.ts';
import type { RowId } from '../../model/sample-source.ts';
import type { ScrapeError, Target } from '../../model/target.ts';
import { createTargetReader, type TargetReader, wrongSource } from '../../sources/index.ts';
import type { SampleStore } from '../../store/store.ts';
import type { TargetWriter } from '../../store/target-writer.ts';
import { hasBegunAnew } from './begun-anew.ts';
import { keptTooMany, stoppedBy, storeFull } from './feed-limits.ts';
import type { WrittenLines } from './feeding-lines.ts';
import { GivenFacts } from './given-facts.ts';
import type { Jetsons } from './jetsons.ts';
import { changed, feedsOneOf, rowOf, rowsOf, type Write } from './line-writes.ts';
import { OwnerRows } from './owner-rows.ts';
import type { SaidValue } from './pending-leaks.ts';
import { relabelled } from './relabelled.ts';
import { reservedNameWarnings, unreserved } from './reserved-names.ts';
import { SaidLines } from './said-lines.ts';
import { StampedRows } from './stamped-rows.ts';
import { TargetFacts } from './target-facts.ts';

export interface FeedContext {
  readonly store: SampleStore;
  readonly config: () => Pick<Config, 'limits' | 'models' | 'aliases'>;
  /** metric_relabel_configs of the target's job; undefined when it has none. */
  readonly relabel: () => Relabel | undefined;
  /** Whether targets that have an API are asked about themselves. */
  readonly asksApis: boolean;
  /** Shared by all feeds: what every target says of GPUs. */
  readonly ownership: Ownership;
  /** Shared by all feeds: which targets are on a Jetson. */
  readonly jetsons: Jetsons;
  /** Shared by all feeds: a result is used up before the next scan. */
  readonly result: ScanResult;
}

/** A line that fell out of use for this many scrapes is read anew when it comes back. */
const UNSEEN_SCANS = 60;

export class TargetFeed {
  readonly #context: FeedContext;
  readonly #target: Target;
  readonly #writer: TargetWriter;
  readonly #reader: TargetReader;
  readonly #plan = createScanPlan();
  /** By line id; undefined: to be compiled when the line is next said. */
  #writes: (RowId | readonly Write[] | undefined)[] = [];
  readonly #said = new SaidLines();
  /** Rows of what is said of each attempt. */
  readonly #noted = new Map<Labels, RowId>();
  /** True when lines, facts and owners follow from the last text and the settings in force. */
  #isPlanned = false;
  readonly #facts: TargetFacts;
  readonly #owners: OwnerRows;
  readonly #given: GivenFacts;
  readonly #stamped: StampedRows;
  #nameWarnings: readonly Warning[] = [];
  /** False when the last attempt brought nothing. */
  #isOpen = false;
  /** When the last scrape that was written was sent. */
  #writtenMs = Number.NaN;
  /** How often it is scraped by now. */
  #everyMs: number;

  constructor(target: Target, context: FeedContext) {
    const { id, labels, honorLabels, intervalMs } = target;
    this.#target = target;
    this.#everyMs = intervalMs;
    this.#context = context;
    this.#writer = context.store.openTarget({ id, labels, honorLabels, intervalMs });
    const asksApi = context.asksApis && target.apiUrl !== undefined;
    const isOnJetson = (): boolean => context.jetsons.has(target);
    this.#facts = new TargetFacts({ target, writer: this.#writer, models: () => context.config().models, asksApi, isOnJetson });
    this.#owners = new OwnerRows({ target, ownership: context.ownership, writer: this.#writer });
    this.#given = new GivenFacts(this.#writer);
    this.#stamped = new StampedRows(target, this.#writer);
    this.#reader = createTargetReader({ target, aliases: () => context.config().aliases });
  }

  get warnings(): readonly Warning[] {
    const { warnings } = this.#facts;
    return [
      warnings,
      this.#given.warnings,
      this.#owners.warnings,
      this.#stamped.warnings,
      this.#reader.warnings(),
      this.#nameWarnings,
    ].flat();
  }

  /** What the target's API is to be asked about; undefined when it is not asked. */
  get describable(): ReadonlyMap<string, ModelVersion> | undefined {
    return this.#facts.describable;
  }

  get said(): WrittenLines {
    return { plan: this.#plan, writes: this.#writes };
  }

  /** Reads a text of the target as it is now into the shared result and plans what is new in it; nothing is written yet. */
  plan(target: Target, bytes: Uint8Array): ScrapeError | undefined {
    const { result, config } = this.#context;
    const { limits } = config();
    this.#everyMs = target.intervalMs;
    scan(bytes, {
      plan: this.#plan,
      limits: { lineBytes: limits.line_bytes, labelsPerLine: limits.labels_per_line, series: limits.series_per_target },
      into: result,
    });
    const isKnown = this.#isPlanned && this.#plan.isRepeat;
    this.#isPlanned = false;
    const failure = stoppedBy(result, limits) ?? (isKnown ? undefined : this.#planLines());
    if (failure !== undefined) return failure;
    this.#isPlanned = this.#given.renew(target) && this.#owners.renew();
    return this.#isPlanned ? undefined : storeFull(limits);
  }

  /** Writes what `plan` read. Returns whether scrapes were missed before it, in which counters began anew. */
  write(sentMs: number): boolean {
    const { count, values, timestampsMs } = this.#context.result;
    const horizonMs = this.#stamped.horizonMs(sentMs);
    let old = 0;
    this.#writer.begin(sentMs);
    const isAfterGap = isGap({ fromMs: this.#writtenMs, toMs: sentMs }, this.#everyMs);
    const isAnew = isAfterGap && hasBegunAnew({ ...this.said, writer: this.#writer, result: this.#context.result });
    this.#writtenMs = sentMs;
    for (let at = 0; at < count; at += 1) {
      const value = floatAt(values, at);
      const stampMs = floatAt(timestampsMs, at);
      const writes = this.#writes[this.#lineAt(at)] ?? [];
      if (typeof writes === 'number') {
        this.#put(writes, value, stampMs);
        continue;
      }
      for (const write of writes) this.#put(rowOf(write), changed(write, value), stampMs);
      if (!(stampMs < horizonMs)) continue;
      this.#stamped.endOld(writes, stampMs);
      old += 1;
    }
    this.#stamped.endScrape(sentMs, old);
    this.#given.write();
    this.#said.keep(this.#context.result);
    this.#facts.write(sentMs, () => this.#valuesSaid());
    this.#owners.write();
    this.#isOpen = true;
    return isAnew;
  }

  describe(result: DescribeResult, sentMs: number): void {
    this.#facts.describe(result, { sentMs, isOpen: this.#isOpen });
  }

  /** Opens the slot of an attempt that brought nothing: every row is stale at that time. */
  miss(sentMs: number): void {
    this.#writer.miss(sentMs);
    this.#owners.miss();
    this.#isOpen = false;
    this.#facts.miss(sentMs);
  }

  /** Writes a series that Plimsoll makes of the attempt itself into the open slot; without room in the store it is left out. */
  note(labels: Labels, value: number): void {
    const row = this.#noted.get(labels) ?? this.#writer.row(labels, { ownTime: false, clash: 'override' });
    if (row === undefined) return;
    this.#noted.set(labels, row);
    this.#writer.put(row, value);
  }

  /** Forgets how lines are written: settings changed, or `freed` rows among theirs are gone. */
  recompile(freed?: ReadonlySet<RowId>): void {
    this.#said.forget();
    this.#isPlanned = false;
    this.#owners.forget();
    this.#given.forget();
    if (freed === undefined) this.#writes = [];
    else this.#forgetFreed(freed);
  }

  /** Those of attempts too: nothing was tried for as long as samples are kept when a process was stopped and goes on. */
  #forgetFreed(freed: ReadonlySet<RowId>): void {
    this.#stamped.forget(freed);
    this.#facts.forget(freed);
    for (const [labels, row] of this.#noted) if (freed.has(row)) this.#noted.delete(labels);
    for (const [id, writes] of this.#writes.entries()) if (writes !== undefined && feedsOneOf(writes, freed)) this.#writes[id] = undefined;
  }

  /** Drops lines that were not said for long. */
  forgetOldLines(): void {
    for (const id of forget(this.#plan, UNSEEN_SCANS)) {
      this.#writes[id] = undefined;
      this.#said.forgetLine(id);
    }
  }

  close(atMs: number): void {
    this.#owners.close();
    this.#writer.close(atMs);
  }

  /** For a set of lines that is not the last good scrape's, or that settings since then have other consequences for. */
  #planLines(): ScrapeError | undefined {
    const { limits, aliases } = this.#context.config();
    const { result } = this.#context;
    const failure = wrongSource(this.#target.source, { families: this.#plan.declaredFamilies(), aliases }) ?? this.#said.damageIn(result);
    if (failure !== undefined) return failure;
    if (!this.#compileNew()) return this.#keptTooMany() ?? storeFull(limits);
    if (!this.#said.take(result)) return undefined;
    this.#stamped.renew(this.#stampedRows());
    if (this.#renew([...this.#linesSaid()])) return undefined;
    this.#said.forget();
    return storeFull(limits);
  }

  /** What follows from another set of lines; false when the store is full. */
  #renew(lines: readonly Line[]): boolean {
    this.#nameWarnings = reservedNameWarnings(lines);
    this.#owners.say(lines.filter((line) => this.#reader.isOwn(line)));
    return this.#facts.renew(lines);
  }

  #keptTooMany(): ScrapeError | undefined {
    return keptTooMany(this.#writer.rowCount, this.#context.config().limits);
  }

  /** False when the store is full, or this target has its share of it; what was compiled until then is kept for the next attempt. */
  #compileNew(): boolean {
    const { count, timestampsMs } = this.#context.result;
    for (let at = 0; at < count; at += 1) {
      const id = this.#lineAt(at);
      if (this.#writes[id] !== undefined) continue;
      if (this.#keptTooMany() !== undefined) return false;
      const writes = this.#compile(this.#plan.line(id), !Number.isNaN(timestampsMs[at]));
      if (writes === undefined) return false;
      this.#writes[id] = writes;
    }
    return true;
  }

  /** The raw row of a line and the canonical ones; none when relabelling drops it, undefined when the store is full. */
  #compile(said: Line, ownTime: boolean): RowId | readonly Write[] | undefined {
    const line = this.#relabelled(said);
    if (line === undefined) return [];
    const raw = this.#writer.row(unreserved(line.labels), { ownTime, clash: line === said ? 'rename' : 'override' });
    if (raw === undefined) return undefined;
    const writes: Write[] = [raw];
    for (const { labels, scale, isBlank, convert } of this.#reader.compile(line)) {
      const row = this.#writer.row(labels, { ownTime, clash: 'override' });
      if (row === undefined) return undefined;
      writes.push({ row, scale, isBlank, convert });
    }
    return writes.length === 1 ? raw : writes;
  }

  #relabelled(line: Line): Line | undefined {
    return relabelled(line, { target: this.#target, relabel: this.#context.relabel() });
  }

  *#valuesSaid(): Iterable<SaidValue> {
    const { count, values } = this.#context.result;
    for (let at = 0; at < count; at += 1) yield { line: this.#plan.line(this.#lineAt(at)), value: floatAt(values, at) };
  }

  *#stampedRows(): Iterable<RowId> {
    const { count, timestampsMs } = this.#context.result;
    for (let at = 0; at < count; at += 1) if (!Number.isNaN(floatAt(timestampsMs, at))) yield* rowsOf(this.#writes[this.#lineAt(at)] ?? []);
  }

  *#linesSaid(): Iterable<Line> {
    const { count } = this.#context.result;
    for (let at = 0; at < count; at += 1) {
      const line = this.#relabelled(this.#plan.line(this.#lineAt(at)));
      if (line !== undefined) yield line;
    }
  }

  #put(row: RowId, value: number | undefined, stampMs: number): void {
    if (value === undefined) return;
    if (Number.isNaN(stampMs)) this.#writer.put(row, value);
    else this.#writer.putStamped(row, stampMs, value);
  }

  /** The id of the line behind a sample of the scan. */
  #lineAt(at: number): number {
    return this.#context.result.lineIds[at] ?? -1;
  }
}
