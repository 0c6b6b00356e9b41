// triton_model_info: which models a server has, and which of them are ensembles.

import type { ModelSettings } from '../config/schema.ts';
import { keyOf } from '../lib/key.ts';
import { quote } from '../lib/quote.ts';
import type { Fact, Warning } from '../model/fact.ts';
import { labelsOf, METRIC_NAME } from '../model/labels.ts';
import type { Line } from '../model/line.ts';

const MODEL_INFO = 'triton_model_info';

const MODEL_FAMILIES = 'nv_inference_';
// The rows of this family stay when a model is unloaded (measured on Triton 2.51): they are no sign of life.
const OUTLIVES_THE_MODEL = 'nv_inference_request_failure';

/**
 * One fact per model and version, with value 1. An unconfigured model counts as a leaf, which is said once:
 * an ensemble taken for a leaf has its requests counted there and again at its children.
 */
export function modelFacts(said: { lines: Iterable<Line>; models: ModelSettings }): { facts: Fact[]; warnings: Warning[] } {
  const facts = new Map<string, Fact>();
  const unknown = new Set<string>();
  for (const { labels } of said.lines) {
    const family = labels.get(METRIC_NAME) ?? '';
    const model = labels.get('model');
    if (!model || !family.startsWith(MODEL_FAMILIES) || family === OUTLIVES_THE_MODEL) continue;
    const version = labels.get('version') ?? '';
    const kind = kindOf(model, said.models);
    if (kind === undefined) unknown.add(model);
    const info = labelsOf({ [METRIC_NAME]: MODEL_INFO, model, version, kind: kind ?? 'leaf' });
    facts.set(keyOf([model, version]), { labels: info, value: 1 });
  }
  return { facts: [...facts.values()], warnings: unknown.size > 0 ? [kindsUnknown(unknown)] : [] };
}

function kindOf(model: string, models: ModelSettings): 'leaf' | 'ensemble' | undefined {
  return Object.hasOwn(models, model) ? models[model]?.kind : undefined;
}

const SHOWN_MODELS = 5;

function kindsUnknown(models: ReadonlySet<string>): Warning {
  const shown = [...models].slice(0, SHOWN_MODELS).map(quote);
  const rest = models.size > SHOWN_MODELS ? ` and ${models.size - SHOWN_MODELS} more` : '';
  return {
    code: 'model-kinds-unknown',
    message: `it is not known whether ${shown.join(', ')}${rest} ${models.size === 1 ? 'is an ensemble' : 'are ensembles'}: counted as leaf; an ensemble's requests would count twice; set models.<name>.kind`,
  };
}
