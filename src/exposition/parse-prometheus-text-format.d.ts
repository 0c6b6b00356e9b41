// What this project uses of parse-prometheus-text-format 1.1.1, which carries no types of its own.
declare module 'parse-prometheus-text-format' {
  interface ParsedSample {
    /** As written. */
    readonly value?: string;
    readonly labels?: Readonly<Record<string, string>>;
    readonly timestamp_ms?: string;
  }

  interface ParsedFamily {
    readonly name: string;
    readonly metrics: readonly ParsedSample[];
  }

  /** Throws at a line that it cannot read. */
  function parse(text: string): ParsedFamily[];
  export = parse;
}
