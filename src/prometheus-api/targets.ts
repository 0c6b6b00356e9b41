// /targets and /scrape_pools: who is scraped, and how it went last.
import { formatDuration } from '../lib/duration.ts';
import { withoutSecrets } from '../lib/without-secrets.ts';
import type { TargetBook, TargetStatus } from '../model/target.ts';
import { type Answer, answerOf, type JsonPieces, listPieces } from './answer.ts';
import type { Endpoint, Question } from './endpoint.ts';

export interface TargetsServices {
  readonly book: Pick<TargetBook, 'all'>;
  /** What is written, without secrets. */
  readonly redact: (document: unknown) => unknown;
}

/** Go's zero of time, which stands for "never". */
const NEVER = '0001-01-01T00:00:00Z';

export function targetsEndpoints(services: TargetsServices): readonly Endpoint[] {
  return [
    { path: '/targets', takesForm: false, answer: (question) => targets(question, services) },
    { path: '/scrape_pools', takesForm: false, answer: () => answerOf({ scrapePools: poolsOf(services.book) }) },
  ];
}

/** Targets that rules dropped are not kept, so none are listed. */
function targets({ parameters }: Question, { book, redact }: TargetsServices): Answer {
  const pool = parameters.text('scrapePool');
  const state = parameters.text('state').toLowerCase();
  const showsActive = state === '' || state === 'any' || state === 'active';
  const active = showsActive ? [...book.all()].filter(({ target }) => pool === '' || target.job === pool) : [];
  active.sort((one, other) => (one.target.job < other.target.job ? -1 : Number(one.target.job !== other.target.job)));
  return { data: targetsPieces(active, redact) };
}

function* targetsPieces(active: readonly TargetStatus[], redact: TargetsServices['redact']): JsonPieces {
  yield '{"activeTargets":';
  yield* listPieces(active, (status) => JSON.stringify(redact(targetDocument(status))));
  yield ',"droppedTargets":[],"droppedTargetCounts":{}}';
}

function targetDocument({ target, lastError, lastAttemptMs, lastDurationMs }: TargetStatus): object {
  const { job, labels, intervalMs, timeoutMs } = target;
  const url = withoutSecrets(target.url);
  const { protocol, host, pathname } = addressOf(target.url);
  return {
    discoveredLabels: {
      __address__: host,
      __metrics_path__: pathname,
      __scheme__: protocol.replace(':', ''),
      __scrape_interval__: formatDuration(intervalMs),
      __scrape_timeout__: formatDuration(timeoutMs),
      job,
    },
    labels: Object.fromEntries([...labels].sort(([one], [other]) => (one < other ? -1 : 1))),
    scrapePool: job,
    scrapeUrl: url,
    globalUrl: url,
    lastError: lastError?.message ?? '',
    lastScrape: lastAttemptMs === undefined ? NEVER : new Date(lastAttemptMs).toISOString(),
    lastScrapeDuration: (lastDurationMs ?? 0) / 1000,
    health: lastAttemptMs === undefined ? 'unknown' : lastError === undefined ? 'up' : 'down',
    scrapeInterval: formatDuration(intervalMs),
    scrapeTimeout: formatDuration(timeoutMs),
  };
}

/** A text that is no address of a server may have a secret anywhere. */
function addressOf(url: string): Pick<URL, 'protocol' | 'host' | 'pathname'> {
  const parsed = URL.parse(url);
  return parsed === null || parsed.host === '' ? { protocol: '', host: withoutSecrets(url), pathname: '' } : parsed;
}

function poolsOf(book: TargetsServices['book']): readonly string[] {
  return [...new Set([...book.all()].map(({ target }) => target.job))].sort();
}
