// Label sets as people say them. A Map, so that `__proto__` is a name like any other.

/** The label that carries the metric's name. */
export const METRIC_NAME = '__name__';

/** Label names to values. An empty value means the same as an absent label. */
export type Labels = ReadonlyMap<string, string>;

export function labelsOf(record: Readonly<Record<string, string>>): Labels {
  return new Map(Object.entries(record));
}

/** One string for equal label sets, whatever their order, and another for any other: each part is led by its length. */
export function labelsKey(labels: Labels): string {
  const parts: string[] = [];
  for (const name of [...labels.keys()].sort()) {
    const value = labels.get(name) ?? '';
    parts.push(`${name.length}:${name}${value.length}:${value}`);
  }
  return parts.join('');
}
