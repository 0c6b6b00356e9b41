// Events on HorizontalPodAutoscalers: that a metric they follow has no value for more than a minute, and that it has one again.
import type { Clock } from '../lib/clock.ts';
import { TokenBucket } from '../lib/token-bucket.ts';
import type { AskedMetric } from '../model/answer-recorder.ts';
import type { Log } from '../model/log.ts';
import type { Counter, Meter } from '../model/meter.ts';
import { type Absence, Absences } from './events/absences.ts';
import { type Autoscaler, type AutoscalerEvent, absentEvent, presentEvent } from './events/event.ts';
import type { EventWriter, WriteResult } from './events/writer.ts';

export interface AutoscalerEventsOptions {
  /** Who asks a question. */
  readonly followersOf: (asked: AskedMetric) => readonly Autoscaler[];
  readonly writer: EventWriter;
  readonly clock: Clock;
  readonly log: Log;
  readonly meter: Meter;
}

const LOOK_MS = 5_000;
/** An Event says how often it came: six times an hour is enough to keep it there, for the API server forgets Events after an hour. */
const REPEAT_MS = 600_000;
/** An autoscaler may be made, or the right to see it given, after its metric went. */
const LOOK_FOR_FOLLOWERS_MS = 60_000;
/** When everything is absent at once, an Event for each of twenty autoscalers, then twenty a minute: far below what an API server notices. */
const RATE = { burst: 20, everyMs: 3_000 };

interface Warned {
  readonly autoscaler: Autoscaler;
  /** Of the absence. */
  readonly sinceMs: number;
  readonly count: number;
  readonly toldMs: number;
}

export class AutoscalerEvents {
  /** To be told of every answer. */
  readonly absences = new Absences();
  readonly #options: AutoscalerEventsOptions;
  readonly #events: Counter;
  readonly #bucket = new TokenBucket(RATE);
  /** By question, then by uid. */
  readonly #warned = new Map<string, Map<string, Warned>>();
  /** When each absent question is looked at again. */
  readonly #dueMs = new Map<string, number>();

  constructor(options: AutoscalerEventsOptions) {
    this.#options = options;
    this.#events = options.meter.counter({
      name: 'plimsoll_autoscaler_events_total',
      help: 'Events about autoscalers whose metric is absent or is back, by type and by what became of them.',
      labels: ['type', 'result'],
    });
  }

  /** Writes until `signal` is aborted. Never rejects: whatever is wrong here, answers are given. */
  async run(signal: AbortSignal): Promise<void> {
    const { clock, log } = this.#options;
    while (!signal.aborted) {
      await clock.sleep(LOOK_MS, signal);
      try {
        if (!signal.aborted) await this.#look(signal);
      } catch (error) {
        log.error({ err: error }, 'Events of autoscalers failed, going on');
      }
    }
  }

  async #look(signal: AbortSignal): Promise<void> {
    const { clock } = this.#options;
    const lasting = this.absences.lasting(clock.nowMs());
    for (const [question, absence] of this.absences.takeOver()) await this.#tellOver(question, { absence, signal });
    this.#forget(lasting);
    for (const [question, absence] of lasting) {
      if (signal.aborted) return;
      if ((this.#dueMs.get(question) ?? 0) > clock.nowMs()) continue;
      // With no server, or no token left, the others would fare no better.
      if (!(await this.#tellAbsence(question, { absence, signal }))) return;
      this.#dueMs.set(question, clock.nowMs() + LOOK_FOR_FOLLOWERS_MS);
    }
  }

  /** False when it has to be tried again soon. */
  async #tellAbsence(question: string, { absence, signal }: Telling): Promise<boolean> {
    const { followersOf, clock } = this.#options;
    const warned = this.#warned.get(question) ?? new Map<string, Warned>();
    for (const autoscaler of followersOf(absence.asked)) {
      const before = warned.get(autoscaler.uid);
      const atMs = clock.nowMs();
      if (before !== undefined && atMs - before.toldMs < REPEAT_MS) continue;
      const count = before?.sinceMs === absence.sinceMs ? before.count + 1 : 1;
      const result = await this.#write(absentEvent({ autoscaler, absence, question }, { count, atMs }), signal);
      if (result === 'limited' || result === 'failed') return false;
      if (result !== 'written') continue;
      warned.set(autoscaler.uid, { autoscaler, sinceMs: absence.sinceMs, count, toldMs: atMs });
      this.#warned.set(question, warned);
    }
    return true;
  }

  /** Who was not warned of it has nothing to hear of. */
  async #tellOver(question: string, { absence, signal }: Telling): Promise<void> {
    for (const { autoscaler, sinceMs } of this.#warned.get(question)?.values() ?? []) {
      if (sinceMs === absence.sinceMs) await this.#write(presentEvent({ autoscaler, absence, question }), signal);
    }
  }

  async #write(event: AutoscalerEvent, signal: AbortSignal): Promise<WriteResult | 'limited'> {
    const { writer, clock } = this.#options;
    const result = this.#bucket.take(clock.nowMs()) ? await writer.write(event, signal) : 'limited';
    this.#events.add(1, { type: event.type, result });
    return result;
  }

  /** What comes and goes is told of as often as what stays: warnings are remembered beyond the absence. */
  #forget(lasting: ReadonlyMap<string, Absence>): void {
    const nowMs = this.#options.clock.nowMs();
    for (const question of this.#dueMs.keys()) if (!lasting.has(question)) this.#dueMs.delete(question);
    for (const [question, warned] of this.#warned) {
      const isOld = [...warned.values()].every(({ toldMs }) => nowMs - toldMs >= REPEAT_MS);
      if (isOld && !lasting.has(question)) this.#warned.delete(question);
    }
  }
}

interface Telling {
  readonly absence: Absence;
  readonly signal: AbortSignal;
}
