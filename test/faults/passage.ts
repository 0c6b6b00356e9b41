// One connection through a fault proxy: the client's socket, the one to the server, and what becomes of the bytes between them.
import { connect, type Socket } from 'node:net';
import type { Fault } from './fault-proxy.ts';
import { noise } from './noise.ts';

export interface PassageOptions {
  readonly client: Socket;
  /** Of loopback. */
  readonly toPort: number;
  /** The one in force. */
  readonly fault: () => Fault;
  readonly ended: () => void;
}

type Until = Extract<Fault, { afterBytes: number }>;

export class Passage {
  readonly #options: PassageOptions;
  readonly #server: Socket;
  /** Bytes of the answer that is under way. */
  #answered = 0;
  /** Nothing passes any more, and nobody is told. */
  #isDead = false;
  /** What comes late comes in order, and holds up what comes after it. */
  #late: Promise<void> = Promise.resolve();
  #isLate = false;

  constructor(options: PassageOptions) {
    this.#options = options;
    const { client, toPort } = options;
    this.#server = connect(toPort, '127.0.0.1');
    client.on('data', (bytes: Buffer) => this.#ask(bytes));
    this.#server.on('data', (bytes: Buffer) => this.#answer(bytes));
    for (const [one, other] of [
      [client, this.#server],
      [this.#server, client],
    ] as const) {
      one.on('error', () => {});
      // What stalls tells no end either.
      one.on('end', () => this.#isDead || this.#afterLate(() => other.end()));
      one.on('close', () => this.#isDead || this.#afterLate(() => other.destroy()));
    }
    client.on('close', () => {
      this.#server.destroy();
      options.ended();
    });
    this.began();
  }

  /** Another fault is in force. */
  began(): void {
    this.#answered = 0;
    const fault = this.#options.fault();
    // What is open has its other end gone, whether it is used or not.
    this.#isDead ||= fault.kind === 'stall' && fault.afterBytes === 0;
  }

  reset(): void {
    this.#options.client.resetAndDestroy();
    this.#server.destroy();
  }

  #ask(bytes: Buffer): void {
    if (this.#isDead) return;
    this.#answered = 0;
    const fault = this.#options.fault();
    if ('afterBytes' in fault && fault.afterBytes === 0 && fault.kind !== 'garbage') this.#end(fault);
    else pass(bytes, { from: this.#options.client, to: this.#server });
  }

  #answer(bytes: Buffer): void {
    const fault = this.#options.fault();
    if (this.#isDead) return;
    if ('afterBytes' in fault) this.#answerUntil(bytes, fault);
    else if (fault.kind === 'delay') this.#send(bytes, { piece: bytes.length, pauseMs: fault.ms });
    else if (fault.kind === 'drip') this.#send(bytes, { piece: fault.bytes, pauseMs: fault.everyMs });
    else if (this.#isLate) this.#afterLate(() => this.#write(bytes));
    else pass(bytes, { from: this.#server, to: this.#options.client });
  }

  #answerUntil(bytes: Buffer, fault: Until): void {
    const left = Math.max(0, fault.afterBytes - this.#answered);
    this.#answered += bytes.length;
    this.#write(bytes.subarray(0, left));
    if (bytes.length <= left) return;
    if (fault.kind === 'garbage') this.#write(noise(bytes.length - left));
    else this.#end(fault);
  }

  #end({ kind }: Until): void {
    this.#isDead = true;
    if (kind === 'stall') return;
    this.#server.destroy();
    if (kind === 'cut') this.#options.client.end();
    // After what was written before it: a reset overtakes what is still on its way.
    else setImmediate(() => this.#options.client.resetAndDestroy());
  }

  #send(bytes: Buffer, { piece, pauseMs }: { readonly piece: number; readonly pauseMs: number }): void {
    const startMs = performance.now();
    this.#isLate = true;
    this.#late = this.#late.then(async () => {
      for (let at = 0, dueMs = startMs; at < bytes.length && !this.#options.client.destroyed; at += piece) {
        dueMs += pauseMs;
        await pauseUntil(dueMs);
        this.#write(bytes.subarray(at, at + piece));
      }
    });
  }

  #afterLate(then: () => void): void {
    if (!this.#isLate) then();
    else this.#late = this.#late.then(then);
  }

  #write(bytes: Uint8Array): void {
    const { client } = this.#options;
    if (bytes.length > 0 && !client.destroyed && client.writable) client.write(bytes);
  }
}

/** As `pipe` does: who is read faster than the other end takes it is paused. */
function pass(bytes: Buffer, { from, to }: { readonly from: Socket; readonly to: Socket }): void {
  if (to.destroyed || !to.writable || to.write(bytes)) return;
  from.pause();
  to.once('drain', () => from.resume());
}

function pauseUntil(dueMs: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, Math.max(0, dueMs - performance.now())));
}
