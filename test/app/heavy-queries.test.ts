// Questions to the query API about every series there is: what else is due in the process has its turn in between.
import { expect, it } from 'vitest';
import { longestTurnOfItsOwn } from '../longest-turn.ts';
import { call, serve } from '../metrics-api/http.ts';
import { facesOf, scraped } from './support/scraped.ts';

const PODS = 20;
const SERIES = 400;
/** Processor time, so that a busy machine does not count; some questions are asked at a time. */
const MOST_TURN_MS = 120;

/** As a Triton of many models says it. */
const TEXT = Array.from(
  { length: SERIES },
  (_, index) => `nv_inference_pending_request_count{model="m${index}",version="1"} ${index}\n`,
).join('');

it.each([
  ['/series', '/api/v1/series?match[]={__name__=~".%2B"}'],
  ['/labels', '/api/v1/labels'],
  ['/label/<name>/values', '/api/v1/label/model/values'],
  ['/query', '/api/v1/query?query={__name__=~".%2B"}'],
  ['/metadata', '/api/v1/metadata'],
  ['/targets', '/api/v1/targets'],
  ['/status/tsdb', '/api/v1/status/tsdb'],
])('%s', async (_, path) => {
  const names = Array.from({ length: PODS }, (__, index) => `pod-${index}`);
  const port = await serve(facesOf(await scraped(names, TEXT)).telemetry);
  // What is compiled and remembered at the first question is not what others take.
  await call(port, { path });
  const askThrice = async (): Promise<void> => {
    const answers = await Promise.all([call(port, { path }), call(port, { path }), call(port, { path })]);
    for (const { code } of answers) expect(code).toBe(200);
  };
  expect(await longestTurnOfItsOwn(askThrice)).toBeLessThan(MOST_TURN_MS);
});
