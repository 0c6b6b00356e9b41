// The connections of one address: how many there may be at a time, and how long and how much of an answer may wait to be read.
import type { RequestListener } from 'node:http';
import type { Socket } from 'node:net';
import type { Clock } from '../../lib/clock.ts';
import type { Log } from '../../model/log.ts';
import type { Counter, Gauge, Meter } from '../../model/meter.ts';

export interface ConnectionsOptions {
  /** What the address is called in metrics and the log. */
  readonly face: string;
  /** limits.connections, asked for each connection. */
  readonly most: () => number;
  readonly clock: Clock;
  readonly log: Log;
  readonly meter: Meter;
}

/** A client whose answer stands for so long does not read it: Prometheus gives up after 10 s, kube-apiserver after 60 s with its own client. */
const MOST_UNREAD_MS = 30_000;
/** Of all answers of an address together: some forty of ten thousand pods. */
const MOST_UNREAD_BYTES = 128 * 1024 * 1024;
const CHECK_MS = 1000;
/** So few answers on their way cannot be too much: they are looked at in their turn. */
const FEW = 8;

interface Held {
  /** What is connected; under TLS not what requests come from. */
  readonly raw: Socket;
  /** Where the request that is being answered came from; undefined between requests. */
  asking: Socket | undefined;
  /** Since when its answer, or a part of it, was always seen waiting to be read. */
  unreadSinceMs: number | undefined;
}

/**
 * Above the limit a new connection takes the place of the one that has been idle longest, else of the one whose answer stands unread longest:
 * whoever holds connections for nothing does not keep out a health check or an autoscaler. Only where every connection is being worked for is it refused.
 */
export class Connections {
  readonly #options: ConnectionsOptions;
  readonly #telemetry: ConnectionTelemetry;
  /** By the client's address and port; the one used longest ago first. */
  readonly #held = new Map<string, Held>();
  readonly #asked = new Set<Held>();
  #isOverLimit = false;

  constructor(options: ConnectionsOptions) {
    this.#options = options;
    this.#telemetry = connectionTelemetry(options.meter);
  }

  /** Whatever is connected, whether it speaks HTTP yet or not. */
  *sockets(): Iterable<Socket> {
    for (const { raw } of this.#held.values()) yield raw;
  }

  /** For each connection that was accepted. */
  add(raw: Socket): void {
    if (!this.#makeRoom()) {
      raw.destroy();
      return;
    }
    const key = keyOf(raw);
    const held: Held = { raw, asking: undefined, unreadSinceMs: undefined };
    this.#held.set(key, held);
    this.#count();
    raw.once('close', () => this.#remove(key, held));
  }

  /** The handler, with its connections seen as busy while it answers. */
  watching(handler: RequestListener): RequestListener {
    return (request, response) => {
      const { socket } = request;
      const key = keyOf(socket);
      const held = this.#held.get(key);
      if (held !== undefined) {
        this.#begin(key, held, socket);
        response.once('close', () => this.#end(key, held));
      }
      handler(request, response);
    };
  }

  /** Looks after answers until `signal` is aborted. */
  async follow(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await this.#options.clock.sleep(CHECK_MS, signal);
      this.#cutUnread();
    }
  }

  #begin(key: string, held: Held, socket: Socket): void {
    this.#putLast(key, held);
    held.asking = socket;
    this.#asked.add(held);
    if (this.#asked.size > FEW) this.#cutUnread();
  }

  #end(key: string, held: Held): void {
    held.asking = undefined;
    held.unreadSinceMs = undefined;
    this.#asked.delete(held);
    if (this.#held.get(key) === held) this.#putLast(key, held);
  }

  #putLast(key: string, held: Held): void {
    this.#held.delete(key);
    this.#held.set(key, held);
  }

  #remove(key: string, held: Held): void {
    this.#asked.delete(held);
    if (this.#held.get(key) === held) this.#held.delete(key);
    this.#count();
  }

  #count(): void {
    const { face, most } = this.#options;
    this.#telemetry.open.set(this.#held.size, { face });
    // Not at each connection around the limit.
    if (this.#held.size <= most() / 2) this.#isOverLimit = false;
  }

  /** False when every connection is being worked for. */
  #makeRoom(): boolean {
    const { face, most, log } = this.#options;
    if (this.#held.size < most()) return true;
    if (!this.#isOverLimit) {
      log.warn(
        { face, limit: most(), option: 'limits.connections' },
        'more connections than limits.connections: new ones take the place of idle ones',
      );
    }
    this.#isOverLimit = true;
    const [key, held] = this.#leastNeeded() ?? [];
    this.#telemetry.overLimit.add(1, { face, closed: key === undefined ? 'new' : 'idle' });
    if (key === undefined || held === undefined) return false;
    this.#held.delete(key);
    held.raw.destroy();
    return true;
  }

  #leastNeeded(): [string, Held] | undefined {
    let unread: [string, Held] | undefined;
    for (const [key, held] of this.#held) {
      if (held.asking === undefined) return [key, held];
      if (unread === undefined && held.asking.writableLength > 0) unread = [key, held];
    }
    return unread;
  }

  /** Those asked first come first. */
  #cutUnread(): void {
    const nowMs = this.#options.clock.nowMs();
    let bytes = 0;
    for (const { asking } of this.#asked) bytes += asking?.writableLength ?? 0;
    for (const held of this.#asked) {
      const length = held.asking?.writableLength ?? 0;
      if (length === 0) {
        held.unreadSinceMs = undefined;
        continue;
      }
      held.unreadSinceMs ??= nowMs;
      const isLate = nowMs - held.unreadSinceMs >= MOST_UNREAD_MS;
      if (!isLate && bytes <= MOST_UNREAD_BYTES) continue;
      bytes -= length;
      const { face, log } = this.#options;
      const reason = isLate ? 'late' : 'memory';
      this.#telemetry.cut.add(1, { face, reason });
      log.debug({ face, reason, bytes: length }, 'answer cut: its client does not read it');
      held.raw.destroy();
    }
  }
}

function keyOf({ remoteAddress, remotePort }: Socket): string {
  return `${remoteAddress} ${remotePort}`;
}

interface ConnectionTelemetry {
  readonly open: Gauge;
  readonly overLimit: Counter;
  readonly cut: Counter;
}

function connectionTelemetry(meter: Meter): ConnectionTelemetry {
  return {
    open: meter.gauge({ name: 'plimsoll_connections', help: 'Connections that are open, by address.', labels: ['face'] }),
    overLimit: meter.counter({
      name: 'plimsoll_connections_over_limit_total',
      help: 'Connections closed because limits.connections was reached: an idle one for a new one, or the new one where none was idle.',
      labels: ['face', 'closed'],
    }),
    cut: meter.counter({
      name: 'plimsoll_answers_cut_total',
      help: 'Answers whose client did not read them: for too long, or with too many others.',
      labels: ['face', 'reason'],
    }),
  };
}
