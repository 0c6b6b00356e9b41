// The one table of sources: how each is recognised, and what its lines feed.
import { quote } from '../lib/quote.ts';
import type { Warning } from '../model/fact.ts';
import { METRIC_NAME } from '../model/labels.ts';
import type { Line, RowWrite } from '../model/line.ts';
import type { ScrapeError, SourceName, Target } from '../model/target.ts';
import type { Alias } from './aliases.ts';
import { compileDcgm } from './dcgm/compile.ts';
import { isDcgmFamily } from './dcgm/families.ts';
import { DcgmMemory } from './dcgm/memory.ts';
import { compileKubelet } from './kubelet/compile.ts';
import { isKubeletFamily } from './kubelet/families.ts';
import { isLlmFamily } from './llm/families.ts';
import { LlmReader } from './llm/reader.ts';
import { machineWrites } from './machine.ts';
import { isProcFamily } from './proc/families.ts';
import { isRivaFamily } from './riva/families.ts';
import { rivaReader } from './riva/warnings.ts';
import { compileTegrastats } from './tegrastats/compile.ts';
import { isTegrastatsFamily } from './tegrastats/families.ts';
import { isTegrastats } from './tegrastats/recognise.ts';
import { compileTriton } from './triton/compile.ts';
import { isTritonFamily } from './triton/families.ts';

export interface TargetReader {
  /** The canonical writes of a line; its raw write is the caller's. */
  compile(line: Line): readonly RowWrite[];
  /** Whether a line is of the source's own families, or of one that an alias explains: other lines are no evidence of anything. */
  isOwn(line: Line): boolean;
  /** What the values read so far have shown. */
  warnings(): readonly Warning[];
}

export interface TargetReaderOptions {
  readonly target: Target;
  /** The setting `aliases`, asked at each line, so that a reload may replace it. */
  readonly aliases: () => readonly Alias[];
}

interface Source {
  readonly name: SourceName;
  /** Whether a family is this source's own: one tells the source, and a scrape without one has failed. */
  readonly isFamily?: (family: string) => boolean;
  /** Whether a text is this source's, for sources that say no exposition. */
  readonly isText?: (text: string) => boolean;
  /** What the lines of one target mean. */
  readonly reader?: (options: TargetReaderOptions) => Omit<TargetReader, 'isOwn'>;
  /** Why a server of this kind may answer without one family of it, and what to change. */
  readonly silence?: string;
}

/** In the order of asking: Triton with a language model's backend is Triton. What no row claims is `generic`. */
const SOURCES: readonly Source[] = [
  {
    name: 'triton',
    isFamily: isTritonFamily,
    reader: tritonReader,
    silence: 'Triton answers any path but /metrics with an empty 200: check metrics_path, and the port (8002 by default)',
  },
  {
    name: 'dcgm',
    isFamily: isDcgmFamily,
    reader: dcgmReader,
    silence: 'DCGM exporter is silent while it reloads its counters; if it lasts, check metrics_path, and the port (9400 by default)',
  },
  {
    name: 'kubelet',
    isFamily: isKubeletFamily,
    reader: () => ({ compile: compileKubelet, warnings: () => [] }),
    silence:
      'scrape_error alone is a kubelet that cannot read its containers; else check that metrics_path is /metrics/resource, scheme https, and the port (10250 by default)',
  },
  {
    name: 'riva',
    isFamily: isRivaFamily,
    reader: rivaReader,
    silence: 'a probe always has some; give another name to what metric_relabel_configs rename',
  },
  {
    name: 'tegrastats',
    isFamily: isTegrastatsFamily,
    isText: isTegrastats,
    reader: ({ target }) => ({ compile: (line) => compileTegrastats(line, target), warnings: () => [] }),
    silence: 'its lines begin with the memory: see what is read instead',
  },
  {
    name: 'proc',
    isFamily: isProcFamily,
    reader: () => ({ compile: (line) => machineWrites(line), warnings: () => [] }),
    silence: 'check proc.path of the job',
  },
  {
    name: 'llm',
    isFamily: isLlmFamily,
    reader: llmReader,
    silence: 'check metrics_path (NIM: /v1/metrics) and the port (vLLM and NIM 8000; SGLang 30000, started with --enable-metrics)',
  },
];

/** What somebody said: the families it declared, by comments or samples, and its text. */
export interface Said {
  readonly families: ReadonlySet<string>;
  readonly text: string;
}

export function recogniseSource({ families, text }: Said): SourceName {
  return SOURCES.find((source) => source.isText?.(text) === true || hasFamilyOf(source, families))?.name ?? 'generic';
}

/** The sources besides the first one that a text has families of: a proxy put several servers in one answer. */
export function otherSources({ families }: Pick<Said, 'families'>): readonly SourceName[] {
  const found = SOURCES.filter((source) => hasFamilyOf(source, families)).map(({ name }) => name);
  // A language model's backend speaks in its Triton's answer.
  return found.slice(1).filter((name) => name !== 'llm');
}

/** Reads the lines of one target, by what the target is configured to be; one for as long as the target is read. */
export function createTargetReader(options: TargetReaderOptions): TargetReader {
  const source = sourceOf(options.target.source);
  const isOwn = ({ labels }: Line): boolean => {
    const family = labels.get(METRIC_NAME) ?? '';
    return source?.isFamily?.(family) === true || options.aliases().some(({ raw }) => raw === family);
  };
  return { isOwn, ...(source?.reader?.(options) ?? { compile: () => [], warnings: () => [] }) };
}

/** An engine for language models behind a Triton speaks in its answer. */
function tritonReader(options: TargetReaderOptions): Omit<TargetReader, 'isOwn'> {
  const llm = llmReader(options);
  return { ...llm, compile: (line) => [...compileTriton(line, options.target), ...llm.compile(line)] };
}

function llmReader(options: TargetReaderOptions): Omit<TargetReader, 'isOwn'> {
  const reader = new LlmReader(options);
  return { compile: (line) => reader.compile(line), warnings: () => reader.warnings() };
}

function dcgmReader({ target, aliases }: TargetReaderOptions): Omit<TargetReader, 'isOwn'> {
  const memory = new DcgmMemory();
  return { compile: (line) => compileDcgm(line, { target, memory, aliases: aliases() }), warnings: () => memory.warnings() };
}

/** Why an answer with status 200 is a failed scrape: it has not one family of what the target should be, by the source's names or by aliases. */
export function wrongSource(
  name: SourceName,
  said: { families: ReadonlySet<string>; aliases?: readonly Alias[] },
): ScrapeError | undefined {
  const { families, aliases = [] } = said;
  const source = sourceOf(name);
  if (source?.isFamily === undefined || hasFamilyOf(source, families) || aliases.some(({ raw }) => families.has(raw))) return undefined;
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
