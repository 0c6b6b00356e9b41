// A Plimsoll that has read its Tritons three times, five seconds apart, and its faces.
import { createFaces, type Faces } from '../../../src/app/faces.ts';
import { openRecording } from '../../../src/app/recording.ts';
import { createRegistryMeter } from '../../../src/exporter/meter.ts';
import type { Admit } from '../../../src/model/admission.ts';
import { silentLog } from '../../../src/model/log.ts';
import { nullMeter } from '../../../src/model/meter.ts';
import { START_MS } from './feed.ts';
import { createWorld, saying, tritons, type World } from './world.ts';

const TEXT = `# HELP nv_inference_pending_request_count Instantaneous number of pending requests awaiting execution per-model.
# TYPE nv_inference_pending_request_count gauge
nv_inference_pending_request_count{model="m",version="1"} 3
# HELP nv_gpu_utilization GPU utilization rate
# TYPE nv_gpu_utilization gauge
nv_gpu_utilization{gpu_uuid="GPU-1"} 0.5
`;
/** The third scrape of three. */
export const LAST_MS = START_MS + 10_000;

export async function scraped(names: readonly string[], text = TEXT): Promise<World> {
  const world = createWorld(tritons(...names), saying(text));
  for (let scrape = 0; scrape < 3; scrape += 1) {
    if (scrape > 0) await world.clock.advance(5000);
    world.plimsoll.scraper.tick();
    await world.plimsoll.scraper.idle();
  }
  return world;
}

export function facesOf({ plimsoll, clock }: World, telemetry?: Admit): Faces {
  const recording = openRecording({ config: plimsoll.config(), clock, meter: nullMeter });
  const rest = { log: silentLog, version: '1', lastLog: () => [], isStopping: () => false };
  const admission = telemetry && { telemetry, checks: [] };
  return createFaces({ plimsoll, clock, recording, ...createRegistryMeter(), ...rest, admission });
}
