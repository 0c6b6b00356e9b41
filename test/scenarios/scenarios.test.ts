import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseScenario } from './language.ts';
import { runScenario } from './run.ts';

const FOLDER = import.meta.dirname;
const files = readdirSync(FOLDER).filter((name) => name.endsWith('.scenario'));

describe('scenarios', () => {
  it.each(files)('%s', async (file) => {
    expect(await runScenario(parseScenario(readFileSync(join(FOLDER, file), 'utf8')))).toEqual([]);
  });
});

it.each([
  ['at nine', 'line 1: no time "nine"'],
  ['jump 5s', 'line 1: unknown word'],
  ['target a triton\nsay b', 'line 2: unknown target'],
  ['  x 0s=1', 'line 1: a series belongs under `say`'],
  ['at 1s\n  expect pod a x 1 soon', 'line 2: unknown word "soon"'],
])('refuses %j', (text, message) => {
  expect(() => parseScenario(text)).toThrow(message);
});

it('reports what does not hold, so that a scenario can fail', async () => {
  const text = `target a triton namespace=demo pod=a
say a
  nv_inference_pending_request_count{model="m",version="1"} 0s=3
at 30s
  expect pod a triton_pending_requests 4
  expect pod a triton_pending_requests absent failed
  expect pod a triton_pending_requests 3 estimated coverage 1/2 window 60s newest 60s..70s
  expect pod a triton_queued_requests 1
each 1s 31s..32s
  expect pod a triton_pending_requests 4 or-absent failed
  expect pod a triton_queued_requests 1 or-absent failed
  expect pod a triton_queued_requests 1 or-absent warming-up`;
  const failures = await runScenario(parseScenario(text));
  expect(failures.map((failure) => failure.replace(/^line (\d+).*?: /, '$1: ').replace(/(got absent [a-z-]+).*/s, '$1'))).toEqual([
    '5: expected 4, got 3',
    '6: expected absent failed, got 3',
    '7: expected estimated',
    '7: expected coverage 1/2, got 1/1',
    '7: expected window 60000, got 15000',
    expect.stringMatching(/^7: expected newest in 60000,70000 ms, got 2\d+ ms$/),
    '8: expected 1, got absent warming-up',
    '10: expected 4, got 3',
    '11: expected absent failed, got absent warming-up',
    '10: expected 4, got 3',
    '11: expected absent failed, got absent warming-up',
  ]);
});
