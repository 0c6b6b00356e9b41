// The selectors of a query: read together, so that everything wrong with them is said at once, and bounded, because each is held against every pod.
import { quote } from '../lib/quote.ts';
import type { LabelSelector } from '../model/label-selector.ts';
import { parseSelector } from './selector.ts';
import { StatusError } from './status.ts';

/** Requirements of one selector. Those of an HPA come from the labels of its workload: a handful. */
const MOST_REQUIREMENTS = 100;
/** Values of one selector, those of all its requirements. */
const MOST_VALUES = 1000;

/** One selector for each parameter; absent or empty selects everything. Throws one 400 for all that cannot be read or is too much. */
export function parseSelectors(query: URLSearchParams, parameters: readonly string[]): readonly LabelSelector[] {
  const problems: StatusError[] = [];
  const selectors = parameters.map((parameter) => {
    const text = query.get(parameter);
    try {
      return bounded(parseSelector(parameter, text), { parameter, text });
    } catch (error) {
      if (!(error instanceof StatusError)) throw error;
      problems.push(error);
      return [];
    }
  });
  if (problems.length === 0) return selectors;
  throw new StatusError(400, problems.map(({ message }) => message).join('; and '), { cause: problems[0] });
}

function bounded(
  selector: LabelSelector,
  { parameter, text }: { readonly parameter: string; readonly text: string | null },
): LabelSelector {
  const values = selector.reduce((sum, requirement) => sum + requirement.values.length, 0);
  const excess =
    selector.length > MOST_REQUIREMENTS
      ? `${selector.length} requirements, and ${MOST_REQUIREMENTS} is the limit of requirements`
      : `${values} values, and ${MOST_VALUES} is the limit of values`;
  if (selector.length <= MOST_REQUIREMENTS && values <= MOST_VALUES) return selector;
  throw new StatusError(400, `cannot apply ${parameter} ${quote(text ?? '')}: it has ${excess}; select by a label that fewer share`);
}
