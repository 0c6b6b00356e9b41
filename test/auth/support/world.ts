// Reviews, their log and metrics on a virtual clock.
import { createReviews, type Reviews } from '../../../src/auth/reviews.ts';
import { authTelemetry } from '../../../src/auth/telemetry.ts';
import { VirtualClock } from '../../../src/lib/virtual-clock.ts';
import type { Meter } from '../../../src/model/meter.ts';
import { type Logged, recordingLog } from '../../app/support/log.ts';
import { apiServer, type FakeApiServer, type Script } from './api-server.ts';

/** A meter whose values stand under `name{label values}`; of a histogram, how many were observed. */
export function keptMeter(): { readonly meter: Meter; readonly values: Map<string, number> } {
  const values = new Map<string, number>();
  const keyOf = (name: string, labels: Readonly<Record<string, string>> = {}): string => `${name}{${Object.values(labels).join(',')}}`;
  const add = (key: string, amount: number): void => void values.set(key, (values.get(key) ?? 0) + amount);
  const meter: Meter = {
    counter: ({ name }) => ({ add: (amount, labels) => add(keyOf(name, labels), amount) }),
    gauge: ({ name }) => ({ set: (value, labels) => void values.set(keyOf(name, labels), value) }),
    histogram: ({ name }) => ({ observe: (_value, labels) => add(keyOf(name, labels), 1) }),
  };
  return { meter, values };
}

export interface World {
  readonly server: FakeApiServer;
  readonly clock: VirtualClock;
  readonly reviews: Reviews;
  readonly lines: Logged[];
  readonly values: Map<string, number>;
}

export function worldOf(script: Script): World {
  const server = apiServer(script);
  const clock = new VirtualClock();
  const lines: Logged[] = [];
  const { meter, values } = keptMeter();
  return {
    server,
    clock,
    lines,
    values,
    reviews: createReviews({ client: server, clock, log: recordingLog(lines), telemetry: authTelemetry(meter) }),
  };
}
