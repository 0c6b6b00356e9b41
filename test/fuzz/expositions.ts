// Mutated expositions through the whole ingest path and through the reader for people: nothing throws, and what both read they read alike.
import { readdirSync, readFileSync } from 'node:fs';
import { createIngest, type Ingest } from '../../src/app/ingest/ingest.ts';
import { settingsOf } from '../../src/app/settings.ts';
import { createScanPlan, forget, type ScanPlan } from '../../src/exposition/plan.ts';
import { readExposition } from '../../src/exposition/read.ts';
import { createScanResult, type ScanResult } from '../../src/exposition/result.ts';
import { scan } from '../../src/exposition/scan.ts';
import { type Labels, labelsKey } from '../../src/model/labels.ts';
import { nullMeter } from '../../src/model/meter.ts';
import type { Target } from '../../src/model/target.ts';
import { createStore } from '../../src/store/store.ts';
import { LIMITS } from '../exposition/scanned.ts';
import { type Dice, mutated } from './mutate.ts';

const SOURCES = ['triton', 'dcgm', 'kubelet', 'llm'] as const;
const FIXTURES = new URL('../../fixtures/', import.meta.url);

interface Known {
  readonly source: (typeof SOURCES)[number];
  /** A character a byte. */
  readonly lines: readonly string[];
}

function corpus(): readonly Known[] {
  return SOURCES.flatMap((source) => {
    const folder = new URL(`${source}/`, FIXTURES);
    const files = readdirSync(folder).filter((name) => name.endsWith('.txt'));
    return files.map((name) => ({ source, lines: readFileSync(new URL(name, folder), 'latin1').split('\n') }));
  });
}

/** What an exposition is likely to be misunderstood by. */
const WORDS = [
  ...[
    '{',
    '}',
    '"',
    '\\',
    '\\"',
    '\\n',
    '\\\\',
    ',',
    '=',
    '#',
    ' ',
    '\t',
    '\n',
    '\r\n',
    '\n\n',
    '\0',
    '\u00ef\u00bb\u00bf',
    '\u00ff',
    '\u00c3',
    '\u00f0\u009f\u0092\u00a9',
  ],
  ...[
    'NaN',
    'Inf',
    '+Inf',
    '-Inf',
    'infinity',
    'nan',
    '1e400',
    '-1e-400',
    '0x1p3',
    '1_000',
    '.',
    '-',
    '+',
    '1e',
    '9007199254740993',
    '18446744073709551615',
  ],
  ...[
    ' 1',
    ' 1 1',
    ' 1 -1',
    ' 1700000000000',
    ' 99999999999999999999',
    '-0',
    '00',
    '.5',
    '5.',
    '1.7976931348623157e308',
    '4.9e-324',
    '2.4703282292062328e-324',
  ],
  ...[
    '# HELP ',
    '# TYPE ',
    '# UNIT ',
    '# EOF\n',
    '# TYPE a histogram\n',
    'a_bucket{le="1"} 1\n',
    'a_sum 1\n',
    'a{} 1\n',
    '{"a"} 1\n',
    '{"a","b.c"="d"} 1\n',
  ],
  ...[
    '__name__',
    '__proto__',
    'constructor',
    'le',
    'model=""',
    'model="m",',
    'a'.repeat(300),
    '"'.repeat(40),
    '{'.repeat(40),
    ',l="1"'.repeat(70),
  ],
];
/** Lines of most inputs: short ones are many. */
const FEW_LINES = 4;
const UTF8 = new TextDecoder('utf-8', { ignoreBOM: true });
const BYTES = (text: string): Uint8Array => Buffer.from(text, 'latin1');

interface Input {
  readonly source: Known['source'];
  /** A character a byte. */
  readonly changed: string;
}

function inputOf(dice: Dice, known: readonly Known[]): Input {
  const { source, lines } = dice.one(known);
  const from = dice.below(lines.length);
  const base = dice.oneIn(500) ? lines.join('\n') : `${lines.slice(from, from + 1 + dice.below(FEW_LINES)).join('\n')}\n`;
  return { source, changed: mutated(base, WORDS, dice) };
}

/** The bytes of a case, for people. */
export function expositionOf(dice: Dice): Uint8Array {
  return BYTES(inputOf(dice, corpus()).changed);
}

/** Runs the cases of one block, in order, over one memory; each throws what is wrong. */
export function expositionCases(): (dice: Dice) => void {
  const known = corpus();
  const warm = createScanPlan();
  const ingested = ingestion();
  // Used again: arrays for a thousand samples cost more than the samples.
  const [one, other] = [createScanResult(), createScanResult()];
  return (dice) => {
    const { source, changed } = inputOf(dice, known);
    const bytes = BYTES(changed);
    const fresh = samplesOf(bytes, { plan: createScanPlan(), into: one });
    requireSame(samplesOf(bytes, { plan: warm, into: other }), fresh, 'what was said before changes what is read');
    if (dice.oneIn(8))
      requireSame(samplesOf(bytes, { plan: warm, into: other }), fresh, 'a second scan of the same text reads something else');
    if (dice.oneIn(20)) forget(warm, 1 + dice.below(50));
    requireAgreement(changed, fresh);
    ingested(dice, { source: dice.oneIn(4) ? 'generic' : source, bytes, samples: fresh.samples.size });
  };
}

interface Read {
  readonly samples: ReadonlyMap<string, { readonly value: number; readonly timestampMs: number }>;
  readonly result: ScanResult;
}

function samplesOf(bytes: Uint8Array, { plan, into: result }: { readonly plan: ScanPlan; readonly into: ScanResult }): Read {
  scan(bytes, { plan, limits: LIMITS, into: result });
  const samples = new Map<string, { value: number; timestampMs: number }>();
  for (let at = 0; at < result.count; at += 1) {
    const key = labelsKey(plan.line(result.lineIds[at] ?? -1).labels);
    if (samples.has(key)) throw new Error(`a series is read twice: ${key}`);
    samples.set(key, { value: result.values[at] ?? 0, timestampMs: result.timestampsMs[at] ?? 0 });
  }
  return { samples, result };
}

function requireSame(one: Read, other: Read, why: string): void {
  const all = [...new Set([...one.samples.keys(), ...other.samples.keys()])];
  const differs = all.find((key) => !isSame(one.samples.get(key), other.samples.get(key)));
  if (differs !== undefined) throw new Error(`${why}: ${differs}`);
  if (one.result.malformed.count !== other.result.malformed.count) throw new Error(`${why}: other lines are malformed`);
}

type Said = { readonly value: number; readonly timestampMs: number } | undefined;

function isSame(one: Said, other: Said): boolean {
  return Object.is(one?.value, other?.value) && Object.is(one?.timestampMs, other?.timestampMs);
}

/** Faults that lines have in the hot path only: they are limits, or two lines together. */
const OF_THE_SCAN_ALONE: ReadonlySet<string> = new Set(['too-long', 'too-many-labels', 'duplicate', 'not-utf8']);

/** The reader takes text, so bytes that are none are not compared. */
function requireAgreement(changed: string, { samples, result }: Read): void {
  const { families } = readExposition(UTF8.decode(BYTES(changed)));
  if (result.malformed.byReason.has('not-utf8')) return;
  const read = new Map<string, Said>();
  for (const { labels, value, timestampMs = Number.NaN } of families.flatMap((family) => family.samples)) {
    const key = labelsKey(withoutEmpty(labels));
    // Of a series said twice the scan takes the first.
    if (!read.has(key)) read.set(key, { value, timestampMs });
  }
  const differs = [...samples.keys()].find((key) => !isSame(samples.get(key), read.get(key)));
  if (differs !== undefined) {
    const values = `${JSON.stringify(samples.get(differs))} and ${JSON.stringify(read.get(differs))}`;
    throw new Error(`the scan and the reader disagree on ${differs}: ${values}`);
  }
  const isExplained =
    result.stoppedBy !== undefined || [...result.malformed.byReason.keys()].some((reason) => OF_THE_SCAN_ALONE.has(reason));
  if (!isExplained && read.size !== samples.size) throw new Error(`the reader has ${read.size} series, the scan ${samples.size}`);
}

function withoutEmpty(labels: Labels): Labels {
  return new Map([...labels].filter(([, value]) => value !== ''));
}

interface Scraped {
  readonly source: Target['source'];
  readonly bytes: Uint8Array;
  readonly samples: number;
}

const INTERVAL_MS = 5000;

/** A store of its own, and one target a source that says one text after the other, is swept now and then, and sometimes begun anew. */
function ingestion(): (dice: Dice, scraped: Scraped) => void {
  const jobs = [...SOURCES, 'generic'].map((source) => ({
    job_name: source,
    source,
    static_configs: [{ targets: [`${source}:8002`], labels: source === 'kubelet' ? {} : { namespace: 'demo', pod: source, node: 'n' } }],
  }));
  const { config, targets } = settingsOf('the fuzzer', [{ path: ['scrape_configs'], value: jobs }]);
  let nowMs = 1_800_000_000_000;
  const clock = { nowMs: () => nowMs, sleep: async () => {} };
  const store = createStore({ retentionMs: config.retention, seriesLimit: config.limits.series, meter: nullMeter });
  const ingest: Ingest = createIngest({ store, clock, meter: nullMeter, targets: () => targets, config: () => config });
  return (dice, { source, bytes, samples }) => {
    const target = targets.find((one) => one.source === source);
    if (target === undefined) throw new Error(`BUG: no target is a ${source}`);
    nowMs += INTERVAL_MS;
    const result = ingest.ingest(target, bytes, nowMs);
    const isGood = result.kind === 'ingested';
    ingest.report(target, nowMs, { up: isGood, durationSeconds: 0.1, samples: isGood ? result.samples : 0 });
    if (isGood && result.samples !== samples) throw new Error(`ingested ${result.samples} samples of ${samples}`);
    if (!isGood && result.error.message === '') throw new Error('a failure without a word');
    if (dice.oneIn(20)) ingest.sweep();
    if (dice.oneIn(100)) ingest.forget(target);
    if (dice.oneIn(200)) ingest.recompile();
  };
}
