// Large answers of an engine that has them at once: arranging and writing them goes on in turns.
import { expect, it } from 'vitest';
import { longestTurnOfItsOwn } from '../longest-turn.ts';
import { call } from '../metrics-api/http.ts';
import { engineOf, series, serveApi } from './world.ts';

/** Of processor time; three answers are made at a time, and the stage may hold the loop for 50 ms. */
const MOST_TURN_MS = 50;

const SERIES = 20_000;
const POINTS = 20;
const labels = Array.from({ length: SERIES }, (_, index) =>
  series('nv_inference_count', { pod: `pod-${(index * 7919) % SERIES}`, model: 'm' }),
);
const timesMs = Array.from({ length: POINTS }, (_, index) => 1_787_392_800_000 + index * 5000);
const matrix = labels.map((of) => ({ labels: of, timesMs, values: timesMs.map((_, index) => index / 3) }));

const engine = engineOf({
  instant: async () => ({ kind: 'vector', series: labels.map((of) => ({ labels: of, value: 1 / 3 })), warnings: [] }),
  range: async () => ({ series: matrix, warnings: [] }),
  series: async () => ({ series: labels.map((of) => ({ labels: of })), warnings: [] }),
});

it.each([
  ['/query', '/query?query=x'],
  ['/query_range', '/query_range?query=x&start=1&end=2&step=1'],
  ['/series', '/series?match[]=x'],
  ['/status/tsdb', '/status/tsdb'],
])('%s', async (_, path) => {
  const port = await serveApi({ engine });
  // The first answer is not compiled yet.
  await call(port, { path: `/api/v1${path}` });
  const askThrice = async (): Promise<void> => {
    const answers = await Promise.all([0, 1, 2].map(() => call(port, { path: `/api/v1${path}` })));
    for (const { code } of answers) expect(code).toBe(200);
  };
  expect(await longestTurnOfItsOwn(askThrice)).toBeLessThan(MOST_TURN_MS);
});
