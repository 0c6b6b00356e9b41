// What is below /api/plimsoll of a wired Plimsoll, and who may see it.
import { Registry } from 'prom-client';
import { describe, expect, it } from 'vitest';
import { createFaces, type FacesOptions } from '../../src/app/faces.ts';
import { openRecording } from '../../src/app/recording.ts';
import type { Admission } from '../../src/model/admission.ts';
import { silentLog } from '../../src/model/log.ts';
import { nullMeter } from '../../src/model/meter.ts';
import { type ExplainWorld, explainWorld } from '../explain/support/world.ts';
import { ask } from './support/server.ts';
import { serve } from './support/targets.ts';

const EXPLAIN = '/api/plimsoll/explain?metric=triton_inflight_requests&object=pods/demo/a';

async function faceOf({ plimsoll, clock }: ExplainWorld, admission?: FacesOptions['admission']): Promise<string> {
  const rest = { log: silentLog, meter: nullMeter, registry: new Registry(), version: '1.2.3', lastLog: () => [], isStopping: () => false };
  const recording = openRecording({ config: plimsoll.config(), clock, meter: nullMeter });
  const { telemetry } = createFaces({ plimsoll, clock, recording, admission, ...rest });
  return `http://127.0.0.1:${(await serve(telemetry)).port}`;
}

describe('on the telemetry face', () => {
  it('an explanation and a bundle are answered as JSON', async () => {
    const base = await faceOf(await explainWorld());
    const { code, body } = await ask(`${base}${EXPLAIN}`);
    expect([code, JSON.parse(body)]).toMatchObject([200, { answers: [{ pod: 'demo/a' }] }]);
    expect(JSON.parse((await ask(`${base}/api/plimsoll/bundle`)).body)).toMatchObject({
      process: { version: '1.2.3' },
      answers: { answers: [] },
    });
    const none = await ask(`${base}/api/plimsoll/none`);
    expect([none.code, none.body]).toEqual([
      404,
      expect.stringContaining('/explain?metric=METRIC&object=deployments.apps/NAMESPACE/NAME, /answers?'),
    ]);
  });

  it('whoever may not ask is refused before anything is looked up, whatever the path', async () => {
    const asked: string[] = [];
    const refused = { kind: 'refused', code: 403, message: 'forbidden' } as const satisfies Admission;
    const base = await faceOf(await explainWorld(), {
      telemetry: async ({ target }) => {
        asked.push(target);
        return refused;
      },
      checks: [],
    });
    const paths = [EXPLAIN, '/api/plimsoll/explain?metric=none', '/api/plimsoll/bundle', '/api/plimsoll/none'];
    for (const path of paths) expect(await ask(`${base}${path}`)).toEqual({ code: 403, body: 'forbidden\n' });
    expect(asked).toEqual(paths);
  });
});
