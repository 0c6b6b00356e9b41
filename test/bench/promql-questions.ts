// The signals as a user of Prometheus would ask for them: one expression with one value per pod.
import { POD_SET_LABEL } from '../../src/model/query-engine.ts';
import { CATALOGUE, type SignalRow } from '../../src/signals/catalogue.ts';
import { renderTemplate } from '../../src/signals/template.ts';

export interface Windows {
  readonly windowMs: number;
  readonly liveWindowMs: number;
}

/** `matchers` say which pods. */
export function expressionOf(signal: string, { matchers, ...windows }: Windows & { readonly matchers: string }): string {
  const row = CATALOGUE.find(({ name }) => name === signal);
  if (row === undefined) throw new Error(`BUG: no signal ${signal}`);
  const fill = (template: string): string =>
    renderTemplate(template, { labelMatchers: '', ...windows }).replaceAll(`${POD_SET_LABEL}="1"`, matchers);
  return ofPods(row, { expr: fill(row.expr), per: row.per === undefined ? '' : fill(row.per) });
}

const BY_POD = 'by (namespace, pod)';

/** Values of one pod's devices become the pod's, as `across` says. */
function ofPods({ across, device }: SignalRow, { expr, per }: { expr: string; per: string }): string {
  if (across === 'hottest') return `max ${BY_POD} ((${expr}) / (${per}))`;
  const isOne = device.length === 0;
  if (across === 'ratio') return isOne ? `(${expr}) / (${per})` : `sum ${BY_POD} (${expr}) / sum ${BY_POD} (${per})`;
  return isOne ? expr : `${across === 'mean' ? 'avg' : across} ${BY_POD} (${expr})`;
}
