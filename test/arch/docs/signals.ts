// docs/signals.md, from the catalogue.
import { CATALOGUE, type SignalRow } from '../../../src/signals/catalogue.ts';
import { code, GENERATED, table } from './markdown.ts';

const SOURCES: Readonly<Record<SignalRow['source'], string>> = {
  triton: 'Triton',
  dcgm: 'DCGM exporter',
  kubelet: 'kubelet',
  llm: 'servers of language models',
  inference: 'Triton and servers of language models',
};
const WINDOWS: Readonly<Record<SignalRow['window'], string>> = {
  rate: 'window',
  statistics: 'window',
  live: 'live window',
  pair: 'last two samples',
  none: 'last sample',
};
const ACROSS: Readonly<Record<SignalRow['across'], string>> = {
  sum: 'Σ',
  mean: 'mean',
  max: 'max',
  ratio: 'Σ ÷ Σ',
  hottest: 'max of Σ ÷ Σ',
  p95: '95th percentile of Σ',
  skew: 'max ÷ mean',
};

function deviceOf({ device }: SignalRow): string {
  return device.length === 0 ? 'pods' : `devices (${device.join(', ')})`;
}

function section(row: SignalRow): string {
  const { name, help, unit, labels, needs, expr, per, careful } = row;
  const divided =
    per === undefined ? '' : `\n${row.across === 'skew' ? 'beside what waits' : 'divided by'}\n\n\`\`\`promql\n${per}\n\`\`\`\n`;
  const instead =
    careful === undefined ? '' : `\nand for servers before 23.09 or with leaked pending requests\n\n\`\`\`promql\n${careful}\n\`\`\`\n`;
  return `## ${name}

${help}

- Unit: ${unit}. Reduced by ${ACROSS[row.across]} over ${deviceOf(row)}, from ${SOURCES[row.source]}; on \`/metrics\`: \`plimsoll_${name}\`.
- Labels that a metric selector may name: ${labels.length === 0 ? 'none' : labels.map(code).join(', ')}.
- Needs ${needs}.

\`\`\`promql
${expr}
\`\`\`
${instead}${divided}`;
}

export function signalsDocument(): string {
  const rows = CATALOGUE.map((row) => [
    `[${code(row.name)}](#${row.name})`,
    row.unit,
    SOURCES[row.source],
    ACROSS[row.across],
    WINDOWS[row.window],
    row.labels.map(code).join(', '),
  ]);
  return `# Signals

${GENERATED}

${table(['signal', 'unit', 'source', 'over pods', 'reads', 'labels'], rows)}
- *over pods*: how the values of pods, or of the GPUs behind them, become one. A GPU counts once however many pods share it.
- *window*: \`<<.Window>>\`, the larger of 60 s and four scrape intervals, or \`signals.window\`. *live window*: \`<<.LiveWindow>>\`, three scrape intervals.
- *last two samples*: a kubelet takes them 10 to 30 s apart, whoever asks, and says when: a rate is over the time between them. They are looked for in \`<<.LiveWindow>>\`, three times 30 s here.
- \`<<.LabelMatchers>>\` are the pods asked about and the conditions of the metric selector, \`<<.GroupBy>>\` is \`namespace, pod\`.
- A signal without a number is absent, with the reason; it is never 0 in place of *not known*.

${CATALOGUE.map(section).join('\n')}`;
}
