// Eight clients that ask the heaviest questions at once: what else is due in the process, scrapes above all, has its turn in between.
import { expect, it } from 'vitest';
import { createFaces, type Faces } from '../../src/app/faces.ts';
import { openRecording } from '../../src/app/recording.ts';
import { createRegistryMeter } from '../../src/exporter/meter.ts';
import { silentLog } from '../../src/model/log.ts';
import { nullMeter } from '../../src/model/meter.ts';
import { longestTurn } from '../longest-turn.ts';
import { ask } from './support/in-process.ts';
import { createWorld, saying, tritons } from './support/world.ts';

const PODS = 20;
const SERIES = 400;
const CLIENTS = 8;
/** Processor time, so that a busy machine does not count: a scrape's time-out is ten times as long. */
const MOST_TURN_MS = 120;

/** As a Triton of many models says it. */
function largeText(): string {
  const line = (index: number): string => `nv_inference_pending_request_count{model="m${index}",version="1"} ${index}\n`;
  return Array.from({ length: SERIES }, (_, index) => line(index)).join('');
}

async function openFaces(): Promise<Faces> {
  const names = Array.from({ length: PODS }, (_, index) => `pod-${index}`);
  const { plimsoll, clock } = createWorld(tritons(...names), saying(largeText()));
  for (let scrape = 0; scrape < 3; scrape += 1) {
    plimsoll.scraper.tick();
    await plimsoll.scraper.idle();
    await clock.advance(5000);
  }
  const recording = openRecording({ config: plimsoll.config(), clock, meter: nullMeter });
  const rest = { log: silentLog, version: '1', lastLog: () => [], isStopping: () => false };
  return createFaces({ plimsoll, clock, recording, ...createRegistryMeter(), ...rest });
}

it('does no harm to what else is due', async () => {
  const { telemetry, metricsApi } = await openFaces();
  const headers = { host: 'x', accept: 'application/json' };
  const everything = `/federate?match[]=${encodeURIComponent('{__name__=~".+"}')}`;
  const list = '/apis/custom.metrics.k8s.io/v1beta2/namespaces/demo/pods/*/triton_pending_requests';
  const client = async (): Promise<number> => {
    const { code, body } = await ask(telemetry, { method: 'GET', target: everything, headers });
    await ask(metricsApi, { method: 'GET', target: list, headers });
    expect(code).toBe(200);
    return body.split('\n').length;
  };
  // What is compiled and remembered at the first question is not what eight of them take.
  await client();
  await ask(telemetry, { method: 'GET', target: '/metrics', headers });
  const page = ask(telemetry, { method: 'GET', target: '/metrics', headers });
  const clients = Promise.all(Array.from({ length: CLIENTS }, client));
  expect(await longestTurn(Promise.all([page, clients]))).toBeLessThan(MOST_TURN_MS);
  for (const lines of await clients) expect(lines).toBeGreaterThan(PODS * SERIES);
});
