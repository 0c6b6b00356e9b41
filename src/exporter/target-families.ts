// How the scrapes of every target went.
import type { Sample } from '../exposition/line.ts';
import type { WrittenFamily } from '../exposition/write.ts';
import { labelsKey, labelsOf, METRIC_NAME } from '../model/labels.ts';
import type { TargetBook, TargetStatus } from '../model/target.ts';

const UP = 'plimsoll_target_up';
const ERROR = 'plimsoll_target_error_info';

/** Long enough for a sentence; a label is no place for more. */
const LONGEST_ERROR = 200;

/**
 * Whether the last attempt succeeded, for every target that was tried; and, only while it did not, the error in words as a label,
 * so that there is one such series for a failing target at a time and none for the others.
 */
export function targetFamilies(book: TargetBook): readonly WrittenFamily[] {
  const up: Sample[] = [];
  const errors: Sample[] = [];
  for (const status of book.all()) {
    if (status.lastAttemptMs === undefined) continue;
    const { lastError } = status;
    const names = namesOf(status);
    up.push({ labels: labelsOf({ [METRIC_NAME]: UP, ...names }), value: lastError === undefined ? 1 : 0 });
    if (lastError === undefined) continue;
    const said = { failure: lastError.failure, error: lastError.message.slice(0, LONGEST_ERROR) };
    errors.push({ labels: labelsOf({ [METRIC_NAME]: ERROR, ...names, ...said }), value: 1 });
  }
  return [
    { name: UP, help: 'Whether the last attempt to scrape the target succeeded.', type: 'gauge', samples: leastOfEach(up) },
    { name: ERROR, help: 'Why the last attempt to scrape the target failed, while it does.', type: 'gauge', samples: leastOfEach(errors) },
  ];
}

function namesOf({ target }: TargetStatus): Record<'job' | 'instance' | 'source', string> {
  const { labels, job, url, source } = target;
  return { job: labels.get('job') ?? job, instance: labels.get('instance') ?? url, source };
}

/** Targets may share these names, as two paths of one server do; a series must be said once, and then by the one that is down. */
function leastOfEach(samples: readonly Sample[]): Iterable<Sample> {
  const least = new Map<string, Sample>();
  for (const sample of samples) {
    const key = labelsKey(sample.labels);
    const known = least.get(key);
    if (known === undefined || sample.value < known.value) least.set(key, sample);
  }
  return least.values();
}
