// What a target's lines tell about the world, as facts that live at that target.
import type { ModelSettings } from '../config/schema.ts';
import type { Fact, Warning } from '../model/fact.ts';
import type { Line } from '../model/line.ts';
import type { Target } from '../model/target.ts';
import { modelFacts } from './models.ts';
import { ownerFacts } from './owners.ts';

export interface Facts {
  readonly facts: readonly Fact[];
  readonly warnings: readonly Warning[];
}

const NO_FACTS: Facts = { facts: [], warnings: [] };

/** Every fact of a target, from all lines of its last scrape: to be asked again whenever the set of lines changes. */
export function factsOf(said: { target: Target; lines: Iterable<Line>; models: ModelSettings }): Facts {
  const { target, lines, models } = said;
  switch (target.source) {
    case 'triton':
      return modelFacts({ lines, models });
    case 'dcgm':
      return ownerFacts({ lines, targetLabels: target.labels });
    default:
      return NO_FACTS;
  }
}
