// Known traps in the expressions of rules: each was found in a published recipe, or made an autoscaler swing.
import type { Expr } from '../../promql/syntax/ast.ts';
import { withoutParentheses } from '../../promql/syntax/ast.ts';
import { typeOf } from '../../promql/syntax/check.ts';
import { type FamilyTypes, isCounter, isGauge, isMemory, isOfModels, isQueue, isUtilisation } from './families.ts';
import { error, type Finding, warning } from './finding.ts';
import { selectorsIn, type Use, usesIn } from './uses.ts';

export interface TrapOptions {
  readonly types: FamilyTypes;
  /** How often targets are read. */
  readonly intervalMs: number;
  /** How long samples are kept. */
  readonly retentionMs: number;
}

type Trap = (use: Use, options: TrapOptions) => Finding | undefined;

const INFLIGHT = 'triton_inflight_requests of the catalogue is linear in load';

/** A signal that is looked at as a whole; the others are found node by node. */
const TRAPS: readonly Trap[] = [
  deltaOfCounter,
  rateOfGauge,
  rawCounter,
  smoothed,
  averageOfModels,
  meanOfRatios,
  ratioOfQueue,
  utilisation,
  memory,
  window,
];

/** Each kind of trap once, the first place that has it. */
export function trapsIn(expr: Expr, options: TrapOptions): readonly Finding[] {
  const found = new Map<string, Finding>();
  for (const use of usesIn(expr)) {
    for (const trap of TRAPS) {
      const finding = trap(use, options);
      if (finding !== undefined && !found.has(finding.code)) found.set(finding.code, finding);
    }
  }
  const alone = found.has('ratio-of-queue') ? undefined : queueAlone(expr);
  return alone === undefined ? [...found.values()] : [...found.values(), alone];
}

const DIFFERENCES = ['delta', 'idelta', 'deriv', 'predict_linear'];
const RATES = ['rate', 'irate', 'increase'];

function deltaOfCounter({ node }: Use, { types }: TrapOptions): Finding | undefined {
  if (node.kind !== 'call' || !DIFFERENCES.includes(node.name)) return undefined;
  const counter = namesIn(node).find((name) => isCounter(name, types));
  return counter === undefined
    ? undefined
    : warning(
        'delta-of-counter',
        `${node.name}() of the counter ${counter} is negative after a restart of its server; write rate() or increase()`,
      );
}

function rateOfGauge({ node }: Use, { types }: TrapOptions): Finding | undefined {
  if (node.kind !== 'call' || !RATES.includes(node.name)) return undefined;
  const gauge = namesIn(node).find((name) => isGauge(name, types));
  return gauge === undefined
    ? undefined
    : warning(
        'rate-of-gauge',
        `${node.name}() takes each fall of the gauge ${gauge} for a restart; write avg_over_time(), or take it as it is`,
      );
}

/** Functions over time that know what a counter is, and those for which it does not matter. */
const COUNTER_SAFE = new Set([
  ...RATES,
  ...DIFFERENCES,
  'resets',
  'changes',
  'count_over_time',
  'present_over_time',
  'absent',
  'absent_over_time',
  'timestamp',
]);

function rawCounter({ node, within }: Use, { types }: TrapOptions): Finding | undefined {
  if (node.kind !== 'selector' || node.name === undefined || !isCounter(node.name, types)) return undefined;
  const isSafe = within.some(
    (around) => (around.kind === 'call' && COUNTER_SAFE.has(around.name)) || (around.kind === 'aggregation' && around.operator === 'count'),
  );
  return isSafe
    ? undefined
    : warning(
        'raw-counter',
        `the counter ${node.name} only grows, so an autoscaler that follows it only scales up; write rate(${node.name}{…}[1m])`,
      );
}

function smoothed({ node }: Use): Finding | undefined {
  if (node.kind !== 'binary' || node.operator !== '/') return undefined;
  const divisor = withoutParentheses(node.right);
  const sum = usesIn(divisor).find(
    ({ node: part }) => part.kind === 'binary' && part.operator === '+' && (isNumber(part.left) || isNumber(part.right)),
  );
  if (sum !== undefined) {
    return warning(
      'smoothed-divisor',
      'a number added to what is divided by pulls the value towards 0 when there is little traffic; divide sums: without traffic there is then no value, which is true',
    );
  }
  const clamped = divisor.kind === 'call' && divisor.name === 'clamp_min';
  return clamped
    ? warning(
        'smoothed-divisor',
        'clamp_min() on what is divided by makes the value jump at the edge of idleness; divide sums: without traffic there is then no value, which is true',
      )
    : undefined;
}

function averageOfModels({ node }: Use): Finding | undefined {
  if (node.kind !== 'aggregation' || node.operator !== 'avg') return undefined;
  const name = namesIn(node.argument).find(isOfModels);
  if (name === undefined || isGroupedByModel(node)) return undefined;
  return warning(
    'average-of-models',
    `avg() of ${name} is over all models, idle ones too, and since Triton 23.09 over two sets of series (with and without gpu_uuid), so a hot model disappears in it; write sum()`,
  );
}

function isGroupedByModel({ grouping }: Extract<Expr, { kind: 'aggregation' }>): boolean {
  return !grouping.without && grouping.labels.includes('model') && grouping.labels.includes('gpu_uuid');
}

function meanOfRatios({ node }: Use): Finding | undefined {
  if (node.kind !== 'aggregation' || !['avg', 'sum'].includes(node.operator)) return undefined;
  const inner = withoutParentheses(node.argument);
  if (inner.kind !== 'binary' || inner.operator !== '/' || typeOf(inner.left) !== 'vector' || typeOf(inner.right) !== 'vector')
    return undefined;
  return warning(
    'mean-of-ratios',
    `${node.operator}() of ratios gives a series without traffic as much weight as a busy one; divide sums: sum(…) by (…) / sum(…) by (…)`,
  );
}

function ratioOfQueue({ node }: Use): Finding | undefined {
  if (node.kind !== 'binary' || node.operator !== '/' || typeOf(node.right) !== 'vector') return undefined;
  const queue = namesIn(node.left).find(isQueue);
  return queue === undefined
    ? undefined
    : warning(
        'ratio-of-queue',
        `a ratio of ${queue} is 0 until a server is saturated, and then grows without bound: an autoscaler that follows it swings between its limits at a steady load; ${INFLIGHT}`,
      );
}

function queueAlone(expr: Expr): Finding | undefined {
  const names = namesIn(expr);
  if (names.length === 0 || !names.every(isQueue)) return undefined;
  return warning(
    'queue-alone',
    `${names[0]} is 0 until a server is saturated: an autoscaler that follows the queue alone acts late and swings; ${INFLIGHT}`,
  );
}

function utilisation({ node }: Use): Finding | undefined {
  if (node.kind !== 'selector' || node.name === undefined || !isUtilisation(node.name)) return undefined;
  return warning(
    'utilisation',
    `${node.name} is the time with any work on the GPU: near its end at a fraction of the load it can take, and blind to a queue; ${INFLIGHT}`,
  );
}

function memory({ node }: Use): Finding | undefined {
  if (node.kind !== 'selector' || node.name === undefined || !isMemory(node.name)) return undefined;
  const why = node.name.endsWith('_FREE')
    ? 'grows when load falls, so an autoscaler scales the wrong way'
    : 'is held by the server whatever its load, so it only scales up';
  return warning('memory', `${node.name} ${why}; ${INFLIGHT}`);
}

/** Samples that a rate needs at least, and those that it should have so that one that is late or lost does not end it. */
const LEAST_SAMPLES = 2;
const GOOD_SAMPLES = 4;

function window({ node }: Use, { intervalMs, retentionMs }: TrapOptions): Finding | undefined {
  if (node.kind !== 'selector' || node.rangeMs === undefined) return undefined;
  const range = `[${node.rangeMs / 1000}s]`;
  if (node.rangeMs > retentionMs) {
    return error('long-window', `${range} is longer than samples are kept (${retentionMs / 1000} s); raise retention to as much at least`);
  }
  if (node.rangeMs < intervalMs * LEAST_SAMPLES) {
    return error(
      'short-window',
      `${range} holds fewer than two samples at a scrape interval of ${intervalMs / 1000} s; widen it to ${(intervalMs * GOOD_SAMPLES) / 1000} s`,
    );
  }
  if (node.rangeMs >= intervalMs * GOOD_SAMPLES) return undefined;
  return warning(
    'short-window',
    `${range} is less than four scrape intervals of ${intervalMs / 1000} s, so one scrape that is late leaves a gap; widen it to ${(intervalMs * GOOD_SAMPLES) / 1000} s`,
  );
}

function namesIn(expr: Expr): readonly string[] {
  return selectorsIn(expr).flatMap(({ name }) => (name === undefined ? [] : [name]));
}

function isNumber(expr: Expr): boolean {
  return withoutParentheses(expr).kind === 'number';
}
