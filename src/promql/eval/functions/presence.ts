// Whether there is anything: absent, absent_over_time.
import { METRIC_NAME } from '../../../model/labels.ts';
import { type Expr, withoutParentheses } from '../../syntax/ast.ts';
import { listLosing, listOfLabels, type SeriesList } from '../labels/series-list.ts';
import type { Texts } from '../labels/texts.ts';
import { rangeArgument, type Step, type VectorStep, vectorArgument } from '../step.ts';
import { ABSENT, isPresent, NO_SAMPLE, type Vector } from '../vector.ts';
import type { FunctionBuild } from './call.ts';

/** 1 when the vector is empty, with the labels that its selector asks for. */
export const absent: FunctionBuild = (args, { node, settings }) => {
  const argument = vectorArgument(args, 0);
  return oneWithout(argument, listAskedFor(node.args[0], settings.texts));
};

export const absentOverTime: FunctionBuild = (args, { node, settings }) => {
  const range = rangeArgument(args, 0);
  const list = listAskedFor(node.args[0], settings.texts);
  return oneWithout(
    (run) => range.reduce(run, () => 1),
    listLosing(list, () => settings.delayedNameRemoval),
  );
};

function listAskedFor(expr: Expr | undefined, texts: Pick<Texts, 'idOf'>): SeriesList {
  return listOfLabels([labelsAskedFor(expr)], texts);
}

function oneWithout(vector: VectorStep, list: SeriesList): Step {
  return {
    type: 'vector',
    run: (run) => {
      const newestMs = hasSeries(vector(run)) ? ABSENT : NO_SAMPLE;
      return { list, values: Float64Array.of(1), newestMs: Float64Array.of(newestMs) };
    },
  };
}

function hasSeries(vector: Vector): boolean {
  for (let position = 0; position < vector.list.size; position += 1) if (isPresent(vector, position)) return true;
  return false;
}

/** What a selector says by equality, once; nothing for any other expression. */
function labelsAskedFor(expr: Expr | undefined): ReadonlyMap<string, string> {
  const selector = expr === undefined ? undefined : withoutParentheses(expr);
  const labels = new Map<string, string>();
  if (selector?.kind !== 'selector') return labels;
  const said = new Set<string>();
  for (const { name, operator, value } of selector.matchers) {
    if (name === METRIC_NAME) continue;
    if (operator === '=' && !said.has(name)) {
      labels.set(name, value);
      said.add(name);
    } else {
      labels.delete(name);
    }
  }
  for (const [name, value] of labels) if (value === '') labels.delete(name);
  return labels;
}
