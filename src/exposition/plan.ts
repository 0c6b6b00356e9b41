// What is remembered of a target's texts from scrape to scrape, so that known lines are recognised and not read again.
import type { Line } from '../model/line.ts';
import { Dictionary, type EntryId, NO_ENTRY, NO_LINE } from './dictionary.ts';
import { Families } from './families.ts';
import { LineTable } from './line-table.ts';

/** One per target. Made and read by its owner; only `scan` and `forget` change it. */
export class ScanPlan {
  readonly texts = new Dictionary();
  readonly lines = new LineTable(this.texts);
  readonly families = new Families();
  /** What the last text began with. */
  firstText: EntryId = NO_ENTRY;
  /** What it ended with. */
  lastText: EntryId = NO_ENTRY;
  /** How many it had: a comment may come twice, and then the end alone does not tell. */
  textsTaken = 0;
  /** True when the last text said the same lines, in the same order, as the one before it, values apart. */
  isRepeat = false;
  /** Number of the last scan, counted from 1. */
  scanNumber = 0;

  /** The line behind an id that a scan reported and `forget` has not returned since; made anew at each call. Empty labels are left out. */
  line(id: number): Line {
    if (!this.lines.has(id)) throw new Error(`BUG: line ${id} is not known to this plan`);
    return this.lines.lineOf(id);
  }

  /** Names of the families that the last scanned text spoke of, by HELP, TYPE or a sample; rows of a histogram count as the histogram. */
  declaredFamilies(): ReadonlySet<string> {
    const { texts, lines, families, scanNumber } = this;
    const names = new Set<string>();
    let last = -1;
    for (let entry = 0; entry < texts.size; entry += 1) {
      const family = texts.familyOf(entry);
      // Texts of one family mostly stand together.
      if (family === last) continue;
      const line = texts.lineOf(entry);
      if ((line === NO_LINE ? texts.seenAtOf(entry) : lines.seenAtOf(line)) !== scanNumber) continue;
      names.add(families.familyOf(families.at(family), scanNumber).name);
      last = family;
    }
    return names;
  }
}

export function createScanPlan(): ScanPlan {
  return new ScanPlan();
}

/**
 * Drops what none of the last `unseenScans` scans met. Returns the ids of the dropped lines: they will be given to other lines.
 * Without this call now and then a plan grows with every line that its target ever said.
 */
export function forget(plan: ScanPlan, unseenScans: number): number[] {
  const { texts, lines, families } = plan;
  const newId = texts.forgetBefore(plan.scanNumber - unseenScans + 1);
  if (newId === undefined) return [];
  if (plan.firstText !== NO_ENTRY) plan.firstText = newId(plan.firstText);
  if (plan.lastText !== NO_ENTRY) plan.lastText = newId(plan.lastText);
  const said = new Set<number>();
  for (let entry = 0; entry < texts.size; entry += 1) said.add(texts.familyOf(entry));
  families.keepOnly(said);
  return lines.keepSaid();
}
