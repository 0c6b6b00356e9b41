// Expression templates in the language of prometheus-adapter, as far as signals need it: `<<.Name>>` is replaced by a text.
import { quote } from '../lib/quote.ts';
import { POD_SET_LABEL, QueryError } from '../model/query-engine.ts';

export interface TemplateValues {
  /** Conditions on series, without braces: the pod set first, then the metric selector's. */
  readonly labelMatchers: string;
  readonly windowMs: number;
  readonly liveWindowMs: number;
}

/** How an expression stands for the pods asked about. */
export const POD_SET_MATCHER = `${POD_SET_LABEL}="1"`;

const PLACEHOLDERS = new Map<string, (values: TemplateValues) => string>([
  ['.LabelMatchers', ({ labelMatchers }) => (labelMatchers === '' ? POD_SET_MATCHER : `${POD_SET_MATCHER},${labelMatchers}`)],
  ['.GroupBy', () => 'namespace, pod'],
  ['.Window', ({ windowMs }) => promDuration(windowMs)],
  ['.LiveWindow', ({ liveWindowMs }) => promDuration(liveWindowMs)],
]);

const PLACEHOLDER = /<<\s*(?<name>.*?)\s*>>/gs;

/**
 * The expression for one question, in pod-set mode (DESIGN section 7).
 * Throws a QueryError `bad-expression` for a placeholder that is not known.
 */
export function renderTemplate(template: string, values: TemplateValues): string {
  return template.replace(PLACEHOLDER, (_whole, name: string) => {
    const fill = PLACEHOLDERS.get(name);
    if (fill === undefined) throw unknownPlaceholder(name);
    return fill(values);
  });
}

function unknownPlaceholder(name: string): QueryError {
  const known = [...PLACEHOLDERS.keys()].map((one) => `<<${one}>>`).join(', ');
  return new QueryError('bad-expression', `cannot fill ${quote(`<<${name}>>`)}: no such placeholder; use ${known}`);
}

/** A duration as PromQL writes it, in whole seconds where they are whole. */
export function promDuration(durationMs: number): string {
  return durationMs % 1000 === 0 ? `${durationMs / 1000}s` : `${Math.ceil(durationMs)}ms`;
}
