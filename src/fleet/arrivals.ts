// A service's requests: Poisson arrivals at a moving rate, each given to one of the pods that are ready.
import type { EventQueue } from './event-queue.ts';
import type { Load } from './load.ts';
import { exponential, type Random } from './random.ts';
import type { ServiceSpec } from './spec.ts';

/**
 * Calls `arrive` at the events of a Poisson process with the load's rate, by thinning (Lewis and Shedler 1979):
 * candidates come at the highest rate, and each is kept with the probability rate ÷ highest rate.
 */
export function scheduleArrivals(
  load: Load,
  options: { readonly events: EventQueue; readonly random: Random; readonly arrive: () => void },
): void {
  const { events, random, arrive } = options;
  if (load.maxPerSecond <= 0) return;
  const meanGapUs = 1e6 / load.maxPerSecond;
  const candidate = (): void => {
    events.at(events.nowUs + exponential(random, meanGapUs), candidate);
    if (random() * load.maxPerSecond <= load.perSecond(events.nowUs / 1e6)) arrive();
  };
  events.at(events.nowUs + exponential(random, meanGapUs), candidate);
}

/** Picks a pod for each request; undefined when none is ready, and the request is lost as at a service without endpoints. */
export function createRouter<Pod extends { readonly process: { readonly phase: string } }>(
  pods: readonly Pod[],
  options: { readonly routing: ServiceSpec['routing']; readonly random: Random },
): () => Pod | undefined {
  const { routing, random } = options;
  let turn = 0;
  return () => {
    const ready = pods.filter((pod) => pod.process.phase === 'up');
    if (ready.length <= 1) return ready[0];
    if (routing === 'random') return ready[Math.ceil(random() * ready.length) - 1];
    turn += 1;
    return ready[turn % ready.length];
  };
}
