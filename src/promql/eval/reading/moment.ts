// Which instant a selector or a subquery looks back from.
import type { Selector, Subquery } from '../../syntax/ast.ts';
import type { Span } from '../running/asked.ts';
import type { RangeBounds } from '../step.ts';

type Placed = Pick<Selector | Subquery, 'pinned' | 'offsetMs'>;

/** Its `@` in place of the instant of evaluation, and its offset back from there. */
export function momentOf({ pinned, offsetMs = 0 }: Placed, { timeMs, span }: { readonly timeMs: number; readonly span: Span }): number {
  if (pinned === undefined) return timeMs - offsetMs;
  switch (pinned.kind) {
    case 'time':
      return pinned.timeMs - offsetMs;
    case 'start':
      return span.startMs - offsetMs;
    case 'end':
      return span.endMs - offsetMs;
  }
}

export function boundsOf(
  node: Placed & { readonly rangeMs: number | undefined },
  at: { readonly timeMs: number; readonly span: Span },
): RangeBounds {
  const toMs = momentOf(node, at);
  const rangeMs = node.rangeMs ?? 0;
  // Added as Go's Duration.Seconds adds, which now and then ends in another digit than the quotient.
  return { fromMs: toMs - rangeMs, toMs, seconds: Math.floor(rangeMs / 1000) + (rangeMs % 1000) / 1000 };
}
