// One interval in which every target is scraped once.
import type { Plimsoll } from '../../src/app/wire.ts';
import type { SteppedClock } from './stepped-clock.ts';

const INTERVAL_MS = 5000;
/** Scrapes come in five heaps, as phases are spread over the interval. */
const TICK_MS = 1000;

/** Of targets that are scraped every five seconds, the default. */
export async function scrapeRound(clock: SteppedClock, { scraper, ingest }: Pick<Plimsoll, 'scraper' | 'ingest'>): Promise<void> {
  for (let tick = 0; tick < INTERVAL_MS / TICK_MS; tick += 1) {
    clock.step(TICK_MS);
    scraper.tick();
    await scraper.idle();
  }
  ingest.sweep();
}
