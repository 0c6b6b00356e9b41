// Results of queries as Prometheus writes them in JSON.

import { printPlain } from '../lib/go-float.ts';
import type { Labels } from '../model/labels.ts';
import type { InstantSeries, InstantValue, RangeSeries } from '../model/query-engine.ts';
import { type JsonPieces, listPieces } from './answer.ts';
import { writeSampleValue, writeTime } from './numbers.ts';

/** In the order of the names; labels of empty values are none. */
export function writeLabels(labels: Labels): string {
  const names = [...labels.keys()].sort();
  let text = '';
  for (const name of names) {
    const value = labels.get(name);
    if (value) text += `${text === '' ? '' : ','}${JSON.stringify(name)}:${JSON.stringify(value)}`;
  }
  return `{${text}}`;
}

/** `resultType` and `result`, without braces around them. */
export function* instantPieces(value: InstantValue, timeMs: number): JsonPieces {
  yield `"resultType":"${value.kind}","result":`;
  switch (value.kind) {
    case 'scalar':
      yield `[${writeTime(timeMs)},"${printPlain(value.value)}"]`;
      return;
    case 'string':
      yield `[${writeTime(timeMs)},${JSON.stringify(value.value)}]`;
      return;
    case 'vector':
      yield* vectorPieces(value.series, timeMs);
      return;
    case 'matrix':
      yield* matrixPieces(value.series);
  }
}

function vectorPieces(series: readonly InstantSeries[], timeMs: number): JsonPieces {
  const time = writeTime(timeMs);
  return listPieces(series, ({ labels, value }) => `{"metric":${writeLabels(labels)},"value":[${time},"${writeSampleValue(value)}"]}`);
}

/** Points of one piece: well below a millisecond. */
const POINTS_A_PIECE = 1000;

/** A series of many points takes several pieces. */
export function* matrixPieces(series: readonly RangeSeries[]): JsonPieces {
  yield '[';
  // Series without gaps share their times.
  let writtenMs: readonly number[] = [];
  let written: readonly string[] = [];
  for (const [index, { labels, timesMs, values }] of series.entries()) {
    if (timesMs !== writtenMs) {
      writtenMs = timesMs;
      written = timesMs.map((timeMs, at) => `${at === 0 ? '' : ','}[${writeTime(timeMs)},"`);
    }
    let piece = `${index === 0 ? '' : ','}{"metric":${writeLabels(labels)},"values":[`;
    for (let at = 0; at < written.length; at += 1) {
      piece += `${written[at]}${writeSampleValue(values[at] ?? Number.NaN)}"]`;
      if (at % POINTS_A_PIECE !== POINTS_A_PIECE - 1) continue;
      yield piece;
      piece = '';
    }
    yield `${piece}]}`;
  }
  yield ']';
}
