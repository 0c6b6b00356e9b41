// Functions that change labels and leave values as they are: label_replace, label_join.
import { type AnchoredRegex, compileAnchored } from '../../../lib/regex.ts';
import { isSameLabels, type Labels, METRIC_NAME } from '../../../model/labels.ts';
import { QueryError } from '../../../model/query-engine.ts';
import { distinctness } from '../labels/distinct.ts';
import { listLosing, listOfLabels, type SeriesList } from '../labels/series-list.ts';
import type { Texts } from '../labels/texts.ts';
import { remember } from '../remember.ts';
import { type Step, vectorArgument } from '../step.ts';
import { type FunctionBuild, textArguments } from './call.ts';

/** Throws a QueryError for a regular expression that is none, and for a label without a name. */
export const labelReplace: FunctionBuild = (args, { settings }) => {
  const [target = '', replacement = '', source = '', pattern = ''] = textArguments(args, 1);
  const regex = patternOf(pattern);
  requireName(target, 'destination label name in label_replace()');
  return relabelled(args, {
    texts: settings.texts,
    target,
    change: (labels) => {
      const text = regex.expand(labels.get(source) ?? '', replacement);
      return text === undefined ? undefined : withLabel(labels, { name: target, value: text });
    },
  });
};

/** Throws a QueryError for a label without a name. */
export const labelJoin: FunctionBuild = (args, { settings }) => {
  const [target = '', separator = '', ...sources] = textArguments(args, 1);
  for (const source of sources) requireName(source, 'source label name in label_join()');
  requireName(target, 'destination label name in label_join()');
  return relabelled(args, {
    texts: settings.texts,
    target,
    change: (labels) => withLabel(labels, { name: target, value: sources.map((name) => labels.get(name) ?? '').join(separator) }),
  });
};

interface Relabelling {
  readonly texts: Pick<Texts, 'idOf'>;
  /** The label that is set. */
  readonly target: string;
  /** Undefined for a series that stays as it is. */
  readonly change: (labels: Labels) => Labels | undefined;
}

function relabelled(args: readonly Step[], relabelling: Relabelling): Step {
  const argument = vectorArgument(args, 0);
  const requireDistinct = distinctness();
  const changed = remember((list: SeriesList) => changedList(list, relabelling));
  return {
    type: 'vector',
    run: (run) => {
      const { list, values, newestMs } = argument(run);
      const result = { list: changed(list), values, newestMs };
      if (result.list !== list) requireDistinct(result);
      return result;
    },
  };
}

/** The list itself where nothing changes. */
function changedList(list: SeriesList, { texts, target, change }: Relabelling): SeriesList {
  let isSame = true;
  // A name that was set is there to stay.
  const isNamed = new Uint8Array(list.size);
  const series = Array.from({ length: list.size }, (_, position) => {
    const labels = list.labels(position);
    const result = change(labels);
    if (result === undefined) return labels;
    if (target === METRIC_NAME) isNamed[position] = 1;
    isSame &&= isSameLabels(labels, result) && !(isNamed[position] === 1 && list.losesName(position));
    return result;
  });
  if (isSame) return list;
  return listLosing(listOfLabels(series, texts), (position) => isNamed[position] !== 1 && list.losesName(position));
}

/** An empty value takes the label away. */
function withLabel(labels: Labels, { name, value }: { readonly name: string; readonly value: string }): Labels {
  const result = new Map(labels);
  if (value === '') result.delete(name);
  else result.set(name, value);
  return result;
}

function patternOf(pattern: string): AnchoredRegex {
  try {
    return compileAnchored(pattern);
  } catch (cause) {
    throw new QueryError('execution', `invalid regular expression in label_replace(): ${pattern}`, { cause });
  }
}

function requireName(name: string, role: string): void {
  // Any text in UTF-8 is a name, but for the empty one.
  if (name === '' || !name.isWellFormed()) throw new QueryError('execution', `invalid ${role}: ${name}`);
}
