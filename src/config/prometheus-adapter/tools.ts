// What compiling a rule needs: patterns and templates, each compiled once for all rules that say it, and a place for what is wrong.
import { compileGoTemplate, describeTemplateError, type GoTemplate, GoTemplateError } from '../../lib/go-template/template.ts';
import { quote } from '../../lib/quote.ts';
import type { SearchRegex } from '../../lib/regex.ts';
import type { Matcher } from '../../model/matcher.ts';
import { QueryError } from '../../model/query-engine.ts';
import type { Problem } from '../problem.ts';
import type { NamedKinds } from './kinds.ts';
import { compilePattern } from './patterns.ts';
import type { ResourceLabels } from './resource-labels.ts';

/** PromQL as rules need it: both methods throw a QueryError that says what is wrong, and where. */
export interface PromqlReader {
  selector(text: string): readonly Matcher[];
  expression(text: string): ReadExpression;
}

export interface ReadExpression {
  readonly type: 'scalar' | 'vector' | 'range' | 'string';
  /** The longest range that it reads; undefined for an instantaneous one. */
  readonly rangeMs: number | undefined;
}

/** What all rules of a file share. */
export class Shared {
  readonly promql: PromqlReader;
  readonly kinds: NamedKinds;
  readonly problems: Problem[] = [];
  readonly mappings = new Map<string, ResourceLabels | undefined>();
  readonly #patterns = new Map<string, SearchRegex | Error>();
  readonly #templates = new Map<string, GoTemplate | Error>();

  constructor(promql: PromqlReader, kinds: NamedKinds) {
    this.promql = promql;
    this.kinds = kinds;
  }

  pattern(text: string): SearchRegex | Error {
    return remembered(this.#patterns, text, () => compilePattern(text));
  }

  template(text: string, fields: readonly string[]): GoTemplate | Error {
    return remembered(this.#templates, `${fields.join(' ')} ${text}`, () => compileGoTemplate(text, { left: '<<', right: '>>', fields }));
  }
}

function remembered<Value extends object>(known: Map<string, Value | Error>, key: string, make: () => Value): Value | Error {
  const before = known.get(key);
  if (before !== undefined) return before;
  let made: Value | Error;
  try {
    made = make();
  } catch (cause) {
    made = cause instanceof Error ? cause : new Error(String(cause));
  }
  known.set(key, made);
  return made;
}

/** Shared, for the rule at a path: `rules[3]`. */
export class Tools {
  readonly shared: Shared;
  readonly #path: string;

  constructor(shared: Shared, path: string) {
    this.shared = shared;
    this.#path = path;
  }

  mistake(field: string, message: string): void {
    this.shared.problems.push({ path: `${this.#path}.${field}`, message });
  }

  /** Undefined where it is none, and the mistake is told. */
  pattern(text: string, field: string): SearchRegex | undefined {
    const found = this.shared.pattern(text);
    if (!(found instanceof Error)) return found;
    this.mistake(field, `cannot compile ${quote(text)}: ${found.message}`);
    return undefined;
  }

  /** As `pattern`. */
  template(text: string, field: string, fields: readonly string[]): GoTemplate | undefined {
    const found = this.shared.template(text, fields);
    if (!(found instanceof Error)) return found;
    const cause = found instanceof GoTemplateError ? describeTemplateError(found, text) : found.message;
    this.mistake(field, `cannot read the template ${quote(text)}: ${cause}`);
    return undefined;
  }

  /** What PromQL reads of a text; undefined where it cannot, and the mistake is told. */
  promql<Read>(text: string, field: string, read: (promql: PromqlReader) => Read): Read | undefined {
    try {
      return read(this.shared.promql);
    } catch (cause) {
      if (!(cause instanceof QueryError)) throw cause;
      this.mistake(field, `cannot parse ${JSON.stringify(text)}: ${cause.message}`);
      return undefined;
    }
  }
}
