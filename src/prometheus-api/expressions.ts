// /format_query, /parse_query and /query_exemplars: what can be said of an expression without evaluating it.

import { type Expr, selectorsOf } from '../promql/syntax/ast.ts';
import { parseExpression } from '../promql/syntax/parse.ts';
import { type Answer, answerOf } from './answer.ts';
import type { Endpoint, Question } from './endpoint.ts';
import { ApiFailure, toldOf } from './failure.ts';
import { formatExpression } from './format.ts';
import { treeOf } from './tree.ts';

export function expressionEndpoints(): readonly Endpoint[] {
  return [
    { path: '/format_query', takesForm: true, answer: (question) => answerOf(formatExpression(expressionIn(question))) },
    {
      path: '/parse_query',
      takesForm: true,
      answer: (question) => answerOf(treeOf(expressionIn(question), question.parameters.text('query'))),
    },
    { path: '/query_exemplars', takesForm: true, answer: exemplars },
  ];
}

function expressionIn({ parameters }: Question): Expr {
  return toldOf('query', () => parseExpression(parameters.text('query')));
}

/** Plimsoll keeps none; a question about nothing has no answer, as in Prometheus. */
function exemplars(question: Question): Answer | undefined {
  const { startMs, endMs } = question.parameters.span();
  if (endMs < startMs) throw new ApiFailure('bad_data', 'end timestamp must not be before start timestamp');
  return selectorsOf(expressionIn(question)).length === 0 ? undefined : answerOf([]);
}
