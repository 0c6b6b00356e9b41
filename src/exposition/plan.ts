// What is remembered of a target's texts from scrape to scrape, so that known lines are recognised and not read again.
import type { Line } from '../model/line.ts';
import { Dictionary, type Entry } from './dictionary.ts';
import { Families, type Family } from './families.ts';
import { LineTable, lineOf, type PlannedLine } from './line-table.ts';

/** One per target. Made and read by its owner; only `scan` and `forget` change it. */
export class ScanPlan {
  readonly texts = new Dictionary();
  readonly lines = new LineTable();
  readonly families = new Families();
  /** What the last text began with. */
  firstText: Entry | undefined;
  /** Number of the last scan, counted from 1. */
  scanNumber = 0;

  /** The line behind an id that a scan reported and `forget` has not returned since; made anew at each call. Empty labels are left out. */
  line(id: number): Line {
    const planned = this.lines.get(id);
    if (planned === undefined) throw new Error(`BUG: line ${id} is not known to this plan`);
    return lineOf(planned);
  }

  /** Names of the families that the last scanned text spoke of, by HELP, TYPE or a sample; rows of a histogram count as the histogram. */
  declaredFamilies(): ReadonlySet<string> {
    return this.families.declaredIn(this.scanNumber);
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
  const oldest = plan.scanNumber - unseenScans + 1;
  if (plan.firstText !== undefined && plan.firstText.seenAt < oldest) plan.firstText = undefined;
  const lines = new Set<PlannedLine>();
  const families = new Set<Family>();
  for (const { line, family } of plan.texts.forgetBefore(oldest)) {
    families.add(family);
    if (line !== undefined) lines.add(line);
  }
  plan.families.keepOnly(families);
  return plan.lines.keepOnly(lines);
}
