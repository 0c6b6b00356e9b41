// A Go template that was read and judged once, and is filled many times.
import { quote } from '../quote.ts';
import type { Node } from './ast.ts';
import { GoTemplateError } from './ast.ts';
import { checkNodes } from './check.ts';
import { Fields, type Value } from './functions.ts';
import type { Delimiters } from './lex.ts';
import { parseTemplate } from './parse.ts';
import { Run } from './run.ts';

export interface GoTemplate {
  /** The text with these fields, all that were declared; throws a GoTemplateError where a function refuses its arguments. */
  fill(fields: Readonly<Record<string, Value>>): string;
}

export interface TemplateOptions extends Delimiters {
  /** Names of the fields that it may use. */
  readonly fields: readonly string[];
}

/**
 * Reads a template of Go's text/template: fields, variables, constants, pipelines, `if`, `with`, `range` and functions that make text. Throws a
 * GoTemplateError for what Go refuses too, for a field that is not there, and for what of Go's language is not supported.
 */
export function compileGoTemplate(text: string, { fields, ...delimiters }: TemplateOptions): GoTemplate {
  const nodes: readonly Node[] = parseTemplate(text, delimiters);
  checkNodes(nodes, fields);
  return { fill: (values) => new Run(new Fields(new Map(Object.entries(values)))).text(nodes) };
}

/** The error as a person needs it who sees the template: what is wrong, and at which character, from 1. */
export function describeTemplateError(error: GoTemplateError, template: string): string {
  const near = template.slice(error.at, error.at + 20);
  return `${error.message}, at character ${error.at + 1}${near === '' ? '' : ` (${quote(near)})`}`;
}

export { GoTemplateError };
