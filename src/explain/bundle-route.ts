// GET /api/plimsoll/bundle: what somebody needs who is to help from afar, in one JSON, without secrets.
import type { Clock } from '../lib/clock.ts';
import type { SignalInfo } from '../model/signal.ts';
import type { TargetBook, TargetStatus } from '../model/target.ts';
import { ApiError, type PlimsollQuestion, type PlimsollRoute } from './app.ts';
import { isoTime, type TargetDocument, targetDocument } from './targets.ts';

/** A check of health: as the exporter runs them. */
export interface BundledCheck {
  readonly name: string;
  check(): { readonly ok: boolean; readonly why: string };
}

export interface BundleServices {
  /** Version, platform and the like: what does not change while the process runs. */
  readonly process: () => Readonly<Record<string, unknown>>;
  readonly config: () => object;
  readonly book: Pick<TargetBook, 'all'>;
  readonly live: readonly BundledCheck[];
  readonly ready: readonly BundledCheck[];
  /** Plimsoll's own metrics, as Prometheus text. */
  readonly metrics: () => Promise<string>;
  readonly signals: () => readonly SignalInfo[];
  /** What the process wrote last, line by line. */
  readonly log: () => readonly string[];
  /** `/answers` among these tells what was answered of late. */
  readonly routes: readonly PlimsollRoute[];
  readonly clock: Clock;
  readonly redact: (document: unknown) => unknown;
}

interface BundleDocument {
  readonly time: string;
  readonly process: Readonly<Record<string, unknown>>;
  /** Those that fail first. */
  readonly targets: readonly TargetDocument[];
  readonly moreTargets: number;
  readonly health: readonly { readonly name: string; readonly of: 'live' | 'ready'; readonly ok: boolean; readonly why: string }[];
  readonly signals: readonly SignalInfo[];
  readonly config: object;
  /** Left out where nothing is recorded. */
  readonly answers?: unknown;
  readonly metrics: readonly string[];
  readonly log: readonly string[];
}

/** Some megabyte of JSON. */
const MOST_TARGETS = 2000;

export function bundleRoute(services: BundleServices): PlimsollRoute {
  return {
    path: '/bundle',
    usage: '/bundle',
    answer: async ({ query, abortSignal }) => {
      if ([...query.keys()].length > 0) throw new ApiError(400, 'cannot make a bundle: it takes no parameters');
      return services.redact(await bundleOf(services, abortSignal));
    },
  };
}

async function bundleOf(services: BundleServices, abortSignal: AbortSignal): Promise<BundleDocument> {
  const atMs = services.clock.nowMs();
  const targets = [...services.book.all()].sort((one, other) => rankOf(one) - rankOf(other));
  const answers = await answersOf(services.routes, { query: new URLSearchParams(), abortSignal });
  return {
    time: isoTime(atMs),
    process: services.process(),
    targets: targets.slice(0, MOST_TARGETS).map((status) => targetDocument(status, atMs)),
    moreTargets: Math.max(0, targets.length - MOST_TARGETS),
    health: [...checked('live', services.live), ...checked('ready', services.ready)],
    signals: services.signals(),
    config: services.config(),
    ...(answers !== undefined && { answers }),
    metrics: (await services.metrics()).split('\n').filter((line) => line !== ''),
    log: services.log(),
  };
}

function rankOf({ lastError, warnings }: TargetStatus): number {
  if (lastError !== undefined) return 0;
  return warnings.length > 0 ? 1 : 2;
}

function checked(of: 'live' | 'ready', checks: readonly BundledCheck[]): BundleDocument['health'] {
  return checks.map(({ name, check }) => {
    try {
      return { name, of, ...check() };
    } catch (error) {
      return { name, of, ok: false, why: error instanceof Error ? error.message : String(error) };
    }
  });
}

/** A bundle without them is better than none. */
async function answersOf(routes: readonly PlimsollRoute[], question: PlimsollQuestion): Promise<unknown> {
  try {
    return await routes.find(({ path }) => path === '/answers')?.answer(question);
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    return { error: error.message };
  }
}
