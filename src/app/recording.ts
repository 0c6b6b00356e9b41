// What becomes of the answers of the metrics API: they are recorded, and whoever else wants to know is told.
import type { Config } from '../config/schema.ts';
import { recorderTelemetry } from '../explain/recorder/telemetry.ts';
import { FlightRecorder } from '../explain/recorder.ts';
import type { Clock } from '../lib/clock.ts';
import type { Answered, AnswerRecorder } from '../model/answer-recorder.ts';
import type { Meter } from '../model/meter.ts';

export interface RecordingOptions {
  readonly config: Config;
  readonly clock: Clock;
  readonly meter: Meter;
  /** Told of every answer too. */
  readonly listener?: AnswerRecorder | undefined;
}

export interface Recording {
  /** Undefined when nobody wants to know. */
  readonly recorder: AnswerRecorder | undefined;
  /** Where answers can be looked up; undefined when none is kept. */
  readonly flight: FlightRecorder | undefined;
  /** Says how much is kept. */
  measure(): void;
}

/** Records in the memory that the configuration has for it; with 0 not at all. */
export function openRecording({ config, clock, meter, listener }: RecordingOptions): Recording {
  const memoryBytes = config.recorder.memory_bytes;
  const telemetry = recorderTelemetry(meter);
  const flight = memoryBytes === 0 ? undefined : new FlightRecorder({ memoryBytes, startMs: clock.nowMs() });
  const recorders = [flight, listener].filter((recorder) => recorder !== undefined);
  return {
    recorder: recorders.length === 0 ? undefined : { record: (answered) => recordInAll(recorders, answered) },
    flight,
    measure: () => {
      if (flight !== undefined) telemetry(flight, clock.nowMs());
    },
  };
}

function recordInAll(recorders: readonly AnswerRecorder[], answered: Answered): void {
  for (const recorder of recorders) recorder.record(answered);
}
