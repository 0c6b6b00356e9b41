// The demo on a terminal: one line that is redrawn every second.
import type { Clock } from '../../lib/clock.ts';
import { QueryError } from '../../model/query-engine.ts';
import type { Signals } from '../../model/signal.ts';
import { isLive, type TargetBook } from '../../model/target.ts';
import type { CommandIo } from '../command.ts';

export interface StatusSources {
  readonly signals: Signals;
  readonly book: TargetBook;
  readonly clock: Clock;
}

const REDRAW_MS = 1000;
const CLEAR_LINE = '\r\x1b[2K';

/** Short words: a line that wraps at 80 columns cannot be redrawn. */
const SHOWN: readonly { readonly signal: string; readonly write: (value: string) => string; readonly format: (value: number) => string }[] =
  [
    { signal: 'triton_inflight_requests', write: (value) => `in flight ${value}`, format: (value) => value.toFixed(1) },
    { signal: 'triton_pending_requests', write: (value) => `pending ${value}`, format: (value) => value.toFixed(1) },
    { signal: 'triton_requests_per_second', write: (value) => `${value} req/s`, format: (value) => value.toFixed(0) },
    { signal: 'triton_request_latency_seconds', write: (value) => `${value} ms`, format: (value) => (value * 1000).toFixed(0) },
    { signal: 'gpu_utilization_ratio', write: (value) => `GPU ${value} %`, format: (value) => (value * 100).toFixed(0) },
  ];

/** Redraws until `io.stop` is aborted, then leaves the line clear. */
export async function showStatus(sources: StatusSources, io: Pick<CommandIo, 'stdout' | 'stop'>): Promise<void> {
  while (!io.stop.aborted) {
    io.stdout(`${CLEAR_LINE}${await statusLine(sources)}`);
    await sources.clock.sleep(REDRAW_MS, io.stop);
  }
  io.stdout(CLEAR_LINE);
}

/** The fleet's load in a few words, at most 79 characters; a number that is not known is a dash. */
export async function statusLine({ signals, book, clock }: StatusSources): Promise<string> {
  const parts = await Promise.all(
    SHOWN.map(async ({ signal, write, format }) => {
      const value = await ofDeployment(signal, signals);
      return write(value === undefined ? '–' : format(value));
    }),
  );
  const statuses = [...book.all()];
  const live = statuses.filter((status) => isLive(status, clock.nowMs())).length;
  return `${parts.join(' · ')} · ${live}/${statuses.length} live`;
}

/** Of the whole deployment; undefined when it is absent or cannot be computed. */
async function ofDeployment(signal: string, signals: Signals): Promise<number | undefined> {
  const object = { group: 'apps', resource: 'deployments', namespace: 'demo', name: 'triton' };
  try {
    const answer = await signals.ofObject({ signal, object, metricSelector: [] });
    return answer.kind === 'value' ? answer.value : undefined;
  } catch (error) {
    if (error instanceof QueryError) return undefined;
    throw error;
  }
}
