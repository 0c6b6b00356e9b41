// Events about autoscalers, where the configuration wants them: they are watched, and told of metrics that are absent.
import type { Config } from '../config/schema.ts';
import { createAutoscalers } from '../discovery/kubernetes/autoscalers.ts';
import { followersOf } from '../discovery/kubernetes/followers.ts';
import { createEventWriter } from '../explain/events/writer.ts';
import { AutoscalerEvents } from '../explain/events.ts';
import type { Clock } from '../lib/clock.ts';
import type { KubeClient } from '../lib/kube/client.ts';
import type { AnswerRecorder } from '../model/answer-recorder.ts';
import type { Inventory } from '../model/inventory.ts';
import type { Log } from '../model/log.ts';
import type { Meter } from '../model/meter.ts';

export interface AutoscalerEventsOptions {
  readonly config: Config;
  /** There is one where the configuration has a cluster. */
  readonly client: KubeClient | undefined;
  readonly inventory: () => Inventory;
  readonly clock: Clock;
  readonly log: Log;
  readonly meter: Meter;
}

export interface OpenedAutoscalerEvents {
  /** To be told of every answer. */
  readonly recorder: AnswerRecorder;
  /** Watches and writes until `signal` is aborted. */
  run(signal: AbortSignal): Promise<void>;
}

/** Undefined where no Events are wanted, and in a collector, which nobody asks for a metric; then nothing is watched. */
export function openAutoscalerEvents({ config, client, inventory, ...rest }: AutoscalerEventsOptions): OpenedAutoscalerEvents | undefined {
  const { kubernetes, shard } = config;
  if (client === undefined || !kubernetes.events || shard !== undefined) return undefined;
  const autoscalers = createAutoscalers({ client, config: kubernetes, ...rest });
  const events = new AutoscalerEvents({
    followersOf: (asked) => followersOf(asked, { autoscalers: autoscalers.all(), inventory: inventory(), owners: kubernetes.owners }),
    writer: createEventWriter({ client, ...rest }),
    ...rest,
  });
  return {
    recorder: events.absences,
    run: async (signal) => {
      await Promise.all([autoscalers.start(signal), events.run(signal)]);
    },
  };
}
