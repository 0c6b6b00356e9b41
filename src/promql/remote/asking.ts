// How the engine is asked: so many questions at a time, each within a time-out and tried once more where that may help, none while it does not work.
import type { RemoteEngineSettings } from '../../config/schema.ts';
import type { Clock } from '../../lib/clock.ts';
import { within } from '../../lib/deadline.ts';
import { Gate } from '../../lib/gate.ts';
import type { QueryError } from '../../model/query-engine.ts';
import type { Breaker } from './breaker.ts';
import { outage, RemoteFault, unusable } from './fault.ts';
import { readReply, type Said } from './reply.ts';
import type { RemoteTelemetry } from './telemetry.ts';
import type { RemoteRequest, Transport } from './transport.ts';

export interface Question extends Omit<RemoteRequest, 'signal'> {
  /** What it is counted as: `instant`. */
  readonly name: string;
}

/** Rejects with a QueryError alone. */
export type Ask = (question: Question) => Promise<Said>;

export interface AskingOptions {
  readonly transport: Pick<Transport, 'send'>;
  readonly settings: RemoteEngineSettings;
  readonly clock: Clock;
  readonly breaker: Breaker;
  readonly telemetry: RemoteTelemetry;
}

/** Long enough for a proxy to choose another server. */
const RETRY_AFTER_MS = 50;

export function createAsk(options: AskingOptions): Ask {
  const { settings, clock, telemetry } = options;
  const gate = new Gate({ waiting: settings.max_waiting, together: settings.max_concurrent });
  return async (question) => {
    refuseWhileOpen(options);
    const startMs = clock.nowMs();
    const form = new URLSearchParams([...Object.entries(settings.parameters), ...STRICT, ...question.form]);
    const outcome = await gate.pass(() => askInTurn({ ...question, form }, { options, startMs }));
    if (outcome !== undefined) return outcome.result;
    telemetry.failed('over-limit');
    const why = `${settings.max_waiting} questions wait already (engine.remote.max_waiting); raise max_concurrent, or ask less`;
    throw unusable({ engine: settings.url, why, failure: 'over-limit' });
  };
}

/** Rather none than a part: the first is Thanos's, the second VictoriaMetrics's; others know neither. */
const STRICT: readonly [string, string][] = [
  ['partial_response', 'false'],
  ['deny_partial_response', '1'],
];

/** Throws a QueryError at once where the engine is not asked now. */
export function refuseWhileOpen({ breaker, telemetry, settings }: Omit<AskingOptions, 'transport' | 'clock'>): void {
  if (!breaker.isClosedTo()) return;
  telemetry.refused();
  throw closedTo(breaker, settings.url);
}

function closedTo(breaker: Breaker, engine: string): QueryError {
  const why = `it failed several times in a row and is tried again in ${breaker.retryInSeconds()} s; last: ${breaker.reason}`;
  return unusable({ engine, why });
}

interface Turn {
  readonly options: AskingOptions;
  /** When the question came. */
  readonly startMs: number;
}

async function askInTurn(question: Question, { options, startMs }: Turn): Promise<Said> {
  const { breaker, telemetry, clock, settings } = options;
  const ms = startMs + settings.timeout - clock.nowMs();
  if (ms <= 0) {
    telemetry.failed('deadline');
    const why = `the question waited for its turn longer than ${settings.timeout} ms (engine.remote.timeout); raise max_concurrent`;
    throw unusable({ engine: settings.url, why });
  }
  // It may have opened while the question waited.
  if (!breaker.enter()) {
    telemetry.refused();
    throw closedTo(breaker, settings.url);
  }
  telemetry.breaker(breaker.state);
  let reason: string | undefined;
  try {
    return await within({ clock, ms }, ({ signal }) => askTwice({ ...question, signal }, options));
  } catch (error) {
    const fault = asFault(error, settings.url);
    reason = fault.isOutage ? fault.why : undefined;
    telemetry.failed(fault.failure);
    throw fault;
  } finally {
    breaker.ended(reason);
    telemetry.breaker(breaker.state);
    telemetry.asked(question.name, (clock.nowMs() - startMs) / 1000);
  }
}

async function askTwice(request: RemoteRequest, { transport, settings, clock, telemetry }: AskingOptions): Promise<Said> {
  const ask = async (): Promise<Said> => readReply(await transport.send(request), settings.url);
  try {
    return await ask();
  } catch (error) {
    if (!(error instanceof RemoteFault) || !error.mayRetry) throw error;
    await clock.sleep(RETRY_AFTER_MS, request.signal);
    if (request.signal.aborted) throw error;
    telemetry.retried();
    return await ask();
  }
}

function asFault(error: unknown, engine: string): RemoteFault {
  if (error instanceof RemoteFault) return error;
  const why = `BUG: ${error instanceof Error ? error.message : String(error)}; report this`;
  return outage({ engine, why, mayRetry: false, cause: error });
}
