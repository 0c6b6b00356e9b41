// What the comments of a target's last text say of its families.
import type { FamilyMetadata } from '../model/metadata.ts';
import { parseComment } from './comment.ts';
import { NO_LINE } from './dictionary.ts';
import type { ScanPlan } from './plan.ts';

/** Families with a HELP or a TYPE; the first TYPE of the text wins, as when it was read. */
export function saidMetadata({ texts, families, scanNumber }: ScanPlan): readonly FamilyMetadata[] {
  const found = new Map<string, FamilyMetadata>();
  for (let entry = 0; entry < texts.size; entry += 1) {
    if (texts.lineOf(entry) !== NO_LINE || texts.seenAtOf(entry) !== scanNumber) continue;
    const comment = parseComment(texts.textOf(entry));
    if (comment === undefined) continue;
    const { name, help } = comment;
    const type = families.typeOf(families.at(texts.familyOf(entry)), scanNumber);
    found.set(name, { name, type, help: found.get(name)?.help || help || '', unit: '' });
  }
  return [...found.values()];
}
