// Series that were read and then left out, because what is known of their model says that they must not count.
import { keyOf } from '../lib/key.ts';
import type { EvidenceRequest, EvidenceSource } from '../model/evidence.ts';
import type { Findings } from '../model/explanation.ts';
import { type Labels, METRIC_NAME } from '../model/labels.ts';
import { POD_SET_LABEL } from '../model/query-engine.ts';

/** The fact that signals join rows of models with. */
const MODEL_INFO = 'triton_model_info';
/** By these labels. */
const MODEL_LABELS = ['instance', 'model', 'version'];

/** Why a series of a model does not count; undefined for one that does, and for series of no model. */
export type LeftOut = (labels: Labels) => string | undefined;

const NOBODY: LeftOut = () => undefined;

/** Rejects with a QueryError alone. */
export async function leftOutOf(
  findings: Findings,
  ask: (matchers: EvidenceRequest['matchers']) => ReturnType<EvidenceSource['series']>,
): Promise<LeftOut> {
  const joined = findings.expressions.flatMap(({ reads }) => reads).find(({ matchers }) => matchers.some(isModelInfo));
  if (joined === undefined) return NOBODY;
  // Whatever the kind: the conditions on it are what leaves series out.
  const { series } = await ask(joined.matchers.filter((matcher) => isModelInfo(matcher) || matcher.name === POD_SET_LABEL));
  const infos = new Map(series.map(({ labels }) => [modelOf(labels), labels]));
  return (labels) => {
    const isOfModel = labels.has('model') && labels.get(METRIC_NAME) !== MODEL_INFO;
    return isOfModel ? reasonIn(infos.get(modelOf(labels))) : undefined;
  };
}

function isModelInfo({ name, operator, value }: { readonly name: string; readonly operator: string; readonly value: string }): boolean {
  return name === METRIC_NAME && operator === '=' && value === MODEL_INFO;
}

function reasonIn(info: Labels | undefined): string | undefined {
  if (info === undefined) return 'not ready, or not known yet';
  if (info.get('kind') === 'ensemble') return 'an ensemble: its requests count at its children';
  if (info.get('counts') === 'no') return 'excluded by models.<name>.counts, or decoupled';
  if (info.get('counters') === 'no') return 'its server counts nothing (counter_latencies=false)';
  return undefined;
}

function modelOf(labels: Labels): string {
  return keyOf(MODEL_LABELS.map((name) => labels.get(name) ?? ''));
}
