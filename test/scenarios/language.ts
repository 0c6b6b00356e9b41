// The scenario language: text → steps. README.md describes it.
import { parseDurationMs } from '../../src/lib/duration.ts';

export interface Scenario {
  readonly settings: readonly { readonly path: readonly string[]; readonly value: string | number }[];
  readonly targets: readonly ScenarioTarget[];
  readonly startMs: number;
  readonly apis: readonly ScenarioApi[];
  readonly outages: readonly Outage[];
  readonly checks: readonly Check[];
}

export interface ScenarioTarget {
  readonly name: string;
  readonly source: string;
  readonly fromMs: number;
  readonly toMs: number;
  readonly labels: Readonly<Record<string, string>>;
  /** How far apart it takes its samples by itself; undefined: it says everything as it is at that moment, without a time. */
  readonly pauseMs: number | undefined;
  /** Cores of its node, as discovery tells them. */
  readonly cores: number | undefined;
  /** When it takes no samples, and repeats the last ones. */
  readonly freezes: { readonly fromMs: number; readonly toMs: number }[];
  readonly series: { readonly line: string; readonly points: readonly Point[] }[];
}

export interface Point {
  readonly atMs: number;
  /** undefined: the line is not said from here on. */
  readonly value: number | undefined;
  /** True when the value goes in a straight line from the point before. */
  readonly linear: boolean;
}

/** What the HTTP API of a target says. */
export interface ScenarioApi {
  readonly target: string;
  readonly models: readonly ScenarioModel[];
  /** Above 0 while the server is ready; always, when nothing is said. */
  readonly ready: readonly Point[];
}

export interface ScenarioModel {
  readonly kind: string;
  readonly name: string;
  readonly options: Readonly<Record<string, string>>;
  readonly fromMs: number;
  readonly toMs: number;
  /** Seconds executed, over all instances. */
  readonly busy: readonly Point[];
}

export interface Outage {
  readonly target: string;
  readonly failure: string;
  readonly fromMs: number;
  readonly toMs: number;
}

export interface Check {
  readonly atMs: number;
  /** Line number in the file. */
  readonly line: number;
  readonly kind: string;
  readonly name: string;
  readonly selector: Readonly<Record<string, string>>;
  readonly signal: string;
  readonly expected: { readonly value: number } | { readonly absent: string };
  /** It may be absent for this reason instead; `parts` are then what the detail must say. */
  readonly orAbsent?: string;
  readonly estimated?: boolean;
  readonly coverage?: string;
  readonly windowMs?: number;
  readonly newestMs?: readonly [number, number];
  readonly within?: number;
  readonly parts: readonly string[];
}

export function parseScenario(text: string): Scenario {
  const scenario = {
    settings: [] as Mutable<Scenario['settings']>,
    targets: [] as ScenarioTarget[],
    startMs: 0,
    apis: [] as Mutable<Scenario['apis']>,
    outages: [] as Outage[],
    checks: [] as Check[],
  };
  let say: ScenarioTarget | undefined;
  let api: MutableApi | undefined;
  let times: readonly number[] = [0];
  for (const [index, raw] of text.split('\n').entries()) {
    const line = raw.replace(/(^|\s)#.*$/, '').trimEnd();
    if (line.trim() === '') continue;
    const words = line.trim().split(/\s+/);
    const [verb = '', first = ''] = words;
    const fail = (why: string): never => {
      throw new Error(`line ${index + 1}: ${why}: ${line}`);
    };
    if (/^\s/.test(line) && verb !== 'expect' && api !== undefined) {
      addToApi(api, words, fail);
      continue;
    }
    if (/^\s/.test(line) && verb !== 'expect') {
      (say ?? fail('a series belongs under `say`')).series.push(parseSeries(line.trim(), fail));
      continue;
    }
    switch (verb) {
      case 'set':
        scenario.settings.push({ path: first.split('.'), value: settingValue(words.slice(2).join(' ')) });
        break;
      case 'target':
        scenario.targets.push(parseTarget(words.slice(1), fail));
        break;
      case 'start':
        scenario.startMs = ms(first, fail);
        break;
      case 'api':
        api = { target: first, models: [], ready: [] };
        scenario.apis.push(api);
        break;
      case 'say':
        api = undefined;
        say = scenario.targets.find((target) => target.name === first) ?? fail('unknown target');
        break;
      case 'fail': {
        const [from = '', to = ''] = (words[3] ?? '').split('..');
        scenario.outages.push({
          target: first,
          failure: words[2] ?? '',
          fromMs: ms(from, fail),
          toMs: to === '' ? Number.POSITIVE_INFINITY : ms(to, fail),
        });
        break;
      }
      case 'freeze': {
        const [fromMs, toMs] = parseSpan(words[2] ?? '', fail);
        (scenario.targets.find((target) => target.name === first) ?? fail('unknown target')).freezes.push({ fromMs, toMs });
        break;
      }
      case 'at':
        times = [ms(first, fail)];
        break;
      case 'each':
        times = timesIn(parseSpan(words[2] ?? '', fail), ms(first, fail));
        break;
      case 'expect': {
        const check = parseCheck(line.trim().slice('expect'.length).trim(), { line: index + 1, fail });
        scenario.checks.push(...times.map((atMs) => ({ ...check, atMs })));
        break;
      }
      default:
        fail('unknown word');
    }
  }
  return scenario;
}

type Mutable<T> = T extends readonly (infer E)[] ? E[] : never;
type Fail = (why: string) => never;

function settingValue(text: string): string | number {
  return /^\d+$/.test(text) ? Number(text) : text;
}

function ms(text: string, fail: Fail): number {
  return text === '0s' ? 0 : (parseDurationMs(text) ?? fail(`no time "${text}"`));
}

function parseSpan(text: string, fail: Fail): [number, number] {
  const [from = '', to = ''] = text.split('..');
  return [ms(from, fail), ms(to, fail)];
}

/** From the first on, the last included. */
function timesIn([fromMs, toMs]: readonly [number, number], stepMs: number): readonly number[] {
  return Array.from({ length: Math.floor((toMs - fromMs) / stepMs) + 1 }, (_, at) => fromMs + at * stepMs);
}

function parseTarget([name = '', source = '', ...rest]: readonly string[], fail: Fail): ScenarioTarget {
  const labels = Object.fromEntries(rest.map((word) => word.split('=', 2) as [string, string]));
  const { from = '0s', to, pause, cores, ...own } = labels;
  return {
    name,
    source,
    fromMs: ms(from, fail),
    toMs: to === undefined ? Number.POSITIVE_INFINITY : ms(to, fail),
    labels: own,
    pauseMs: pause === undefined ? undefined : ms(pause, fail),
    cores: cores === undefined ? undefined : Number(cores),
    freezes: [],
    series: [],
  };
}

function parseSeries(text: string, fail: Fail): { line: string; points: Point[] } {
  const match = /^(?<line>[^\s{]+(?:\{[^}]*\})?)\s+(?<points>.+)$/.exec(text)?.groups ?? fail('no series');
  return { line: match['line'] ?? '', points: parsePoints((match['points'] ?? '').split(/\s+/), fail) };
}

function parsePoints(words: readonly string[], fail: Fail): Point[] {
  return words.map((word): Point => {
    const [, at = '', kind, value = ''] = /^([^=~]+)([=~])(.+)$/.exec(word) ?? fail(`no point "${word}"`);
    return { atMs: ms(at, fail), value: value === 'absent' ? undefined : Number(value), linear: kind === '~' };
  });
}

interface MutableApi {
  readonly target: string;
  readonly models: ScenarioModel[];
  ready: Point[];
}

function addToApi(api: MutableApi, [verb = '', name = '', ...words]: readonly string[], fail: Fail): void {
  if (verb === 'ready') {
    api.ready = parsePoints([name, ...words], fail);
    return;
  }
  if (verb !== 'leaf' && verb !== 'ensemble') fail('an API says leaf, ensemble or ready');
  const busyAt = words.indexOf('busy');
  const options = Object.fromEntries((busyAt < 0 ? words : words.slice(0, busyAt)).map((word) => word.split('=', 2) as [string, string]));
  const { from = '0s', to, ...rest } = options;
  api.models.push({
    kind: verb,
    name,
    options: rest,
    fromMs: ms(from, fail),
    toMs: to === undefined ? Number.POSITIVE_INFINITY : ms(to, fail),
    busy: busyAt < 0 ? [] : parsePoints(words.slice(busyAt + 1), fail),
  });
}

function parseCheck(text: string, where: { line: number; fail: Fail }): Omit<Check, 'atMs'> {
  const parts = [...text.matchAll(/"([^"]*)"/g)].map((match) => match[1] ?? '');
  const [kind = '', object = '', signal = '', ...words] = text
    .replaceAll(/"[^"]*"/g, '')
    .trim()
    .split(/\s+/);
  const [, name = '', selector = ''] = /^([^{]*)(?:\{(.*)\})?$/.exec(object) ?? [];
  const options: Record<string, string | true> = {};
  const expected = words[0] === 'absent' ? { absent: words[1] ?? where.fail('which reason?') } : { value: Number(words[0]) };
  for (let i = words[0] === 'absent' ? 2 : 1; i < words.length; i += 1) {
    const word = words[i] ?? '';
    if (word === 'estimated' || word === 'measured') options[word] = true;
    else if (['coverage', 'window', 'newest', 'within', 'or-absent'].includes(word))
      options[word] = words[++i] ?? where.fail(`${word} what?`);
    else where.fail(`unknown word "${word}"`);
  }
  return {
    line: where.line,
    kind,
    name,
    selector: Object.fromEntries(
      selector
        .split(',')
        .filter(Boolean)
        .map((pair) => pair.split('=', 2) as [string, string]),
    ),
    signal,
    expected,
    parts,
    ...(typeof options['or-absent'] === 'string' ? { orAbsent: options['or-absent'] } : {}),
    ...(options['estimated'] ? { estimated: true } : options['measured'] ? { estimated: false } : {}),
    ...(typeof options['coverage'] === 'string' ? { coverage: options['coverage'] } : {}),
    ...(typeof options['window'] === 'string' ? { windowMs: ms(options['window'], where.fail) } : {}),
    ...(typeof options['newest'] === 'string' ? { newestMs: parseSpan(options['newest'], where.fail) } : {}),
    ...(typeof options['within'] === 'string' ? { within: Number(options['within']) } : {}),
  };
}

/** When the samples that a target says at an instant were taken; undefined before the first. */
export function takenMs({ pauseMs = 1, freezes }: ScenarioTarget, atMs: number): number | undefined {
  for (let taken = atMs - (atMs % pauseMs); taken >= 0; taken -= pauseMs) {
    if (!freezes.some(({ fromMs, toMs }) => fromMs <= taken && taken < toMs)) return taken;
  }
  return undefined;
}

/** What a series says at an instant; undefined when it is not said. */
export function valueAt(points: readonly Point[], atMs: number): number | undefined {
  let current: Point | undefined;
  for (const point of points) {
    if (point.atMs <= atMs) {
      current = point;
      continue;
    }
    if (!point.linear || current?.value === undefined || point.value === undefined) break;
    return current.value + ((point.value - current.value) * (atMs - current.atMs)) / (point.atMs - current.atMs);
  }
  return current?.value;
}
