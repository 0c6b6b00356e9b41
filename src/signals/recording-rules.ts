// The catalogue as recording rules: each signal of every pod, as the metrics page has it.

import type { RecordedPart } from '../model/recording-rule.ts';
import { sampleIntervalMs } from '../model/target.ts';
import { CATALOGUE, type SignalRow } from './catalogue.ts';
import { POD_SET_MATCHER, renderTemplate } from './template.ts';
import { windowsOver } from './windows.ts';

export interface SignalRulesOptions {
  /** How far apart samples are in the Prometheus that evaluates them, in milliseconds. */
  readonly intervalMs: number;
  /** Range of rates; undefined: as Plimsoll has it by default. */
  readonly windowMs: number | undefined;
  /** Series that are read under another name, by their canonical one. */
  readonly rawNames: ReadonlyMap<string, string>;
  /** Why a series is not recorded, where it is not: a signal that needs it is none either. */
  readonly lacking: ReadonlyMap<string, string>;
}

const PODS = 'namespace!="",pod!=""';
const BY_POD = 'by (namespace, pod)';

export function signalRules(options: SignalRulesOptions): readonly RecordedPart[] {
  return CATALOGUE.map((row) => signalPart(row, options));
}

function signalPart(row: SignalRow, options: SignalRulesOptions): RecordedPart {
  const help = `${row.help} Unit: ${row.unit}.`;
  const record = `plimsoll_${row.name}`;
  const texts = [row.expr, row.per ?? ''].join(' ');
  const { source } = row;
  if (source === 'inference') {
    const note = `No rule: ${record} is about the pods of a workload, which Prometheus does not know.`;
    return { help, rules: [], notes: [note] };
  }
  const lacking = [...options.lacking].find(([name]) => texts.includes(name));
  if (lacking !== undefined) return { help, rules: [], notes: [`No rule: ${record} needs ${lacking[0]}; ${lacking[1]}.`] };
  // It costs more and is right for every server, of which a rule knows nothing.
  const windows = windowsOver(sampleIntervalMs({ source, intervalMs: options.intervalMs }), options.windowMs);
  const expr = filled(row.careful ?? row.expr, { windows, rawNames: options.rawNames });
  const per = row.per && filled(row.per, { windows, rawNames: options.rawNames });
  return { help, rules: [{ record, expr: ofPods(row, { expr, per }) }], notes: [] };
}

interface Filling extends Pick<SignalRulesOptions, 'rawNames'> {
  readonly windows: ReturnType<typeof windowsOver>;
}

function filled(template: string, { windows, rawNames }: Filling): string {
  let text = renderTemplate(template, { labelMatchers: '', ...windows }).replaceAll(POD_SET_MATCHER, PODS);
  for (const [canonical, raw] of rawNames) text = text.replaceAll(canonical, raw);
  return text;
}

/** The values of a pod's devices become the pod's, as `across` says; 0 ÷ 0 is no number. */
function ofPods({ across, device, source }: SignalRow, { expr, per }: { readonly expr: string; readonly per: string | undefined }): string {
  if (across === 'hottest') return `max ${BY_POD} ((${expr}) / ((${per}) != 0))`;
  const isOne = device.length === 0;
  if (across === 'ratio') {
    const share = isOne ? `(${expr}) / ((${per}) != 0)` : `sum ${BY_POD} (${expr}) / (sum ${BY_POD} (${per}) != 0)`;
    return `${share}${source === 'dcgm' ? unlessPartial(device, `(${expr}) and (${per})`) : ''}`;
  }
  if (isOne) return expr;
  return `${across === 'mean' ? 'avg' : across} ${BY_POD} (${expr})${source === 'dcgm' ? unlessPartial(device, expr) : ''}`;
}

/** What is not known of each of a pod's GPUs is not known of the pod. */
function unlessPartial(device: readonly string[], values: string): string {
  const owned = `group by (namespace, pod, ${device.join(', ')}) (gpu_owner{${PODS}})`;
  return ` unless count ${BY_POD} (${owned}) > count ${BY_POD} (${values})`;
}
