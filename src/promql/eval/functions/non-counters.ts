// Rates of metrics whose names are not those of counters: Prometheus says so.
import { intAt } from '../../../lib/columns.ts';
import { METRIC_NAME } from '../../../model/labels.ts';
import { NO_TEXT } from '../../../model/sample-source.ts';
import { quoteAsGo } from '../../syntax/go-quote.ts';
import { type Annotation, info, type Place } from '../annotations.ts';
import type { SeriesList } from '../labels/series-list.ts';
import { remember } from '../remember.ts';
import type { Run } from '../running/run.ts';
import { isPresent, type Vector } from '../vector.ts';

const NAMES_OF_COUNTERS = ['_total', '_sum', '_count', '_bucket'];

interface Doubts {
  readonly infos: readonly Annotation[];
  /** Per series its info, -1 where the name is a counter's, or there is none. */
  readonly infoOf: Int32Array;
}

/** Notes each name that is no counter's once, when a series of it has a result. */
export function noteNonCounters(place: Place): (vector: Vector, run: Run) => void {
  const doubtsAbout = remember((list: SeriesList) => doubtsOf(list, place));
  return (vector, run) => {
    const { infos, infoOf } = doubtsAbout(vector.list);
    if (infos.length === 0) return;
    const found = new Set<number>();
    for (let position = 0; position < vector.list.size && found.size < infos.length; position += 1) {
      const at = intAt(infoOf, position);
      if (at >= 0 && isPresent(vector, position)) found.add(at);
    }
    for (const at of found) {
      const annotation = infos[at];
      if (annotation !== undefined) run.usage.annotate(annotation);
    }
  };
}

function doubtsOf(list: SeriesList, place: Place): Doubts {
  const infos: Annotation[] = [];
  const infoByName = new Map<number, number>([[NO_TEXT, -1]]);
  const ids = list.labelIds(METRIC_NAME);
  const infoOf = new Int32Array(list.size).fill(-1);
  for (const [position, id] of ids.entries()) {
    const known = infoByName.get(id);
    infoOf[position] = known ?? infoAbout(list.labels(position).get(METRIC_NAME) ?? '', { infos, place });
    if (known === undefined) infoByName.set(id, intAt(infoOf, position));
  }
  return { infos, infoOf };
}

function infoAbout(name: string, { infos, place }: { readonly infos: Annotation[]; readonly place: Place }): number {
  if (NAMES_OF_COUNTERS.some((ending) => name.endsWith(ending))) return -1;
  const problem = `metric might not be a counter, name does not end in _total/_sum/_count/_bucket: ${quoteAsGo(name)}`;
  return infos.push(info(problem, place)) - 1;
}
