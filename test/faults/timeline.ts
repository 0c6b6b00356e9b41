// What was served of a case, second by second.
import type { Phases } from './phases.ts';
import type { Look, Watched } from './watch.ts';

/** A column: the right number all the time, none at any time, both in turn, a rate that is too low, a wrong number, nothing looked at. */
export type Mark = '●' | '○' | '◐' | '↓' | '✗' | ' ';

export interface Timeline {
  readonly before: string;
  readonly during: string;
  readonly after: string;
}

/** Columns of `stepMs` each; those of before end with the fault. */
export function timelineOf({ looks }: Watched, { beginMs, faultMs, overMs, endMs }: Phases, stepMs: number): Timeline {
  const marks = (fromMs: number, toMs: number): string => {
    let line = '';
    for (let atMs = fromMs; atMs < toMs - stepMs / 2; atMs += stepMs) {
      line += markOf(looks.filter(({ askedMs }) => askedMs >= atMs && askedMs < atMs + stepMs));
    }
    return line;
  };
  return { before: marks(beginMs, faultMs), during: marks(faultMs, overMs), after: marks(overMs, endMs) };
}

function markOf(looks: readonly Look[]): Mark {
  const kinds = new Set(looks.map(({ kind }) => kind));
  if (kinds.size === 0) return ' ';
  if (kinds.has('wrong')) return '✗';
  if (kinds.has('low')) return '↓';
  if (kinds.size === 2) return '◐';
  return kinds.has('right') ? '●' : '○';
}
