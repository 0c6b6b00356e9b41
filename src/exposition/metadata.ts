// What the comments of a target's last text say of its families.
import type { FamilyMetadata } from '../model/metadata.ts';
import { parseComment } from './comment.ts';
import { NO_LINE } from './dictionary.ts';
import type { ScanPlan } from './plan.ts';

/** Families with a HELP or a TYPE, in the order of the text; the first of several wins, as when it was read. */
export function saidMetadata({ texts, scanNumber }: ScanPlan): readonly FamilyMetadata[] {
  const families = new Map<string, Omit<Partial<FamilyMetadata>, 'name'>>();
  for (let entry = 0; entry < texts.size; entry += 1) {
    if (texts.lineOf(entry) !== NO_LINE || texts.seenAtOf(entry) !== scanNumber) continue;
    const comment = parseComment(texts.textOf(entry));
    if (comment === undefined) continue;
    const { name, help, type } = comment;
    const known = families.get(name);
    families.set(name, { ...(help !== undefined && { help }), ...(type !== undefined && { type }), ...known });
  }
  return [...families].map(([name, { type = 'unknown', help = '' }]) => ({ name, type, help, unit: '' }));
}
