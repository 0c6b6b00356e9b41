// Numbers about a real GPU, by a real Triton and a real DCGM exporter, against what its driver says.
import { setTimeout } from 'node:timers/promises';
import { beforeAll, describe, expect, it } from 'vitest';
import { inferBody, inferPath, type Load } from '../triton/load.ts';
import { instances, type Model, PLAIN } from '../triton/models.ts';
import { NEWEST } from '../triton/releases.ts';
import { type Rig, startRig } from '../triton/rig.ts';
import { describeTriton, progress } from '../triton/suite.ts';
import { until } from '../wait.ts';
import { BURN, BURN_BYTES } from './burn.ts';
import { readGpu, readGpus } from './driver.ts';
import { exporterProgram, startExporter } from './exporter.ts';
import { expectTruth, type Readings, readingsOf, type Watched } from './readings.ts';

const NONE = 'no NVIDIA driver on this machine';
const FLAGS = ['--model-control-mode=explicit', '--load-model=*'];
const BODY = inferBody(0.25);
const CLIENTS = 3;
const LOAD_IS_SEEN = { withinMs: 15_000, everyMs: 500, failure: () => 'a change of the load is not seen' };
/** Two GPU instances that leave the GPU alone. */
const SLEEPING: Model = { name: 'delay_gpu', config: `max_batch_size: 1 ${instances(2).replace('KIND_CPU', 'KIND_GPU')}` };

const OF_TRITON = ['gpu_utilization_ratio', 'gpu_memory_used_bytes', 'gpu_memory_total_bytes', 'gpu_power_watts', 'gpu_power_limit_watts'];
const OF_DCGM = [...OF_TRITON, 'gpu_memory_free_bytes', 'gpu_temperature_celsius', 'gpu_sm_clock_hertz', 'gpu_memory_clock_hertz'];

const gpu = (await readGpus())?.[0];
if (gpu === undefined) {
  progress(`skipped: a real GPU: ${NONE}\n`);
  describe('a real GPU', () => it.skip(NONE));
} else {
  const { uuid } = gpu;
  const program = await exporterProgram(process.env, progress);
  if ('why' in program) progress(`skipped: the DCGM exporter of a real GPU: ${program.why}\n`);

  await describeTriton(NEWEST, 'a real GPU', (install) => {
    let rig: Rig;
    let watched: Watched;
    let burning: Load;
    const sources = 'path' in program ? [['triton', OF_TRITON] as const, ['dcgm', OF_DCGM] as const] : [['triton', OF_TRITON] as const];

    beforeAll(async () => {
      await using starting = new AsyncDisposableStack();
      const exporter = 'path' in program ? starting.use(await startExporter(program.path, install)) : undefined;
      const jobs =
        exporter === undefined ? [] : [{ job_name: 'dcgm', source: 'dcgm', static_configs: [{ targets: [`127.0.0.1:${exporter.port}`] }] }];
      rig = starting.use(await startRig(install, { models: [BURN, SLEEPING, PLAIN], flags: FLAGS, jobs }));
      watched = { plimsoll: rig.plimsoll, uuid };
      burning = rig.load({ path: inferPath(BURN.name), body: () => BODY });
      const resources = starting.move();
      return () => resources.disposeAsync();
    });

    it.each(sources)('idle: %s says what nvidia-smi says', async (source, named) => {
      const readings = await expectTruth(watched, source, named);
      expect(readings.get('gpu_utilization_ratio')).toBeLessThan(0.1);
      expect(readings.get('gpu_memory_used_bytes')).toBeGreaterThan(BURN_BYTES);
    });

    it.each(sources)('busy: %s says what nvidia-smi says', async (source, named) => {
      burning.setConcurrency(CLIENTS);
      await until({ ...LOAD_IS_SEEN, ask: async () => (await utilization(source)) > 0.9 || undefined });
      const readings = await expectTruth(watched, source, named);
      expect(readings.get('gpu_utilization_ratio')).toBeGreaterThan(0.9);
    });

    it('serves them as signals of the pod whose Triton names the GPU', async () => {
      await rig.settle();
      const { values } = await readGpu(uuid);
      expect(await rig.read('gpu_utilization_ratio')).toBeGreaterThan(0.9);
      expect(Math.abs((await rig.read('gpu_memory_used_bytes')) - (values.get('gpu_memory_used_bytes') ?? 0))).toBeLessThanOrEqual(2 ** 20);
      expect((await rig.read('gpu_power_watts')) / (values.get('gpu_power_watts') ?? 0)).toBeCloseTo(1, 1);
      const owners = await (await fetch(`${rig.plimsoll.telemetryUrl}/federate?match[]=gpu_owner`)).text();
      expect(owners).toMatch(new RegExp(`^gpu_owner\\{.*evidence="triton-uuid".*uuid="${uuid}".*\\} 1`, 'm'));
    });

    it.runIf('path' in program)('serves what only the exporter says, of a GPU that only Triton gives to the pod', async () => {
      expect(await rig.read('gpu_engine_active_ratio')).toBeGreaterThan(0.9);
      expect(await rig.read('gpu_sm_active_ratio')).toBeGreaterThan(0.9);
      // Filling memory is no work for the tensor cores.
      expect(await rig.read('gpu_tensor_active_ratio')).toBeLessThan(0.01);
      expect(await rig.read('gpu_temperature_celsius')).toBeGreaterThan(20);
    });

    it.each(sources)('%s counts the energy that the power makes', async (source) => {
      const joules = (readings: Readings): number => readings.get('gpu_energy_joules_total') ?? Number.NaN;
      const [first, startMs] = [await readingsOf(watched, source), performance.now()];
      await setTimeout(8000);
      const [last, endMs] = [await readingsOf(watched, source), performance.now()];
      const watts = ((joules(last) - joules(first)) / (endMs - startMs)) * 1000;
      progress(`  ${source}: ${watts} W by energy, ${last.get('gpu_power_watts')} W said\n`);
      // Each end is up to a scrape and a second of DCGM's old.
      expect(watts / (last.get('gpu_power_watts') ?? 0)).toBeGreaterThan(0.7);
      expect(watts / (last.get('gpu_power_watts') ?? 0)).toBeLessThan(1.3);
    });

    it.runIf('path' in program)(
      'serves engine activity as the share of time at part load, of which single samples of utilisation tell little',
      async () => {
        burning.setConcurrency(0);
        const part = rig.load({ path: inferPath(BURN.name), body: () => inferBody(0.3), pauseMs: 700 });
        part.setConcurrency(1);
        await setTimeout(3000);
        const readings: number[][] = [];
        for (let count = 0; count < 10; count += 1) {
          await setTimeout(1000);
          readings.push([await rig.read('gpu_engine_active_ratio'), await rig.read('gpu_utilization_ratio')]);
        }
        progress(`  engine activity and utilisation: ${readings.map((pair) => pair.join(' ')).join(', ')}\n`);
        const mean = readings.reduce((sum, [active = Number.NaN]) => sum + active, 0) / readings.length;
        expect(Math.abs(mean - 0.3)).toBeLessThan(0.08);
        part.setConcurrency(0);
        burning.setConcurrency(CLIENTS);
        await rig.settle();
      },
    );

    it('counts the requests of a model on a GPU once', async () => {
      await rig.expectTruths({ triton_inflight_requests: CLIENTS, triton_saturation_ratio: CLIENTS }, `model=${BURN.name}`);
    });

    it('counts them once in a model that was loaded after the server had started, which has a row for the GPU too', async () => {
      burning.setConcurrency(0);
      await rig.server.unload(BURN);
      await until({
        ask: async () => !(await rig.server.exposition()).includes(`nv_inference_count{model="${BURN.name}"`) || undefined,
        withinMs: 20_000,
        everyMs: 200,
        failure: () => `${BURN.name} is still there`,
      });
      await rig.server.load(BURN);
      const text = await rig.server.exposition();
      expect(text).toContain(`nv_inference_count{gpu_uuid="${uuid}",model="${BURN.name}"`);
      expect(text).toContain(`nv_inference_pending_request_count{model="${BURN.name}"`);
      burning.setConcurrency(CLIENTS);
      await rig.settle();
      await rig.expectTruths({ triton_inflight_requests: CLIENTS, triton_saturation_ratio: CLIENTS }, `model=${BURN.name}`);
    });

    it('is idle again when the load has gone', async () => {
      burning.setConcurrency(0);
      for (const [source, named] of sources) {
        await until({ ...LOAD_IS_SEEN, ask: async () => (await utilization(source)) < 0.1 || undefined });
        await expectTruth(watched, source, named);
      }
      expect(await rig.read('gpu_utilization_ratio')).toBeLessThan(0.1);
    });

    async function utilization(source: string): Promise<number> {
      return (await readingsOf(watched, source)).get('gpu_utilization_ratio') ?? Number.NaN;
    }
  });
}
