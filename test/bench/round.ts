// A thousand targets of four hundred series, read over loopback HTTP from another process.
import { createHttpSource } from '../../src/app/http-source.ts';
import { wire } from '../../src/app/wire.ts';
import { createRegistryMeter } from '../../src/exporter/meter.ts';
import { tuneCollector } from '../../src/lib/collector.ts';
import { silentLog } from '../../src/model/log.ts';
import { fleetSettings, playFleet } from './fleet.ts';
import { cpuMs, quantile, shown } from './measure.ts';
import { report, verdictOf } from './report.ts';
import { SteppedClock } from './stepped-clock.ts';

const PODS = 1000;
const MODELS = 15;
const INTERVAL_MS = 5000;
const TICK_MS = 100;
const ROUNDS_OF_RETENTION = 60;
const PACED_ROUNDS = 6;
const MOST_CPU_SECONDS = 0.35;
const MOST_RSS_MIB = 350;

tuneCollector();
const fleet = await playFleet({ pods: PODS, models: MODELS });
const settings = fleetSettings(fleet.addresses, MODELS);
const clock = new SteppedClock();
const { meter } = createRegistryMeter();
const source = createHttpSource({ config: settings.config, clock, version: 'bench' });
const { scraper, ingest } = wire({ settings, clock, log: silentLog, meter, fetch: source.fetch });

// Twice the retention, as fast as it goes.
const burst: number[] = [];
for (let round = 0; round < 2 * ROUNDS_OF_RETENTION; round += 1) {
  const startMs = cpuMs();
  for (let tick = 0; tick < INTERVAL_MS / TICK_MS; tick += 1) {
    clock.step(TICK_MS);
    scraper.tick();
    await scraper.idle();
  }
  if (round % 2 === 0) ingest.sweep();
  burst.push((cpuMs() - startMs) / 1000);
}
const rss = process.memoryUsage().rss / 1024 / 1024;

// Then paced by the real clock.
clock.run();
const stop = new AbortController();
const scraping = scraper.start(stop.signal);
const paced: number[] = [];
await clock.sleep(INTERVAL_MS);
for (let round = 0; round < PACED_ROUNDS; round += 1) {
  const startMs = cpuMs();
  await clock.sleep(INTERVAL_MS);
  paced.push((cpuMs() - startMs) / 1000);
}
stop.abort();
await scraping;
const up = [...scraper.book.all()].filter(({ lastError, lastSuccessMs }) => lastError === undefined && lastSuccessMs !== undefined);
const [first] = up;
await source.close();
fleet.stop();

const cpuSeconds = quantile(paced, 0.5);
report({
  work: `a round of ${up.length} targets × ${first?.samples} series every 5 s over HTTP`,
  measured: `${shown(cpuSeconds)} CPU s (as fast as it goes ${shown(quantile(burst.slice(ROUNDS_OF_RETENTION), 0.5))})`,
  reference: '(Prometheus 3.15: 1.0)',
  reach: `≤ ${MOST_CPU_SECONDS} CPU s`,
  verdict: verdictOf(cpuSeconds <= MOST_CPU_SECONDS && up.length === PODS),
});
report({
  work: 'memory after twice the retention',
  measured: `${shown(rss)} MiB RSS`,
  reference: '(Prometheus 3.15: 684 MB)',
  reach: `≤ ${MOST_RSS_MIB} MB`,
  verdict: verdictOf(rss <= MOST_RSS_MIB),
});
