// Names that re-exporters give to families, as the configuration explains them; a row has the form of the canonical table's.
import type { Config } from '../config/schema.ts';
import { nearest } from '../lib/nearest.ts';
import { quote } from '../lib/quote.ts';
import { CANONICAL_SERIES, type Meaning } from './canonical.ts';
import { LLM_SERIES } from './llm/series.ts';

export type Alias = Config['aliases'][number];

/** The meaning that the configuration gives to a raw family about GPUs; it wins over the canonical table's. */
export function aliasOf(raw: string, aliases: readonly Alias[]): Meaning | undefined {
  const alias = aliases.find((one) => one.raw === raw);
  const series = CANONICAL_SERIES.find(({ name }) => name === alias?.canonical);
  return alias === undefined || series === undefined ? undefined : { raw, generation: 'alias', scale: alias.scale, series };
}

interface AliasProblem {
  /** Where: `aliases[0].canonical`. */
  readonly path: string;
  readonly message: string;
}

/** Aliases of canonical series that do not exist, and raw names explained twice. */
export function aliasProblems(aliases: readonly Alias[]): AliasProblem[] {
  const names = [...CANONICAL_SERIES, ...LLM_SERIES].map(({ name }) => name);
  return aliases.flatMap(({ raw, canonical }, index) => {
    const problems: AliasProblem[] = [];
    if (!names.includes(canonical)) problems.push({ path: `aliases[${index}].canonical`, message: unknown(canonical, names) });
    if (aliases.findIndex((one) => one.raw === raw) < index) problems.push({ path: `aliases[${index}].raw`, message: repeated(raw) });
    return problems;
  });
}

function unknown(canonical: string, names: readonly string[]): string {
  const meant = nearest(canonical, names);
  const change = meant === undefined ? 'use one of them' : `did you mean ${meant}?`;
  return `cannot feed ${quote(canonical)}: the canonical series are ${names.join(', ')}; ${change}`;
}

function repeated(raw: string): string {
  return `cannot explain ${quote(raw)} twice: another alias has it already; remove one of the two`;
}
