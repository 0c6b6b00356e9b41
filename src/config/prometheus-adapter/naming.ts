// Which names of series a rule takes, and what their metrics are called.
import type { SearchRegex } from '../../lib/regex.ts';
import type { RawRule } from './document.ts';
import type { Tools } from './tools.ts';

export interface Naming {
  /** Whether every filter, and the pattern of the name, lets a series of this name through. */
  accepts(seriesName: string): boolean;
  /** Undefined where the pattern does not match, or leaves no name. */
  metricName(seriesName: string): string | undefined;
  /** What a name is made of, where it is not the series' own: `as` as it counts. */
  readonly as: string;
  /** The pattern that is matched, `.*` where none is said. */
  readonly pattern: string;
}

/** Tells `tools` of each mistake; undefined where there is one. */
export function compileNaming({ seriesFilters, name }: Pick<RawRule, 'seriesFilters' | 'name'>, tools: Tools): Naming | undefined {
  const filters = (seriesFilters ?? []).map((filter, index) => compileFilter(filter, index, tools));
  const pattern = name?.matches || '.*';
  const matches = tools.pattern(pattern, 'name.matches');
  if (matches === undefined || filters.includes(undefined)) return undefined;
  const as = name?.as || defaultAs(matches);
  if (as === undefined) {
    tools.mistake(
      'name.as',
      `missing; ${pattern} has ${matches.groups} groups, so say what the metric is called, as "$1" and "$2" or "\${1}"`,
    );
    return undefined;
  }
  const accepting = filters.filter((filter) => filter !== undefined);
  return {
    as,
    pattern,
    accepts: (series) => accepting.every(({ regex, isPositive }) => regex.matches(series) === isPositive) && matches.matches(series),
    // A name is what stands for the whole match: what is left of the text around it is no part of the metric's.
    metricName: (series) => matches.expand(series, as) || undefined,
  };
}

/** The whole, or the only group. */
function defaultAs({ groups }: SearchRegex): string | undefined {
  if (groups === 0) return '$0';
  return groups === 1 ? '$1' : undefined;
}

interface Filter {
  readonly regex: SearchRegex;
  readonly isPositive: boolean;
}

function compileFilter({ is, isNot }: NonNullable<RawRule['seriesFilters']>[number], index: number, tools: Tools): Filter | undefined {
  const field = `seriesFilters[${index}]`;
  if (is && isNot) tools.mistake(field, 'is and isNot exclude each other; write two filters');
  else if (!is && !isNot) tools.mistake(field, 'it has neither is nor isNot; say one of them');
  else {
    const regex = tools.pattern(is || isNot || '', `${field}.${is ? 'is' : 'isNot'}`);
    if (regex !== undefined) return { regex, isPositive: Boolean(is) };
  }
  return undefined;
}
