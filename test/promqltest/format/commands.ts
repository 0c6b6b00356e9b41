// What a file in Prometheus's test language says, once read: commands one after another.
import type { Labels } from '../../../src/model/labels.ts';

/** One place in a series: a number, a mark that the series ended there, a gap, or a native histogram, which nothing here can hold. */
export type Point = number | 'stale' | 'none' | 'histogram';

export interface SeriesLine {
  readonly labels: Labels;
  readonly points: readonly Point[];
}

export interface LoadCommand {
  readonly kind: 'load';
  readonly line: number;
  readonly stepMs: number;
  /** Classic histograms are to be kept as native ones too. */
  readonly withNative: boolean;
  readonly series: readonly SeriesLine[];
}

export interface ClearCommand {
  readonly kind: 'clear';
  readonly line: number;
}

/** Where samples of an answer stand. */
export interface Steps {
  readonly startMs: number;
  readonly endMs: number;
  readonly stepMs: number;
}

/** A text that an error or an annotation must be, or an expression that it must hold; without either any will do. */
export interface Expectation {
  readonly says: string;
  matches(text: string): boolean;
  /** False where any text will do. */
  readonly isParticular: boolean;
}

export interface Expectations {
  readonly ordered: boolean;
  readonly fail: readonly Expectation[];
  readonly warn: readonly Expectation[];
  readonly info: readonly Expectation[];
  readonly noWarn: boolean;
  readonly noInfo: boolean;
}

export type ExpectedValue =
  | { readonly kind: 'series'; readonly series: readonly SeriesLine[] }
  | { readonly kind: 'scalar'; readonly value: number }
  | { readonly kind: 'string'; readonly value: string };

export interface EvalCommand {
  readonly kind: 'eval';
  readonly line: number;
  /** The line itself, without blanks around it. */
  readonly text: string;
  readonly expr: string;
  readonly asked: { readonly kind: 'instant'; readonly timeMs: number } | ({ readonly kind: 'range' } & Steps);
  /** Of an instant question whose answer is a range vector. */
  readonly samplesAt: Steps | undefined;
  readonly expected: Expectations;
  readonly value: ExpectedValue;
}

export type Command = LoadCommand | ClearCommand | EvalCommand;

/** A mistake in a file; `line` counts from 1. */
export class FormatError extends Error {
  readonly line: number;

  constructor(line: number, message: string) {
    super(message);
    this.name = 'FormatError';
    this.line = line;
  }
}
