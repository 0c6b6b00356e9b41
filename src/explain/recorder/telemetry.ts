// What the flight recorder says about itself.
import type { Meter } from '../../model/meter.ts';
import type { FlightRecorder } from '../recorder.ts';

/** Registers the metrics; the function sets them. */
export function recorderTelemetry(meter: Meter): (recorder: FlightRecorder, nowMs: number) => void {
  const reach = meter.gauge({
    name: 'plimsoll_recorder_reach_seconds',
    help: 'How far back every answer of the metrics API is kept: since the start, or since the newest of those that had to go.',
  });
  const bytes = meter.gauge({ name: 'plimsoll_recorder_bytes', help: 'Memory that recorded answers take, of recorder.memory_bytes.' });
  const answers = meter.gauge({
    name: 'plimsoll_recorder_answers',
    help: 'Recorded answers that are kept; equal answers one after another to an equal question are one.',
  });
  return (recorder, nowMs) => {
    reach.set(Math.max(0, nowMs - recorder.completeSinceMs) / 1000);
    bytes.set(recorder.bytes);
    answers.set(recorder.count);
  };
}
