// The one table of sources: how each is recognised, and what its lines feed.
import { quote } from '../lib/quote.ts';
import type { Line, RowWrite } from '../model/line.ts';
import type { ScrapeError, SourceName, Target } from '../model/target.ts';
import { compileDcgm } from './dcgm/compile.ts';
import { isDcgmFamily } from './dcgm/families.ts';
import { isLlmFamily } from './llm/families.ts';
import { isTegrastats } from './tegrastats/recognise.ts';
import { compileTriton } from './triton/compile.ts';
import { isTritonFamily } from './triton/families.ts';

interface Source {
  readonly name: SourceName;
  /** Whether a family is this source's own: one tells the source, and a scrape without one has failed. */
  readonly isFamily?: (family: string) => boolean;
  /** Whether a text is this source's, for sources that say no exposition. */
  readonly isText?: (text: string) => boolean;
  /** The canonical writes of a line; its raw write is the caller's. */
  readonly compileRow?: (line: Line, target: Target) => readonly RowWrite[];
  /** Why a server of this kind may answer without one family of it, and what to change. */
  readonly silence?: string;
}

/** In the order of asking: Triton with a language model's backend is Triton. What no row claims is `generic`. */
const SOURCES: readonly Source[] = [
  {
    name: 'triton',
    isFamily: isTritonFamily,
    compileRow: compileTriton,
    silence: 'Triton answers any path but /metrics with an empty 200: check metrics_path, and the port (8002 by default)',
  },
  {
    name: 'dcgm',
    isFamily: isDcgmFamily,
    compileRow: compileDcgm,
    silence: 'DCGM exporter is silent while it reloads its counters; if it lasts, check metrics_path, and the port (9400 by default)',
  },
  { name: 'tegrastats', isText: isTegrastats },
  { name: 'llm', isFamily: isLlmFamily, silence: 'check metrics_path and the port' },
];

/** What somebody said: the families it declared, by comments or samples, and its text. */
export interface Said {
  readonly families: ReadonlySet<string>;
  readonly text: string;
}

export function recogniseSource({ families, text }: Said): SourceName {
  return SOURCES.find((source) => source.isText?.(text) === true || hasFamilyOf(source, families))?.name ?? 'generic';
}

/** The canonical writes of a line at a target, by what the target is configured to be. */
export function compileRow(line: Line, target: Target): readonly RowWrite[] {
  return sourceOf(target.source)?.compileRow?.(line, target) ?? [];
}

/** Why an answer with status 200 is a failed scrape: it has not one family of what the target should be. */
export function wrongSource(name: SourceName, families: ReadonlySet<string>): ScrapeError | undefined {
  const source = sourceOf(name);
  if (source?.isFamily === undefined || hasFamilyOf(source, families)) return undefined;
  return { failure: 'wrong-source', message: `cannot read the answer as ${name}: ${whatCame(families)}; ${source.silence}` };
}

function sourceOf(name: SourceName): Source | undefined {
  return SOURCES.find((source) => source.name === name);
}

function hasFamilyOf(source: Source, families: ReadonlySet<string>): boolean {
  const { isFamily } = source;
  return isFamily !== undefined && [...families].some(isFamily);
}

const SHOWN_FAMILIES = 3;

function whatCame(families: ReadonlySet<string>): string {
  if (families.size === 0) return 'it names no metric at all';
  const shown = [...families].slice(0, SHOWN_FAMILIES).map(quote).join(', ');
  const more = families.size - SHOWN_FAMILIES;
  return `it names other metrics: ${shown}${more > 0 ? ` and ${more} more` : ''}`;
}
