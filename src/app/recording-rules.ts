// What Plimsoll derives as one file of Prometheus's recording rules: canonical series, facts and signals, in the order in which they need each other.
import type { Config } from '../config/schema.ts';
import { factRules } from '../facts/recording-rules.ts';
import { formatDuration } from '../lib/duration.ts';
import type { RecordedPart, RecordingRule } from '../model/recording-rule.ts';
import { signalRules } from '../signals/recording-rules.ts';
import { canonicalRules, everyGpuFamilies, identified, llmSeries, rawCounters } from '../sources/recording-rules.ts';

export interface RecordingRulesOptions {
  readonly version: string;
  readonly group: string;
  /** How often the Prometheus scrapes, and then evaluates the rules, in milliseconds. */
  readonly intervalMs: number;
  /** Range of rates; undefined: as Plimsoll has it by default. */
  readonly windowMs: number | undefined;
  readonly models: Config['models'];
}

/** YAML that `promtool check rules` accepts. One group, whose rules are evaluated in order: later ones read what earlier ones recorded. */
export function recordingRules(options: RecordingRulesOptions): string {
  const { version, group, intervalMs, windowMs, models } = options;
  const facts = factRules({ models, gpuFamilies: everyGpuFamilies(), identified });
  const parts = [
    ...section('Canonical series: one name and unit for a meaning, whatever exporter said it.', canonicalRules()),
    ...section('Facts, as far as series tell them.', facts),
    ...section('Signals of every pod.', signalRules({ intervalMs, windowMs, rawNames: rawCounters(), lacking: lackingOf(facts) })),
  ];
  return `${comment('', header(version))}groups:
  - name: ${JSON.stringify(group)}
    interval: ${formatDuration(intervalMs)}
    rules:
${parts.join('')}`;
}

/** Facts and series that signals need and no rule records. */
function lackingOf(facts: readonly RecordedPart[]): ReadonlyMap<string, string> {
  const recorded = new Set(facts.flatMap(({ rules }) => rules.map(({ record }) => record)));
  const needed = {
    triton_model_instances: 'give models.<name>.instances by --config',
    triton_instance_busy_seconds_total: 'the server’s API tells it alone',
  };
  const ofLlms = llmSeries().map((name): [string, string] => [name, 'servers of language models change its names with their versions']);
  return new Map([...Object.entries(needed).filter(([name]) => !recorded.has(name)), ...ofLlms]);
}

function header(version: string): readonly string[] {
  return [
    `Recording rules of Plimsoll ${version}, for a Prometheus that scrapes Triton, DCGM exporter and kubelets itself.`,
    'A rule keeps of a target the labels job, instance and node, and for servers namespace, pod and container: have service discovery set them.',
    'Names in lower case (the option -o of DCGM exporter) are not read, nor what the setting aliases explains: rename them by metric_relabel_configs.',
    'What a rule cannot do: a dead pod leaves only when its series are stale, and its rates sink through their window until then; nothing waits for a window to fill;',
    'nothing says why a number is not there. Plimsoll itself does these, and reads servers of language models, Jetsons and gRPC endpoints, of which there are no rules.',
  ];
}

function section(title: string, parts: readonly RecordedPart[]): readonly string[] {
  return [`\n${comment(INDENT, [title])}`, ...parts.map(written)];
}

const INDENT = '      ';

function written({ help, rules, notes }: RecordedPart): string {
  const about = comment(INDENT, [help, ...notes]);
  return `\n${about}${rules.map(writtenRule).join('')}`;
}

function writtenRule({ record, expr, labels = {} }: RecordingRule): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${INDENT}    ${name}: ${JSON.stringify(value)}\n`);
  const given = pairs.length === 0 ? '' : `${INDENT}  labels:\n${pairs.join('')}`;
  return `${INDENT}- record: ${record}\n${INDENT}  expr: |-\n${indented(expr)}${given}`;
}

function indented(text: string): string {
  const lines = text.split('\n');
  return lines.map((line) => `${INDENT}    ${line}\n`).join('');
}

function comment(indent: string, lines: readonly string[]): string {
  return lines.map((line) => `${indent}# ${line}\n`).join('');
}
