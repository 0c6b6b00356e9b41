// docs/metrics.md, from what is registered.
import { code, GENERATED, table } from './markdown.ts';
import { type Metric, pageMetrics, registeredMetrics } from './registered.ts';

function metricTable(metrics: readonly Metric[]): string {
  return table(
    ['metric', 'type', 'labels', 'meaning'],
    metrics.map(({ name, type, labels, help }) => [code(name), type, labels.map(code).join(', '), help]),
  );
}

export async function metricsDocument(): Promise<string> {
  return `# Metrics

${GENERATED}

What \`/metrics\` says. Raw and canonical series are on \`/federate?match[]=<selector>\`.

## About Plimsoll

${metricTable(await registeredMetrics())}
Besides, \`process_*\` and \`nodejs_*\` as every program with prom-client has them.

## About targets and pods

A pod whose value is not known has no sample. [Signals](signals.md) says what each signal means.

${metricTable(await pageMetrics())}`;
}
