// The clients of one workload: whom they send to, and when.
import type { EventQueue } from '../../../../src/fleet/event-queue.ts';
import { exponential, type Random } from '../../../../src/fleet/random.ts';
import type { Load } from './protocol.ts';
import type { SimulatedTriton } from './triton.ts';

/** A second in the queue is late. */
const LATE_US = 1e6;

/** Has one request under way, or waits for a server. */
interface Client {
  at: SimulatedTriton | undefined;
  /** Tells the answer to its last request from answers to those that were lost with a server. */
  request: number;
}

export class Workload {
  readonly members = new Set<SimulatedTriton>();
  waits = { answered: 0, late: 0 };
  readonly #events: EventQueue;
  readonly #random: Random;
  readonly #clients = new Set<Client>();
  readonly #outstanding = new Map<SimulatedTriton, number>();
  #wantedClients = 0;
  #perSecond = 0;
  /** Arrivals of an earlier rate find themselves outdated. */
  #rateVersion = 0;

  constructor(context: { readonly events: EventQueue; readonly random: Random }) {
    this.#events = context.events;
    this.#random = context.random;
  }

  setLoad(load: Load): void {
    this.#perSecond = load.kind === 'rate' ? load.perSecond : 0;
    this.#wantedClients = load.kind === 'inflight' ? load.requests : 0;
    this.#rateVersion += 1;
    this.waits = { answered: 0, late: 0 };
    this.#arriveLater(this.#rateVersion);
    while (this.#clients.size < this.#wantedClients) {
      const client: Client = { at: undefined, request: 0 };
      this.#clients.add(client);
      this.#send(client);
    }
    for (const client of this.#clients) {
      if (this.#clients.size > this.#wantedClients && client.at === undefined) this.#clients.delete(client);
    }
  }

  /** A server came, went, failed or recovered. */
  membersChanged(): void {
    for (const client of this.#clients) {
      if (client.at === undefined || !this.members.has(client.at) || client.at.fault === 'dead') this.#release(client);
    }
    for (const client of this.#clients) if (client.at === undefined) this.#send(client);
  }

  #routable(): readonly SimulatedTriton[] {
    return [...this.members].filter((member) => member.isRoutable);
  }

  /** Evenly: to where it was unless that server has more than its share by now, else to who has least. */
  #send(client: Client, before?: SimulatedTriton): void {
    const target = before !== undefined && this.#hasRoom(before) ? before : this.#leastBusy();
    if (target === undefined) return;
    client.at = target;
    client.request += 1;
    const { request } = client;
    this.#outstanding.set(target, (this.#outstanding.get(target) ?? 0) + 1);
    this.#ask(target, () => this.#answered(client, request));
  }

  #ask(target: SimulatedTriton, answered: () => void = () => {}): void {
    const arrivedUs = this.#events.nowUs;
    const { waits } = this;
    target.accept({
      arrivedUs,
      done: ({ inputUs, inferUs, outputUs }) => {
        waits.answered += 1;
        if (this.#events.nowUs - arrivedUs - inputUs - inferUs - outputUs > LATE_US) waits.late += 1;
        answered();
      },
    });
  }

  #answered(client: Client, request: number): void {
    if (client.request !== request || client.at === undefined) return;
    const before = client.at;
    this.#release(client);
    if (this.#clients.size > this.#wantedClients) this.#clients.delete(client);
    // Not from within the server's own completion.
    else this.#events.at(this.#events.nowUs, () => client.at === undefined && this.#send(client, before));
  }

  #release(client: Client): void {
    if (client.at === undefined) return;
    this.#outstanding.set(client.at, (this.#outstanding.get(client.at) ?? 1) - 1);
    client.at = undefined;
    // What is still answered was given up.
    client.request += 1;
  }

  #hasRoom(member: SimulatedTriton): boolean {
    if (!this.members.has(member) || !member.isRoutable) return false;
    return (this.#outstanding.get(member) ?? 0) < Math.ceil(this.#wantedClients / this.members.size);
  }

  #leastBusy(): SimulatedTriton | undefined {
    let best: SimulatedTriton | undefined;
    let least = Number.POSITIVE_INFINITY;
    for (const member of this.members) {
      const outstanding = this.#outstanding.get(member) ?? 0;
      if (!member.isRoutable || outstanding >= least) continue;
      best = member;
      least = outstanding;
    }
    return best;
  }

  #arriveLater(version: number): void {
    if (this.#perSecond <= 0) return;
    this.#events.at(this.#events.nowUs + exponential(this.#random, 1e6 / this.#perSecond), () => {
      if (version !== this.#rateVersion) return;
      const routable = this.#routable();
      // Without a server the request is lost, as at a Service without endpoints.
      const target = routable[Math.ceil(this.#random() * routable.length) - 1];
      if (target !== undefined) this.#ask(target);
      this.#arriveLater(version);
    });
  }
}
