// What Plimsoll derives, as recording rules of Prometheus: for those whose raw series are in a Prometheus already.

export interface RecordingRule {
  readonly record: string;
  readonly expr: string;
  /** Labels that the rule gives every series. */
  readonly labels?: Readonly<Record<string, string>>;
}

/** What stands together in a file of rules: some rules, and what cannot be said by any. */
export interface RecordedPart {
  /** One sentence about what is recorded. */
  readonly help: string;
  readonly rules: readonly RecordingRule[];
  /** Why something of it is no rule, and what to do instead. */
  readonly notes: readonly string[];
}

/** A text as PromQL quotes it: JSON's escapes are among Go's. */
export function quotedText(text: string): string {
  return JSON.stringify(text);
}

/** `label_replace`: `to` gets what `from` has, where the whole of it matches. */
export function withLabel(vector: string, { to, from, regex = '(.+)', text = '$1' }: LabelChange): string {
  return `label_replace(${vector}, ${[to, text, from, regex].map(quotedText).join(', ')})`;
}

export interface LabelChange {
  readonly to: string;
  readonly from: string;
  readonly regex?: string;
  readonly text?: string;
}
