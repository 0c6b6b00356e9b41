// The remote engine: the same questions, asked of any Prometheus-compatible API. What goes out: expression.ts; how often: rounds.ts;
// how: asking.ts; what comes back: reply.ts, results.ts.
import type { RemoteEngineSettings } from '../../config/schema.ts';
import type { Clock } from '../../lib/clock.ts';
import type { Meter } from '../../model/meter.ts';
import type {
  InstantRequest,
  InstantResult,
  LabelValuesRequest,
  QueryEngine,
  QueryScope,
  RangeRequest,
  SeriesRequest,
} from '../../model/query-engine.ts';
import { createAsk, type Question, refuseWhileOpen } from './asking.ts';
import { Breaker, type BreakerState } from './breaker.ts';
import { Expressions, writeSelector } from './expression.ts';
import { joinInstants, joinRanges, joinSeries, joinValues } from './pieces.ts';
import { namespaceMatchers, podPieces, type WrittenMatcher } from './pod-matchers.ts';
import type { Said } from './reply.ts';
import { joinParts, readInstant, readRange, readSeries, readValues } from './results.ts';
import { type AskedPods, Rounds } from './rounds.ts';
import { remoteTelemetry } from './telemetry.ts';
import type { Transport } from './transport.ts';
import { unlessOver } from './waiting.ts';

export interface RemoteEngineOptions {
  readonly settings: RemoteEngineSettings;
  readonly transport: Transport;
  readonly clock: Clock;
  readonly meter: Meter;
  /** Questions whose times fall into one piece of this length are one, as of its start. */
  readonly bucketMs: number;
  /** Oldest `up` that tells of a live target; asked at each question. */
  readonly liveMs: () => number;
  /** Of every pod that signals know; asked at each question. */
  readonly namespaces: () => readonly string[];
}

export interface RemoteEngine extends QueryEngine {
  /** Whether it is asked now, and why not. */
  state(): { readonly breaker: BreakerState; readonly reason: string };
  /** Ends every connection, questions that are under way included. */
  close(): Promise<void>;
}

/**
 * Only instant questions are asked for many at once. Of a scope it heeds the pod set, the end of the asker's patience, and whether live
 * targets alone are asked: which ones they are it finds out by `up`. Samples are counted by the remote engine's own limits.
 */
export function createRemoteEngine(options: RemoteEngineOptions): RemoteEngine {
  const { settings, transport, clock, meter } = options;
  const telemetry = remoteTelemetry(meter);
  const breaker = new Breaker(clock);
  const about: Asking = {
    ...options,
    expressions: new Expressions(),
    ask: createAsk({ transport, settings, clock, breaker, telemetry }),
  };
  const rounds = new Rounds({
    ask: (asked) => instantOf(asked, about),
    bucketMs: options.bucketMs,
    mostNamed: settings.pods_per_query,
    namespaces: options.namespaces,
    shared: telemetry.shared,
  });
  const open = <Result>(scope: QueryScope, work: () => Promise<Result>): Promise<Result> => {
    refuseWhileOpen({ breaker, telemetry, settings });
    return unlessOver(work(), { scope, clock });
  };
  return {
    instant: async (request) => open(request, () => rounds.ask(roundOf(request, about))),
    range: async (request) => open(request, () => rangeOf(request, about)),
    series: async (request) => open(request, () => seriesOf(request, about)),
    labelValues: async (request) => open(request, () => valuesOf(request, about)),
    state: () => ({ breaker: breaker.state, reason: breaker.reason }),
    close: transport.close,
  };
}

interface Asking extends Pick<RemoteEngineOptions, 'settings' | 'liveMs'> {
  readonly expressions: Expressions;
  readonly ask: (question: Question) => Promise<Said>;
}

function roundOf({ expr, timeMs, podSet, liveTargets }: InstantRequest, { liveMs }: Asking) {
  return { expr, timeMs, podSet, liveMs: liveTargets && liveMs() };
}

interface AskedInstant {
  readonly expr: string;
  readonly liveMs: number | undefined;
  readonly timeMs: number;
  readonly pods: AskedPods;
}

async function instantOf({ expr, liveMs, timeMs, pods }: AskedInstant, { expressions, settings, ask }: Asking): Promise<InstantResult> {
  const answers = matchersOf(pods, settings).map(async (matchers) => {
    const hasParts = expressions.hasNewest(expr);
    const text = expressions.write(expr, { pods: matchers, liveMs, hasParts });
    const form = new URLSearchParams({ query: text, time: seconds(timeMs), timeout: `${settings.timeout}ms` });
    const { data, warnings, infos = [] } = await ask({ name: 'instant', method: 'POST', path: '/api/v1/query', form });
    const value = readInstant(data, settings.url);
    if (value.kind === 'vector' && hasParts) return { kind: value.kind, series: joinParts(value.series), warnings, infos };
    return { ...value, warnings, infos };
  });
  return joinInstants(await all(answers), { expr, isOfPods: pods.kind !== 'none' });
}

async function rangeOf(request: RangeRequest, { expressions, settings, ask, liveMs }: Asking) {
  const { expr, podSet, liveTargets, startMs, endMs, stepMs } = request;
  const answers = piecesOf(podSet, settings).map(async (pods) => {
    const text = expressions.write(expr, { pods, liveMs: liveTargets && liveMs(), hasParts: false });
    const form = new URLSearchParams({ query: text, start: seconds(startMs), end: seconds(endMs), step: seconds(stepMs) });
    const { data, warnings, infos = [] } = await ask({ name: 'range', method: 'POST', path: '/api/v1/query_range', form });
    return { series: readRange(data, settings.url), warnings, infos };
  });
  return joinRanges(await all(answers), { expr, isOfPods: podSet !== undefined });
}

async function seriesOf({ matchers, startMs, endMs, podSet }: SeriesRequest, { settings, ask }: Asking) {
  const answers = piecesOf(podSet, settings).map(async (pods) => {
    const form = new URLSearchParams([...matchOf(matchers, pods), ...spanOf(startMs, endMs)]);
    const { data, warnings } = await ask({ name: 'series', method: 'POST', path: '/api/v1/series', form });
    return { series: readSeries(data, settings.url), warnings };
  });
  return joinSeries(await all(answers));
}

async function valuesOf({ label, matchers, startMs, endMs, podSet }: LabelValuesRequest, { settings, ask }: Asking) {
  const path = `/api/v1/label/${encodeURIComponent(label)}/values`;
  const answers = piecesOf(podSet, settings).map(async (pods) => {
    const form = new URLSearchParams([...matchOf(matchers, pods), ...spanOf(startMs, endMs)]);
    const { data, warnings } = await ask({ name: 'label_values', method: 'GET', path, form });
    return { values: readValues(data, settings.url), warnings };
  });
  return joinValues(await all(answers));
}

type Pieces = readonly (readonly WrittenMatcher[] | undefined)[];

function matchersOf(pods: AskedPods, settings: RemoteEngineSettings): Pieces {
  switch (pods.kind) {
    case 'none':
      return [undefined];
    case 'pods':
      return podPieces(pods.pods, settings.pods_per_query);
    case 'namespaces':
      return [namespaceMatchers(pods.namespaces)];
  }
}

function piecesOf(podSet: QueryScope['podSet'], { pods_per_query: most }: RemoteEngineSettings): Pieces {
  return podSet === undefined ? [undefined] : podPieces(podSet.pods, most);
}

function matchOf(matchers: SeriesRequest['matchers'], pods: readonly WrittenMatcher[] | undefined): [string, string][] {
  return matchers.map((set) => ['match[]', writeSelector(set, pods)]);
}

function spanOf(startMs: number, endMs: number): [string, string][] {
  return [
    ['start', seconds(startMs)],
    ['end', seconds(endMs)],
  ];
}

/** As the API takes times; samples have whole milliseconds. */
function seconds(ms: number): string {
  return String(Math.round(ms) / 1000);
}

/** Every one, or the first reason; none is left to fail unheard. */
async function all<Result>(answers: readonly Promise<Result>[]): Promise<readonly Result[]> {
  for (const answer of answers) answer.catch(() => {});
  return await Promise.all(answers);
}
