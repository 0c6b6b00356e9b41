// The demo on a terminal: one line that is redrawn every second.
import type { Server } from '../../app/server.ts';
import type { SignalAnswer } from '../../model/signal.ts';
import { isLive } from '../../model/target.ts';
import type { CommandIo } from '../command.ts';

const REDRAW_MS = 1000;
const CLEAR_LINE = '\r\x1b[2K';

const SHOWN: readonly { readonly signal: string; readonly label: string; readonly format: (value: number) => string }[] = [
  { signal: 'triton_inflight_requests', label: 'in flight', format: (value) => value.toFixed(1) },
  { signal: 'triton_pending_requests', label: 'pending', format: (value) => value.toFixed(1) },
  { signal: 'triton_requests_per_second', label: 'requests/s', format: (value) => value.toFixed(0) },
  { signal: 'triton_request_latency_seconds', label: 'latency', format: (value) => `${(value * 1000).toFixed(0)} ms` },
  { signal: 'gpu_utilization_ratio', label: 'GPU', format: (value) => `${(value * 100).toFixed(0)} %` },
];

/** Redraws until `io.stop` is aborted, then leaves the line clear. */
export async function showStatus(server: Server, io: CommandIo): Promise<void> {
  while (!io.stop.aborted) {
    io.stdout(`${CLEAR_LINE}${await statusLine(server)}`);
    await server.clock.sleep(REDRAW_MS, io.stop);
  }
  io.stdout(CLEAR_LINE);
}

/** The fleet's load in a few words; a number that is not known is a dash. */
export async function statusLine({ plimsoll, clock }: Server): Promise<string> {
  const object = { group: 'apps', resource: 'deployments', namespace: 'demo', name: 'triton' };
  const parts = await Promise.all(
    SHOWN.map(async ({ signal, label, format }) => {
      const answer: SignalAnswer = await plimsoll.signals.ofObject({ signal, object, metricSelector: [] });
      return `${label} ${answer.kind === 'value' ? format(answer.value) : '–'}`;
    }),
  );
  const statuses = [...plimsoll.scraper.book.all()];
  const live = statuses.filter((status) => isLive(status, clock.nowMs())).length;
  return `${parts.join(' · ')} · ${live}/${statuses.length} targets live`;
}
