// Lists of series that are made in several turns, while rows come and go.
import { expect, it } from 'vitest';
import { VirtualClock } from '../../src/lib/virtual-clock.ts';
import { labelsOf } from '../../src/model/labels.ts';
import type { SampleSource } from '../../src/model/sample-source.ts';
import { createEmbeddedEngine } from '../../src/promql/engine.ts';
import { compileMatcher } from '../../src/promql/syntax/matcher.ts';

const ROWS = 5000;
const REQUEST = { matchers: [[compileMatcher({ name: '__name__', operator: '=', value: 'x' })]], startMs: 0, endMs: 10 };

/** Rows with one sample each. What `perTurn` returns says whether rows have gone since the turn before. */
function changing(perTurn: (turn: number) => 'same' | 'more' | 'gone') {
  let turns = 0;
  let version = 0;
  let goneAt = -1;
  const rows = Int32Array.from({ length: ROWS }, (_, index) => index);
  const source: Partial<SampleSource> = {
    get rowsVersion() {
      return version;
    },
    areOlder: (_rows, since) => since >= goneAt,
    select: () => rows,
    labels: (row) => labelsOf({ __name__: 'x', row: String(row) }),
    labelIds: (some) => Int32Array.from(some, (row) => row % 3),
    text: (id) => `text ${id}`,
    readEach: (some, _range, { window, visit }) => {
      turns += 1;
      window.timesMs[0] = 5;
      window.length = 1;
      for (let position = 0; position < some.length; position += 1) visit(position);
      const change = perTurn(turns);
      if (change !== 'same') version += 1;
      if (change === 'gone') goneAt = version;
    },
  };
  const engine = createEmbeddedEngine({ source: source as SampleSource, clock: new VirtualClock(0) });
  return { engine, turns: () => turns };
}

it('lists each once, in several turns', async () => {
  const { engine, turns } = changing(() => 'same');
  const { series } = await engine.series({ ...REQUEST, matchers: [...REQUEST.matchers, ...REQUEST.matchers] });
  expect(series.map(({ labels }) => labels.get('row'))).toEqual(Array.from({ length: ROWS }, (_, row) => String(row)));
  expect(series[0]?.newestMs).toBe(5);
  expect(turns()).toBe(6);
});

it('does not mind rows that come', async () => {
  const { engine, turns } = changing(() => 'more');
  expect((await engine.labelValues({ ...REQUEST, label: 'l' })).values).toEqual(['text 0', 'text 1', 'text 2']);
  expect(turns()).toBe(3);
});

it('begins anew when rows have gone', async () => {
  const { engine, turns } = changing((turn) => (turn === 2 ? 'gone' : 'same'));
  expect((await engine.series(REQUEST)).series).toHaveLength(ROWS);
  expect(turns()).toBe(5);
});

it('gives up where they go all the time', async () => {
  const { engine } = changing(() => 'gone');
  const message = 'cannot list series: they come and go faster than they are read; select fewer';
  await expect(engine.series(REQUEST)).rejects.toMatchObject({ failure: 'execution', message });
});

it('ends when who asks has gone', async () => {
  const gone = new AbortController();
  const { engine, turns } = changing((turn) => {
    if (turn === 2) gone.abort();
    return 'same';
  });
  await expect(engine.series({ ...REQUEST, abortSignal: gone.signal })).rejects.toMatchObject({ failure: 'aborted' });
  expect(turns()).toBe(2);
});
