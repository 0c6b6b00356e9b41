// What all steps of one compiled expression have in common.
import type { SampleSource } from '../../model/sample-source.ts';
import type { Texts } from './labels/texts.ts';

export interface EvalSettings {
  readonly source: SampleSource;
  /** How far back an instant selector looks for a sample, the far end excluded. */
  readonly lookbackMs: number;
  /** The resolution of subqueries that say none. */
  readonly defaultSubqueryStepMs: number;
  /** Names that functions and operators take away are removed by the last step alone (eval/labels/late-names.ts). */
  readonly delayedNameRemoval: boolean;
  readonly texts: Texts;
  /** The expression as it was said: annotations point into it. */
  readonly expr: string;
}
