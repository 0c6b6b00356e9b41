// How the scrapes of every target went.
import type { Sample } from '../exposition/line.ts';
import type { WrittenFamily } from '../exposition/write.ts';
import { labelsKey, labelsOf, METRIC_NAME } from '../model/labels.ts';
import type { TargetBook, TargetStatus } from '../model/target.ts';

/** Long enough for a sentence; a label is no place for more. */
const LONGEST_TEXT = 200;

/**
 * How the last attempt went, for every target that was tried. Errors and warnings are said in words as labels, only while they last,
 * so that there is one such series at a time for each and none for a target that is well.
 */
export function targetFamilies(book: TargetBook): readonly WrittenFamily[] {
  const tried = [...book.all()].filter((status) => status.lastAttemptMs !== undefined);
  return FAMILIES.map(({ name, help, say }) => {
    const samples = tried.flatMap((status) => {
      const names = { [METRIC_NAME]: name, ...namesOf(status) };
      return say(status).map(({ value, words }): Sample => ({ labels: labelsOf({ ...names, ...words }), value }));
    });
    return { name, help, type: 'gauge', samples: leastOfEach(samples) };
  });
}

interface Said {
  readonly value: number;
  readonly words?: Readonly<Record<string, string>>;
}

const FAMILIES: readonly { readonly name: string; readonly help: string; readonly say: (status: TargetStatus) => readonly Said[] }[] = [
  {
    name: 'plimsoll_target_up',
    help: 'Whether the last attempt to scrape the target succeeded.',
    say: ({ lastError }) => [{ value: lastError === undefined ? 1 : 0 }],
  },
  {
    name: 'plimsoll_target_scrape_duration_seconds',
    help: 'How long the last attempt to scrape the target took.',
    say: ({ lastDurationMs }) => (lastDurationMs === undefined ? [] : [{ value: lastDurationMs / 1000 }]),
  },
  {
    name: 'plimsoll_target_samples',
    help: 'Samples that the last attempt to scrape the target brought; 0 when it failed.',
    say: ({ samples }) => [{ value: samples }],
  },
  {
    name: 'plimsoll_target_error_info',
    help: 'Why the last attempt to scrape the target failed, while it does.',
    say: ({ lastError }) =>
      lastError === undefined ? [] : [{ value: 1, words: { failure: lastError.failure, error: lastError.message.slice(0, LONGEST_TEXT) } }],
  },
  {
    name: 'plimsoll_target_warning_info',
    help: 'What people should know about the numbers of the target.',
    say: ({ warnings }) => warnings.map(({ code, message }) => ({ value: 1, words: { code, warning: message.slice(0, LONGEST_TEXT) } })),
  },
];

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
