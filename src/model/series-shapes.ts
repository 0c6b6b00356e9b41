// Which names of series there are, and which labels they have: what rules that name metrics are held against.
import type { Matcher } from './matcher.ts';

/** By the series' name, the names of all labels that series of it have. */
export type Shapes = ReadonlyMap<string, ReadonlySet<string>>;

export interface SeriesShapes {
  /** Whatever was read is right for as long as this stands still. */
  version(): number;
  /** Of the series that satisfy every matcher. Rejects only with a QueryError. */
  read(matchers: readonly Matcher[]): Promise<Shapes>;
}
