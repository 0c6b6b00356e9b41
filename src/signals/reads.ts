// What an expression reads, and how it is written for people.
import type { ReadSeries } from '../model/explanation.ts';
import type { PodRef } from '../model/pod.ts';
import { POD_SET_LABEL } from '../model/query-engine.ts';
import type { Expr, Selector } from '../promql/syntax/ast.ts';
import { parseExpression } from '../promql/syntax/parse.ts';
import { printSelector } from '../promql/syntax/print.ts';
import { oneOf } from './matchers.ts';
import { POD_SET_MATCHER } from './template.ts';

/** The series that an expression reads, in the order of the text, each once. */
export function readsOf(text: string): readonly ReadSeries[] {
  const reads = new Map<string, ReadSeries>();
  for (const { selector, through } of selectorsIn(parseExpression(text), undefined)) {
    const key = `${through ?? ''} ${printSelector(selector)}`;
    if (!reads.has(key)) reads.set(key, readOf(selector, through));
  }
  return [...reads.values()];
}

interface Found {
  readonly selector: Selector;
  readonly through: string | undefined;
}

function readOf({ matchers, rangeMs }: Selector, through: string | undefined): ReadSeries {
  const ofPods = matchers.some(({ name }) => name === POD_SET_LABEL);
  return { matchers, ofPods, rangeMs, through: rangeMs === undefined ? undefined : through };
}

function selectorsIn(expr: Expr, through: string | undefined): readonly Found[] {
  switch (expr.kind) {
    case 'number':
    case 'string':
      return [];
    case 'selector':
      return [{ selector: expr, through }];
    case 'call':
      return expr.args.flatMap((argument) => selectorsIn(argument, expr.name));
    case 'aggregation':
      return [...(expr.parameter === undefined ? [] : selectorsIn(expr.parameter, undefined)), ...selectorsIn(expr.argument, undefined)];
    case 'subquery':
      return selectorsIn(expr.expr, undefined);
    case 'parentheses':
      return selectorsIn(expr.inner, through);
    case 'unary':
      return selectorsIn(expr.operand, undefined);
    case 'binary':
      return [...selectorsIn(expr.left, undefined), ...selectorsIn(expr.right, undefined)];
  }
}

/** Names written out: an expression with more could not be read any more. */
const MOST_NAMES = 10;

/** The expression with the pods that it asks about written out, so that it can be pasted where no pod set is known, and in short. */
export function written(text: string, pods: readonly PodRef[]): { readonly text: string; readonly short: string } {
  return { text: text.replaceAll(POD_SET_MATCHER, podMatchers(pods)), short: text.replaceAll(POD_SET_MATCHER, 'pods') };
}

function podMatchers(pods: readonly PodRef[]): string {
  const namespaces = [...new Set(pods.map(({ namespace }) => namespace))];
  const named = [...new Set(pods.map(({ name }) => name))];
  const matcher = (label: string, names: readonly string[]): string => {
    const more = names.length - MOST_NAMES;
    return more <= 0
      ? `${label}${oneOf(names, { one: '=', any: '=~' })}`
      : `${label}=~"${names.slice(0, MOST_NAMES).join('|')}|… ${more} more"`;
  };
  return `${matcher('namespace', namespaces)},${matcher('pod', named)}`;
}
