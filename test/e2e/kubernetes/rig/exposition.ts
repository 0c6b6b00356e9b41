// Numbers that a program says about itself in Prometheus's format.

/** Sum of all samples of a metric that `labels` match; NaN when there is none. */
export function sumOfMetric(text: string, name: string, labels: (labels: string) => boolean = () => true): number {
  let sum = Number.NaN;
  for (const line of text.split('\n')) {
    if (!line.startsWith(name)) continue;
    const match = /^(?<name>[a-zA-Z0-9_:]+)(?:\{(?<labels>.*)\})? (?<value>\S+)$/.exec(line)?.groups;
    if (match?.['name'] !== name || !labels(match['labels'] ?? '')) continue;
    sum = (Number.isNaN(sum) ? 0 : sum) + Number(match['value']);
  }
  return sum;
}
