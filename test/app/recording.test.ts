// Answers of a running Plimsoll: recorded, measured and shown, or none where there is no memory for them.
import { describe, expect, it } from 'vitest';
import { openRecording } from '../../src/app/recording.ts';
import { settingsOf } from '../../src/app/settings.ts';
import { VirtualClock } from '../../src/lib/virtual-clock.ts';
import type { Answered } from '../../src/model/answer-recorder.ts';
import type { Meter } from '../../src/model/meter.ts';
import { nullMeter } from '../../src/model/meter.ts';
import { asked, START_MS, value } from '../explain/recorder/rig.ts';
import { ask, askPod, runPlimsoll, tritonSettings } from './support/server.ts';

function open(memoryBytes: number | undefined, rest: Partial<Parameters<typeof openRecording>[0]> = {}) {
  const overrides = memoryBytes === undefined ? [] : [{ path: ['recorder', 'memory_bytes'], value: memoryBytes }];
  const { config } = settingsOf('the test', overrides);
  return openRecording({ config, clock: new VirtualClock(START_MS), meter: nullMeter, ...rest });
}

const ANSWERED: Answered = { atMs: START_MS, user: 'u', asked: asked(), given: value(1) };

describe('recording', () => {
  it('keeps answers unless it may have no memory, and then nobody is told', () => {
    const { recorder, flight } = open(undefined);
    recorder?.record(ANSWERED);
    expect(flight?.count).toBe(1);
    expect(open(0)).toMatchObject({ recorder: undefined, flight: undefined });
  });

  it('tells whoever listens too', () => {
    const heard: Answered[] = [];
    const listener = { record: (answered: Answered) => void heard.push(answered) };
    for (const memoryBytes of [0, undefined]) open(memoryBytes, { listener }).recorder?.record(ANSWERED);
    expect(heard).toEqual([ANSWERED, ANSWERED]);
  });

  it('measures how far back it reaches', async () => {
    const clock = new VirtualClock(START_MS);
    const gauges = new Map<string, number>();
    const meter: Meter = { ...nullMeter, gauge: ({ name }) => ({ set: (amount) => void gauges.set(name, amount) }) };
    const { recorder, flight, measure } = open(undefined, { clock, meter });
    recorder?.record(ANSWERED);
    await clock.advance(7200_000);
    measure();
    expect(Object.fromEntries(gauges)).toEqual({
      plimsoll_recorder_reach_seconds: 7200,
      plimsoll_recorder_bytes: flight?.bytes,
      plimsoll_recorder_answers: 1,
    });
    open(0, { clock, meter }).measure();
  });
});

it('shows over HTTP what the metrics API answered', async () => {
  const { server, stop } = await runPlimsoll(tritonSettings([{ name: 'triton-0', port: 1 }]));
  try {
    await askPod(server, { pod: 'triton-0', metric: 'triton_pending_requests' });
    await askPod(server, { pod: 'triton-0', metric: 'nothing' });
    const { code, body } = await ask(`${server.telemetryUrl}/api/plimsoll/answers?object=pods/triton-0&metric=triton_pending_requests`);
    expect(code).toBe(200);
    expect(JSON.parse(body)).toMatchObject({
      answers: [
        {
          metric: 'triton_pending_requests',
          namespace: 'demo',
          object: 'pods/triton-0',
          code: 404,
          failure: { reason: expect.any(String) },
        },
      ],
    });
    expect(await ask(`${server.telemetryUrl}/api/plimsoll/answers?at=noon`)).toMatchObject({ code: 400 });
  } finally {
    await stop();
  }
});
