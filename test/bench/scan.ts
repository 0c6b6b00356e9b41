// Repeat scrapes of what real servers say, against other readers of the same text in the same run.
import parseText from 'parse-prometheus-text-format';
import { createScanPlan } from '../../src/exposition/plan.ts';
import { createScanResult } from '../../src/exposition/result.ts';
import { scan } from '../../src/exposition/scan.ts';
import { goSamplesPerSecond } from './go.ts';
import { compared, shown } from './measure.ts';
import { report, verdictOf } from './report.ts';
import { captureOf, consecutive } from './texts.ts';

const SCRAPES = 4;
const LEAST_RATIO = 25;
const LEAST_GO_RATIO = 3;
/** One scan makes a handful of objects, whatever the text's length, and none for a sample. */
const MOST_BYTES_PER_SCRAPE = 1024;
const LIMITS = { lineBytes: 16_384, labelsPerLine: 64, series: 20_000 };

for (const source of ['triton', 'dcgm'] as const) {
  const texts = consecutive(captureOf(source), SCRAPES);
  const plan = createScanPlan();
  const into = createScanResult();
  const read = inTurn(texts, (bytes) => scan(bytes, { plan, limits: LIMITS, into }));
  for (const _ of texts) read();
  const samples = into.count;
  const rate = (msPerScrape: number): number => (samples / msPerScrape) * 1000;

  const decoder = new TextDecoder();
  const { oneMs, otherMs, ratio } = compared(
    read,
    inTurn(texts, (bytes) => void parseText(decoder.decode(bytes))),
  );
  const ours = rate(oneMs);
  report({
    work: `repeat scrapes, ${source}, ${samples} samples`,
    measured: `${perSecond(ours)} samples/CPU s`,
    reference: `parse-prometheus-text-format ${perSecond(rate(otherMs))}: ${shown(ratio)} ×`,
    reach: `≥ ${LEAST_RATIO} ×`,
    verdict: verdictOf(ratio >= LEAST_RATIO),
  });

  const bytes = bytesPerCall(read);
  report({
    work: `heap taken by a repeat scrape, ${source}`,
    measured: `${Math.round(bytes)} B for ${samples} samples: ${shown(bytes / samples)} B each`,
    reference: '',
    reach: `a few objects a scrape: < ${MOST_BYTES_PER_SCRAPE} B`,
    verdict: verdictOf(bytes < MOST_BYTES_PER_SCRAPE),
  });

  const go = goSamplesPerSecond(texts);
  report({
    work: `repeat scrapes, ${source}, against Prometheus's parser`,
    measured: `${perSecond(ours)} samples/CPU s`,
    reference: typeof go === 'string' ? go : `Go textparse with its series cache ${perSecond(go)}: ${shown(ours / go)} ×`,
    reach: `≥ ${LEAST_GO_RATIO} ×`,
    verdict: typeof go === 'string' ? 'skipped' : verdictOf(ours / go >= LEAST_GO_RATIO),
  });
}

function inTurn(texts: readonly Uint8Array[], work: (bytes: Uint8Array) => void): () => void {
  let turn = 0;
  return () => {
    const bytes = texts[turn % texts.length];
    turn += 1;
    if (bytes !== undefined) work(bytes);
  };
}

/** Heap that one call takes, the least of several looks: a look in which the collector ran, or a compiler, says something else. */
function bytesPerCall(work: () => void): number {
  const calls = 100;
  const looks: number[] = [];
  for (let look = 0; look < 20; look += 1) {
    globalThis.gc?.();
    const before = process.memoryUsage().heapUsed;
    for (let call = 0; call < calls; call += 1) work();
    looks.push((process.memoryUsage().heapUsed - before) / calls);
  }
  return Math.min(...looks.filter((bytes) => bytes >= 0));
}

function perSecond(rate: number): string {
  return `${shown(rate / 1e6)} M`;
}
