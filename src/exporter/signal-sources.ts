// What the families of signals are made from.
import type { Inventory } from '../model/inventory.ts';
import type { Log } from '../model/log.ts';
import type { Counter } from '../model/meter.ts';
import type { Signals } from '../model/signal.ts';

export interface SignalSources {
  readonly signals: Signals;
  readonly inventory: () => Inventory;
  /** Counts the signals that could not be computed, by `signal`. */
  readonly failures: Counter;
  readonly log: Log;
}
