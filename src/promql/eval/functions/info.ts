// info(): series enriched with the labels of info series (target_info) of the same instance and job.
import { floatAt, intAt } from '../../../lib/columns.ts';
import { METRIC_NAME } from '../../../model/labels.ts';
import type { Matcher } from '../../../model/matcher.ts';
import { type Call, selectorsOf, withoutParentheses } from '../../syntax/ast.ts';
import { compileMatcher } from '../../syntax/matcher.ts';
import { distinctness } from '../labels/distinct.ts';
import { momentOf } from '../reading/moment.ts';
import { selectorOf } from '../reading/selection.ts';
import type { Run } from '../running/run.ts';
import type { EvalSettings } from '../settings.ts';
import { vectorArgument } from '../step.ts';
import { ABSENT, isPresent, rawVector, type Vector } from '../vector.ts';
import type { FunctionBuild } from './call.ts';
import { infoJoin } from './info-join.ts';

const DEFAULT_INFO = compileMatcher({ name: METRIC_NAME, operator: '=', value: 'target_info' });

export const info: FunctionBuild = (args, { node, settings }) => {
  const argument = vectorArgument(args, 0);
  const asked = matchersOf(node);
  const onName = asked.filter(({ name }) => name === METRIC_NAME);
  const select = selectorOf(onName.length === 0 ? [DEFAULT_INFO, ...asked] : asked, settings.source);
  const readInfos = infoReader(node, settings);
  const join = infoJoin({
    // A selector without a name takes target_info's labels, and enriches target_info too.
    isInfo: (name) => onName.length > 0 && onName.every((matcher) => matcher.matches(name)),
    onData: asked.filter(({ name }) => name !== METRIC_NAME),
    texts: settings.texts,
  });
  const requireDistinct = distinctness();
  return {
    type: 'vector',
    run: (run) => {
      const base = argument(run);
      if (!hasSeries(base)) return base;
      const { rows, list } = select(run.usage.scope);
      const infos = rawVector(list, run);
      run.usage.countSamples(readInfos(rows, { run, into: infos }));
      const { list: enriched, infosOf, isLeftOut } = join(base, infos);
      const result = { list: enriched, values: base.values, newestMs: base.newestMs };
      for (let position = 0; position < base.list.size; position += 1) {
        if (isLeftOut[position] === 1) result.newestMs[position] = ABSENT;
        for (const of of infosOf) {
          const at = intAt(of, position);
          if (at >= 0) result.newestMs[position] = Math.max(floatAt(result.newestMs, position), floatAt(infos.newestMs, at));
        }
      }
      requireDistinct(result);
      return result;
    },
  };
};

/** What the second argument says; without one the name of the usual info metric. */
function matchersOf({ args: [, labels] }: Call): readonly Matcher[] {
  const selector = labels === undefined ? undefined : withoutParentheses(labels);
  return selector?.kind === 'selector' ? selector.matchers : [DEFAULT_INFO];
}

interface InfoRead {
  readonly run: Run;
  readonly into: Vector;
}

/**
 * Returns how many series have a sample. As Prometheus reads them: at the instant asked about, but none that its storage would not
 * hand out for the query's instants as the first argument's first selector moves them.
 */
function infoReader(node: Call, { source, lookbackMs }: EvalSettings): (rows: Int32Array, read: InfoRead) => number {
  const [argument = node] = node.args;
  const [first] = selectorsOf(argument);
  return (rows, { run, into }) => {
    const { timeMs } = run;
    const { span } = run.query;
    const fromMs = first === undefined ? span.startMs : momentOf(first, { timeMs: span.startMs, span });
    const toMs = first === undefined ? span.endMs : momentOf(first, { timeMs: span.endMs, span });
    return source.readNewest(rows, { fromMs: Math.max(timeMs, fromMs) - lookbackMs, toMs: Math.min(timeMs, toMs) }, into);
  };
}

function hasSeries(vector: Vector): boolean {
  for (let position = 0; position < vector.list.size; position += 1) if (isPresent(vector, position)) return true;
  return false;
}
