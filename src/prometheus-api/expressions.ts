// /format_query, /parse_query and /query_exemplars: what can be said of an expression without evaluating it.

import { type Expr, selectorsOf } from '../promql/syntax/ast.ts';
import { parseExpression } from '../promql/syntax/parse.ts';
import { type Answer, answerOf } from './answer.ts';
import type { Endpoint, Question } from './endpoint.ts';
import { ApiFailure, toldOf } from './failure.ts';
import { formatExpression } from './format.ts';
import { treeOf } from './tree.ts';

/** `experimentalFunctions`: whether the engine behind the API has them. */
export function expressionEndpoints(experimentalFunctions: () => boolean): readonly Endpoint[] {
  const expressionIn = ({ parameters }: Question): Expr =>
    toldOf('query', () => parseExpression(parameters.text('query'), { experimentalFunctions: experimentalFunctions() }));
  return [
    { path: '/format_query', takesForm: true, answer: (question) => answerOf(formatExpression(expressionIn(question))) },
    {
      path: '/parse_query',
      takesForm: true,
      answer: (question) => answerOf(treeOf(expressionIn(question), question.parameters.text('query'))),
    },
    { path: '/query_exemplars', takesForm: true, answer: (question) => exemplars(question, () => expressionIn(question)) },
  ];
}

/** Plimsoll keeps none; a question about nothing has no answer, as in Prometheus. */
function exemplars(question: Question, expression: () => Expr): Answer | undefined {
  const { startMs, endMs } = question.parameters.span();
  if (endMs < startMs) throw new ApiFailure('bad_data', 'end timestamp must not be before start timestamp');
  return selectorsOf(expression()).length === 0 ? undefined : answerOf([]);
}
