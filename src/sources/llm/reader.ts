// What the lines of one server of language models mean, and what they have shown: which engine it is, which names it lacks, whether it iterates.
import { keyOf } from '../../lib/key.ts';
import { scaleOf } from '../../lib/scale.ts';
import type { Warning } from '../../model/fact.ts';
import { type Labels, METRIC_NAME } from '../../model/labels.ts';
import type { Line, RowWrite } from '../../model/line.ts';
import type { Target } from '../../model/target.ts';
import type { Alias } from '../aliases.ts';
import type { CanonicalSeries, RawFamily } from '../canonical.ts';
import { engineOf } from './families.ts';
import { LLM_SERIES } from './series.ts';
import { Standstill } from './standstill.ts';
import { llmWarnings } from './warnings.ts';

interface Meaning {
  readonly series: CanonicalSeries;
  readonly family: RawFamily;
}

const MEANINGS: ReadonlyMap<string, readonly Meaning[]> = Map.groupBy(
  LLM_SERIES.flatMap((series) => series.from.map((family) => ({ series, family }))),
  ({ family }) => family.raw,
);

/** Labels by other names in other engines. */
const RENAMED: ReadonlyMap<string, string> = new Map([['model_name', 'model']]);

/** Parts of one engine that each repeat its numbers: their rows feed one, of which the store keeps the largest. */
const REPEATING: ReadonlySet<string> = new Set(['tp_rank', 'pp_rank', 'moe_ep_rank']);

export class LlmReader {
  readonly #target: Target;
  readonly #aliases: () => readonly Alias[];
  /** Families that were said, as far as they are of an engine or mean something. */
  readonly #said = new Set<string>();
  readonly #engines = new Set<string>();
  readonly #fed = new Set<string>();
  readonly #standstills = new Map<string, Standstill>();

  constructor({ target, aliases }: { readonly target: Target; readonly aliases: () => readonly Alias[] }) {
    this.#target = target;
    this.#aliases = aliases;
  }

  /** Other labels than those of an engine's parts stay: what is told apart by them is added up later. */
  compile({ labels }: Line): readonly RowWrite[] {
    const name = labels.get(METRIC_NAME) ?? '';
    const engine = engineOf(name);
    if (engine !== undefined) this.#engines.add(engine);
    const meaning = this.#aliased(name) ?? MEANINGS.get(name)?.find(({ family: { where } }) => isOf(labels, where));
    if (meaning === undefined) return [];
    this.#said.add(name);
    this.#fed.add(meaning.series.name);
    const written = this.#labels(labels, meaning);
    const convert = this.#conversion(meaning, written);
    return [{ labels: written, scale: scaleOf(meaning.family.scale), isBlank: isNoNumber, ...(convert && { convert }) }];
  }

  warnings(): readonly Warning[] {
    return llmWarnings({
      isTriton: this.#target.source === 'triton',
      engines: [...this.#engines],
      fed: this.#fed,
      isFrozen: [...this.#standstills.values()].some(({ hasWithheld }) => hasWithheld),
    });
  }

  #aliased(name: string): Meaning | undefined {
    const alias = this.#aliases().find(({ raw }) => raw === name);
    const series = LLM_SERIES.find((one) => one.name === alias?.canonical);
    if (alias === undefined || series === undefined) return undefined;
    return { series, family: { raw: name, generation: 'alias', scale: alias.scale } };
  }

  /** The target's own labels are better known: no line says whose pod it is of. */
  #labels(said: Labels, { series, family }: Meaning): Labels {
    const labels = new Map([[METRIC_NAME, series.name]]);
    for (const [label, value] of said) {
      const name = RENAMED.get(label) ?? label;
      if (label === METRIC_NAME || REPEATING.has(label) || label === family.where?.label) continue;
      if (family.generation === 'trtllm' && label === 'response_metric_type') continue;
      if (!this.#target.labels.has(name)) labels.set(name, value);
    }
    return labels;
  }

  #conversion({ series, family }: Meaning, labels: Labels): RowWrite['convert'] {
    const { replacedBy } = family;
    if (replacedBy !== undefined) return (value) => (this.#said.has(replacedBy) ? Number.NaN : value);
    if (family.generation !== 'trtllm' || series.name === 'llm_kv_cache_total_blocks' || series.unit === 'tokens') return undefined;
    const standstill = this.#standstillOf(keyOf([labels.get('model') ?? '', labels.get('version') ?? '']));
    if (series.kind === 'counter') return (value) => standstill.observe(value);
    return (value) => standstill.gauge(value);
  }

  #standstillOf(model: string): Standstill {
    const known = this.#standstills.get(model) ?? new Standstill();
    this.#standstills.set(model, known);
    return known;
  }
}

function isOf(labels: Labels, where: RawFamily['where']): boolean {
  return where === undefined || labels.get(where.label) === where.value;
}

function isNoNumber(value: number): boolean {
  return !Number.isFinite(value);
}
