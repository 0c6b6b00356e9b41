// Questions to the query API about every series there is: what else is due in the process has its turn in between.
import { expect, it } from 'vitest';
import { call, serve } from '../metrics-api/http.ts';
import { facesOf, LAST_MS, scraped } from './support/scraped.ts';

const PODS = 20;
const SERIES = 400;
/** Processor time, so that a busy machine does not count; some questions are asked at a time. */
const MOST_TURN_MS = 120;

/** As a Triton of many models says it. */
const TEXT = Array.from({ length: SERIES }, (_, index) => `nv_inference_pending_request_count{model="m${index}",version="1"} ${index}\n`).join('');

/** The longest turn of the event loop while `work` goes on, in milliseconds of this thread's processor time. */
async function longestTurn(work: Promise<unknown>): Promise<number> {
  const cpuMs = (): number => {
    const { user, system } = process.threadCpuUsage();
    return (user + system) / 1000;
  };
  let isOver = false;
  let longest = 0;
  let before = cpuMs();
  const turn = (): void => {
    const now = cpuMs();
    longest = Math.max(longest, now - before);
    before = now;
    if (!isOver) setImmediate(turn);
  };
  setImmediate(turn);
  await work;
  isOver = true;
  return longest;
}

it.each([
  ['/series', '/api/v1/series?match[]={__name__=~".%2B"}'],
  ['/labels', '/api/v1/labels'],
  ['/label/<name>/values', '/api/v1/label/model/values'],
  ['/query', '/api/v1/query?query={__name__=~".%2B"}'],
  ['/query_range', `/api/v1/query_range?query={__name__=~".%2B"}&start=${LAST_MS / 1000 - 10}&end=${LAST_MS / 1000}&step=1`],
  ['/metadata', '/api/v1/metadata'],
  ['/targets', '/api/v1/targets'],
  ['/status/tsdb', '/api/v1/status/tsdb'],
])('%s', async (_, path) => {
  const names = Array.from({ length: PODS }, (__, index) => `pod-${index}`);
  const port = await serve(facesOf(await scraped(names, TEXT)).telemetry);
  // What is compiled and remembered at the first question is not what others take.
  await call(port, { path });
  const asked = Promise.all([call(port, { path }), call(port, { path }), call(port, { path })]);
  expect(await longestTurn(asked)).toBeLessThan(MOST_TURN_MS);
  for (const { code } of await asked) expect(code).toBe(200);
});
