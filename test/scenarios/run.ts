// Runs a scenario: the wired pipeline on a virtual clock, its network replaced by what the scenario says.
import { type Settings, settingsOf } from '../../src/app/settings.ts';
import { type Plimsoll, wire } from '../../src/app/wire.ts';
import { VirtualClock } from '../../src/lib/virtual-clock.ts';
import { NODE_CPU_CORES } from '../../src/model/fact.ts';
import type { Fetch, FetchJson } from '../../src/model/fetch.ts';
import type { ObjectRef } from '../../src/model/inventory.ts';
import type { LabelSelector } from '../../src/model/label-selector.ts';
import { labelsOf } from '../../src/model/labels.ts';
import { silentLog } from '../../src/model/log.ts';
import { nullMeter } from '../../src/model/meter.ts';
import type { SignalAnswer } from '../../src/model/signal.ts';
import type { ScrapeFailure, Target } from '../../src/model/target.ts';
import { apiAnswer } from './api.ts';
import { type Check, type Scenario, type ScenarioTarget, takenMs, valueAt } from './language.ts';

/** Virtual time 0 on the wall clock: any instant after 1970 does. */
const EPOCH_MS = 1_800_000_000_000;
/** As Triton types them. */
const TRITONS_COUNTERS = /^nv_inference_(?!pending_request_count$)/;
/** How long one answer takes on the scenario's network. */
const ANSWER_MS = 20;

/** Runs to the last expectation and returns every one that did not hold, in words. */
export async function runScenario(scenario: Scenario): Promise<string[]> {
  const clock = new VirtualClock(EPOCH_MS + scenario.startMs);
  const settingsAt = (atMs: number): Settings => settingsFor(scenario, atMs);
  const plimsoll = wire({
    settings: settingsAt(scenario.startMs),
    clock,
    log: silentLog,
    meter: nullMeter,
    fetch: fetchFor(scenario, clock),
    fetchJson: fetchJsonFor(scenario, clock),
  });
  const stop = new AbortController();
  const running = plimsoll.scraper.start(stop.signal);
  const changes = scenario.targets
    .flatMap(({ fromMs, toMs }) => [fromMs, toMs])
    .filter((ms) => ms > scenario.startMs && Number.isFinite(ms));
  const failures: string[] = [];
  const events = [...changes.map((atMs) => ({ atMs, check: undefined })), ...scenario.checks.map((check) => ({ atMs: check.atMs, check }))];
  for (const { atMs, check } of events.sort((a, b) => a.atMs - b.atMs)) {
    await clock.advance(Math.max(0, EPOCH_MS + atMs - clock.nowMs()));
    if (check === undefined) plimsoll.apply(settingsAt(atMs));
    else failures.push(...violations(check, await answerTo(check, plimsoll)));
    plimsoll.ingest.sweep();
  }
  stop.abort();
  await clock.advance(1000);
  await running;
  return failures;
}

function settingsFor({ targets, settings, apis }: Scenario, atMs: number): Settings {
  // Of kubelets too, whose usual interval is longer.
  const interval = settings.find(({ path }) => path.join('.') === 'scrape.interval')?.value ?? '5s';
  const jobs = targets
    .filter(({ fromMs, toMs }) => fromMs <= atMs && atMs < toMs)
    .map(({ name, source, labels }) => ({
      job_name: name,
      source,
      scrape_interval: interval,
      triton_api: { enabled: apis.some(({ target }) => target === name) },
      static_configs: [{ targets: [`${name}:80`], labels }],
    }));
  const known = settingsOf('the scenario', [...settings, { path: ['scrape_configs'], value: jobs }]);
  return { ...known, targets: known.targets.map((target) => withFacts(target, targets)) };
}

/** What a cluster would tell of the target. */
function withFacts(target: Target, targets: readonly ScenarioTarget[]): Target {
  const cores = targets.find(({ name }) => name === target.job)?.cores;
  return cores === undefined ? target : { ...target, facts: [{ labels: labelsOf({ __name__: NODE_CPU_CORES }), value: cores }] };
}

function fetchFor(scenario: Scenario, clock: VirtualClock): Fetch {
  return async (target, signal) => {
    const sentMs = clock.nowMs() - EPOCH_MS;
    const outage = scenario.outages.find(({ target: name, fromMs, toMs }) => name === target.job && fromMs <= sentMs && sentMs < toMs);
    if (outage?.failure === 'timeout') {
      await clock.sleep(target.timeoutMs, signal);
      return { kind: 'failed', error: { failure: 'timeout', message: `no answer within ${target.timeoutMs} ms` } };
    }
    await clock.sleep(ANSWER_MS, signal);
    if (outage !== undefined) {
      const message = outage.failure === 'refused' ? 'connection refused' : `the scenario says ${outage.failure}`;
      return { kind: 'failed', error: { failure: outage.failure as ScrapeFailure, message } };
    }
    const said = scenario.targets.find(({ name }) => name === target.job);
    return { kind: 'body', bytes: new TextEncoder().encode(said === undefined ? '' : textAt(said, sentMs)) };
  };
}

function fetchJsonFor({ apis, outages }: Scenario, clock: VirtualClock): FetchJson {
  return async ({ target, path }, signal) => {
    const atMs = clock.nowMs() - EPOCH_MS;
    const outage = outages.find(({ target: name, fromMs, toMs }) => name === `api:${target.job}` && fromMs <= atMs && atMs < toMs);
    const api = apis.find(({ target: name }) => name === target.job);
    if (outage?.failure === 'timeout') {
      await clock.sleep(target.timeoutMs, signal);
      return { kind: 'failed', error: { failure: 'timeout', message: `no answer within ${target.timeoutMs} ms` } };
    }
    if (outage !== undefined || api === undefined) {
      return { kind: 'failed', error: { failure: 'refused', message: `connection refused at ${target.job}:8000` } };
    }
    return { kind: 'answer', ...apiAnswer(api, { path, atMs }) };
  };
}

function textAt(target: ScenarioTarget, atMs: number): string {
  return target.pauseMs === undefined ? textNow(target, atMs) : textTaken(target, atMs);
}

/** What is not said any more is not said, however long ago it was taken. */
function textTaken(target: ScenarioTarget, atMs: number): string {
  const taken = takenMs(target, atMs);
  if (taken === undefined) return '';
  return target.series
    .filter(({ points }) => valueAt(points, atMs) !== undefined)
    .map(({ line, points }) => ({ line, value: valueAt(points, taken) }))
    .filter(({ value }) => value !== undefined)
    .map(({ line, value }) => `${line} ${value} ${EPOCH_MS + taken}\n`)
    .join('');
}

function textNow({ series }: ScenarioTarget, atMs: number): string {
  const types = new Set(series.map(({ line }) => line.replace(/\{.*/, '')).filter((name) => TRITONS_COUNTERS.test(name)));
  const typed = [...types].map((name) => `# TYPE ${name} counter\n`).join('');
  const said = series
    .map(({ line, points }) => ({ line, value: valueAt(points, atMs) }))
    .filter(({ value }) => value !== undefined)
    .map(({ line, value }) => `${line} ${value}\n`)
    .join('');
  return `${typed}${said}`;
}

const OBJECTS: Readonly<Record<string, { readonly group: string; readonly resource: string }>> = {
  deployment: { group: 'apps', resource: 'deployments' },
  service: { group: '', resource: 'services' },
  namespace: { group: '', resource: 'namespaces' },
  node: { group: '', resource: 'nodes' },
};

async function answerTo(check: Check, { signals }: Plimsoll): Promise<SignalAnswer> {
  const { kind, signal, name, selector } = check;
  const metricSelector = requirements(selector);
  if (kind === 'pod') {
    const [one] = await signals.ofPods({ signal, pods: [{ namespace: 'demo', name }], metricSelector });
    if (one === undefined) throw new Error('BUG: no answer about a pod');
    return one.answer;
  }
  if (kind === 'external') return signals.ofExternal({ signal, namespace: name, selector: metricSelector });
  const known = OBJECTS[kind];
  if (known === undefined) throw new Error(`line ${check.line}: unknown kind "${kind}"`);
  const object: ObjectRef = kind === 'namespace' || kind === 'node' ? { ...known, name } : { ...known, namespace: 'demo', name };
  return signals.ofObject({ signal, object, metricSelector });
}

function requirements(selector: Readonly<Record<string, string>>): LabelSelector {
  return Object.entries(selector).map(([key, value]) => ({ key, operator: 'In', values: [value] }));
}

function violations(check: Check, answer: SignalAnswer): string[] {
  const where = `line ${check.line} (at ${check.atMs / 1000}s, ${check.kind} ${check.name} ${check.signal})`;
  return mismatches(check, answer).map((what) => `${where}: ${what}`);
}

function mismatches(check: Check, answer: SignalAnswer): string[] {
  if (answer.kind === 'absent') {
    const told = `absent ${answer.reason}: ${answer.detail}`;
    const reason = 'absent' in check.expected ? check.expected.absent : check.orAbsent;
    if (reason === undefined && 'value' in check.expected) return [`expected ${check.expected.value}, got ${told}`];
    if (reason !== answer.reason) return [`expected absent ${reason}, got ${told}`];
    return check.parts.filter((part) => !answer.detail.includes(part)).map((part) => `expected the detail to say "${part}", got ${told}`);
  }
  if ('absent' in check.expected) return [`expected absent ${check.expected.absent}, got ${answer.value}`];
  const { value } = check.expected;
  const { expected, contributing } = answer.coverage;
  const facts: readonly (readonly [boolean, string])[] = [
    [Math.abs(answer.value - value) <= (check.within ?? 1e-6 * Math.max(1, Math.abs(value))), `expected ${value}, got ${answer.value}`],
    [check.estimated === undefined || check.estimated === answer.estimated, `expected ${answer.estimated ? 'measured' : 'estimated'}`],
    [
      check.coverage === undefined || check.coverage === `${contributing}/${expected}`,
      `expected coverage ${check.coverage}, got ${contributing}/${expected}`,
    ],
    [check.windowMs === undefined || check.windowMs === answer.windowMs, `expected window ${check.windowMs}, got ${answer.windowMs}`],
    [
      check.newestMs === undefined || isWithin(check.newestMs, answer.newestMs - EPOCH_MS),
      `expected newest in ${check.newestMs} ms, got ${answer.newestMs - EPOCH_MS} ms`,
    ],
  ];
  return facts.filter(([holds]) => !holds).map(([, what]) => what);
}

function isWithin([from, to]: readonly [number, number], ms: number): boolean {
  return from <= ms && ms <= to;
}
