// What inspect names as odd, in every fixture and in texts that vary what is known of servers.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type Inspection, inspectBytes } from '../../../src/cli/inspect/inspection.ts';
import { ROOT } from '../../arch/source-files.ts';

const FIXTURES = join(ROOT, 'fixtures');

function inspectText(text: string): Inspection {
  return inspectBytes(new TextEncoder().encode(text));
}

function codesOf({ warnings }: Inspection): string[] {
  return warnings.map(({ code }) => code);
}

const QUIRKS: Readonly<Record<string, readonly string[]>> = {
  'dcgm/authored-1.x-old-names.txt': ['sentinel', 'old-names', 'no-profiling', 'xid-seen'],
  'dcgm/authored-2.0-every-blank.txt': ['sentinel', 'sentinel', 'no-pod-labels', 'no-node'],
  'dcgm/authored-2.4-old-namespace-mig.txt': ['mig-slices', 'old-names'],
  'dcgm/authored-3.3-vgpu-guest.txt': ['virtual-gpu'],
  'dcgm/authored-4.5-service-monitor.txt': ['exported-labels'],
  'dcgm/authored-4.5-two-gpus.txt': ['sentinel'],
  'dcgm/authored-4.8-mig-vgpu-pods.txt': ['duplicate-readings', 'mig-slices', 'xid-seen'],
  'dcgm/authored-4.8.3-percent-as-ratio.txt': ['sentinel', 'unit-disproved', 'unit-disproved', 'no-profiling'],
  'dcgm/authored-4.9-gh200-dra.txt': ['renamed-fields'],
  'dcgm/authored-4.9-mig-dra-pods.txt': ['mig-slices', 'renamed-fields'],
  'dcgm/authored-reexported-ratios.txt': ['unit-unclear', 'duplicate-readings', 'renamed-fields', 'said-twice'],
  'dcgm/real-3.3.8-h100-idle.txt': ['no-pod-labels', 'profiling-not-listed'],
  'dcgm/real-3.3.8-h100-matmul.txt': [],
  'dcgm/real-3.3.8-h100-old-names.txt': ['old-names', 'listed-twice'],
  'dcgm/real-3.3.8-h100-served.txt': [],
  'kubelet/authored-1.22-old-form.txt': [],
  'kubelet/authored-1.34-gpu-node.txt': [],
  'kubelet/authored-1.34-scrape-error.txt': ['scrape-error'],
  'llm/authored-nim-1.x.txt': [],
  'llm/authored-sglang-0.4.4-both-names.txt': [],
  'llm/authored-sglang-0.5-tensor-parallel.txt': ['duplicate-readings'],
  'llm/authored-vllm-0.10.2-both-names.txt': [],
  'llm/authored-vllm-0.30.0-two-engines.txt': [],
  'llm/authored-vllm-0.8.5.txt': [],
  'llm/authored-vllm-renamed.txt': ['llm-names-unknown'],
  'triton/authored-1.x-names.txt': ['model-kinds-unknown', 'no-pending-gauge', 'triton-1-names'],
  'triton/authored-24.08-trtllm.txt': ['llm-engine', 'model-kinds-unknown', 'no-pending-gauge'],
  'triton/authored-24.10-two-gpus.txt': [
    'sentinel',
    'sentinel',
    'sentinel',
    'model-kinds-unknown',
    'unloaded-models',
    'two-series-sets',
    'gpu-unread',
  ],
  'triton/authored-25.04-trtllm-token-lengths.txt': ['llm-engine', 'model-kinds-unknown', 'no-pending-gauge'],
  'triton/authored-25.04-trtllm.txt': ['llm-engine', 'model-kinds-unknown'],
  'triton/real-2.36.0-cpu.txt': ['model-kinds-unknown', 'no-pending-gauge', 'no-gpu-metrics'],
  'triton/real-2.39.0-leak.txt': ['model-kinds-unknown', 'pending-may-leak', 'no-gpu-metrics'],
  'triton/real-2.44.0-cpu.txt': ['model-kinds-unknown', 'no-gpu-metrics'],
  'triton/real-2.51.0-cpu.txt': ['model-kinds-unknown', 'no-gpu-metrics'],
  'triton/real-2.51.0-h100-idle.txt': ['model-kinds-unknown'],
  'triton/real-2.51.0-h100-loaded-later.txt': ['model-kinds-unknown', 'two-series-sets'],
  'triton/real-2.51.0-h100-matmul.txt': ['model-kinds-unknown'],
  'triton/real-2.51.0-h100-served.txt': ['model-kinds-unknown'],
  'triton/real-2.51.0-kinds.txt': ['model-kinds-unknown', 'cache', 'no-gpu-metrics'],
};

describe('fixtures', () => {
  it.each(Object.entries(QUIRKS))('%s: %j', (file, codes) => {
    const inspection = inspectBytes(readFileSync(join(FIXTURES, file)));
    expect(inspection.source).toBe(codes.includes('scrape-error') ? 'generic' : file.replace(/\/.*/, ''));
    expect(codesOf(inspection)).toEqual(codes);
  });

  it('each is listed', () => {
    const files = ['dcgm', 'kubelet', 'llm', 'triton'].flatMap((kind) =>
      readdirSync(join(FIXTURES, kind)).map((name) => `${kind}/${name}`),
    );
    expect(files.filter((file) => file.endsWith('.txt'))).toEqual(Object.keys(QUIRKS));
  });
});

const PENDING = 'nv_inference_pending_request_count';
const DURATION = 'nv_inference_request_duration_us';
const model = (name: string, more = ''): string =>
  `${PENDING}{model="${name}"${more},version="1"} 0\n${DURATION}{model="${name}"${more},version="1"} 9\n`;

it.each([
  { name: 'CRLF', text: model('m').replaceAll('\n', '\r\n'), codes: [] },
  { name: 'comments that lost their blank', text: `#HELP ${PENDING} x\n#TYPE ${PENDING} gauge\n${model('m')}`, codes: [] },
  { name: 'an end of OpenMetrics', text: `${model('m')}# EOF\n`, codes: [] },
  {
    name: 'two servers behind a Prometheus',
    text: model('m', ',instance="a:8002",namespace="prod"') + model('m', ',instance="b:8002",namespace="prod"'),
    codes: ['several-instances'],
  },
  {
    name: 'counters that a collector renamed',
    text: model('m').replace(`${DURATION}{`, `${DURATION}_total{`),
    codes: ['renamed-counters'],
  },
  { name: 'counters off', text: `${PENDING}{model="m",version="1"} 6\n`, codes: ['counters-disabled'] },
  {
    name: 'summaries that turned to nothing',
    text: `${model('m')}nv_inference_request_summary_us{model="m",version="1",quantile="0.5"} Nan\n`,
    codes: [],
  },
  { name: 'a cache that was never used', text: `${model('m')}nv_cache_num_hits_per_model{model="m",version="1"} 0\n`, codes: [] },
  { name: 'a cache of 22.02', text: `${model('m')}nv_cache_hit_lookup_duration_per_model{model="m",version="1"} 7\n`, codes: ['cache'] },
  {
    name: 'vLLM beside it',
    text: `${model('m')}vllm:prompt_tokens_total{model="m",version="1"} 7\n`,
    codes: ['llm-engine', 'llm-no-queue'],
  },
  { name: 'one model in two namespaces', text: model('m', ',namespace="/a"') + model('m', ',namespace="/b"'), codes: ['namespaces'] },
  {
    name: 'time stamps',
    text: `${model('m')}nv_cpu_utilization 0.5 1766000000000\n`,
    codes: ['no-gpu-metrics', 'own-timestamps', 'pending-may-leak'],
  },
  {
    name: 'DCGM exporter in one answer with it',
    text: `${model('m')}DCGM_FI_DEV_GPU_TEMP{gpu="0",UUID="GPU-1"} 61\n`,
    codes: ['several-sources'],
  },
])('a Triton with $name: $codes', ({ text, codes }) => {
  const inspection = inspectText(text);
  expect(inspection.source).toBe('triton');
  expect(codesOf(inspection).toSorted()).toEqual(['model-kinds-unknown', ...codes].toSorted());
});

const GPU = 'gpu="0",UUID="GPU-1"';
const HELD = `${GPU},container="c",namespace="n",pod="p"`;

it.each([
  {
    name: 'both widths of a process',
    text: `DCGM_FI_DEV_GPU_UTIL{${HELD},pid="7"} 20\nDCGM_FI_DEV_GPU_UTIL{${HELD}} 61\n`,
    codes: ['duplicate-readings'],
  },
  {
    name: 'jobs of a cluster',
    text: `DCGM_FI_DEV_GPU_UTIL{${HELD},hpc_job="7"} 61\nDCGM_FI_DEV_GPU_UTIL{${HELD},hpc_job="8"} 61\n`,
    codes: ['duplicate-readings'],
  },
  {
    name: 'a slice without a number',
    text: `DCGM_FI_PROF_GR_ENGINE_ACTIVE{${HELD},GPU_I_PROFILE="1g.5gb"} 1\nDCGM_FI_DEV_SM_CLOCK{${HELD}} 9\n`,
    codes: ['mig-unnamed'],
  },
  { name: 'no UUID', text: 'DCGM_FI_DEV_GPU_UTIL{gpu="0",namespace="n",pod="p"} 61\n', codes: ['no-uuid'] },
  {
    name: 'a switch and a processor',
    text: `DCGM_FI_DEV_GPU_UTIL{${HELD}} 61\nDCGM_FI_DEV_CPU_UTIL_TOTAL{cpu="0",cpucore="3"} 0.9\n`,
    codes: ['other-entities'],
  },
  {
    name: 'one link of a GPU',
    text: `DCGM_FI_DEV_GPU_UTIL{${HELD}} 61\nDCGM_FI_DEV_NVLINK_BANDWIDTH_TOTAL{nvlink="3",gpu_uuid="GPU-1"} 4\n`,
    codes: ['other-entities'],
  },
  {
    name: 'a label that breaks its line',
    text: `DCGM_FI_DEV_GPU_UTIL{${HELD},app="say "hi""} 61\nDCGM_FI_DEV_GPU_TEMP{${HELD}} 61\n`,
    codes: ['unescaped-labels'],
  },
  { name: 'a name of a virtual GPU', text: `DCGM_FI_DEV_GPU_UTIL{${HELD},modelName="GRID A100-8C"} 61\n`, codes: ['virtual-gpu'] },
])('an exporter with $name: $codes', ({ text, codes }) => {
  const inspection = inspectText(text);
  expect(inspection.source).toBe('dcgm');
  expect(codesOf(inspection)).toEqual(codes);
});

/** Milliseconds since the epoch, some seconds after the turn of the year. */
const taken = (seconds: number): number => 1_767_225_600_000 + seconds * 1000;
const podMemory = (pod: string, time: string | number): string => `pod_memory_working_set_bytes{namespace="n",pod="${pod}"} 9 ${time}\n`;

it.each([
  { name: 'samples of a minute', text: podMemory('a', taken(0)) + podMemory('b', taken(60)), codes: [] },
  { name: 'samples of more than a minute', text: podMemory('a', taken(0)) + podMemory('b', taken(61)), codes: ['old-samples'] },
  {
    name: 'a container that started long ago',
    text: `container_start_time_seconds{pod="a"} 1 1000\n${podMemory('a', taken(0))}`,
    codes: [],
  },
  { name: 'no times', text: podMemory('a', ''), codes: ['no-timestamps'] },
  {
    name: 'another in one answer with it',
    text: `node_cpu_usage_seconds_total{instance="k"} 1 ${taken(0)}\nnode_cpu_usage_seconds_total{instance="l"} 2 ${taken(0)}\n`,
    codes: ['duplicate-readings', 'several-instances'],
  },
  { name: 'a forged series', text: `${podMemory('a', taken(0))}pod_memory_used_bytes 1\n`, codes: ['reserved-name'] },
])('a kubelet with $name: $codes', ({ text, codes }) => {
  const inspection = inspectText(text);
  expect(inspection.source).toBe('kubelet');
  expect(codesOf(inspection).toSorted()).toEqual(codes);
});

it.each([
  { name: 'a prefix', text: 'cloud_DCGM_FI_DEV_GPU_UTIL{uuid="GPU-1"} 61\n', known: 'cloud_DCGM_FI_DEV_GPU_UTIL as DCGM_FI_DEV_GPU_UTIL' },
  { name: 'another case', text: 'gpu_dcgm_fi_dev_fb_used{uuid="GPU-1"} 61\n', known: 'gpu_dcgm_fi_dev_fb_used as DCGM_FI_DEV_FB_USED' },
])('a re-exporter with $name is nobody known, and is told how to be read', ({ text, known }) => {
  const inspection = inspectText(text);
  expect(inspection.source).toBe('generic');
  expect(inspection.warnings).toMatchObject([
    { code: 'unknown-source' },
    { code: 'renamed-families', message: expect.stringContaining(known) },
  ]);
});

it('rows of links and switches are no reading of a board', () => {
  const { readings } = inspectText(
    `DCGM_FI_DEV_NVLINK_BANDWIDTH_TOTAL{${HELD}} 120\nDCGM_FI_DEV_NVLINK_BANDWIDTH_TOTAL{nvlink="3",gpu_uuid="GPU-1"} 400\n`,
  );
  expect(readings.map(({ value }) => value)).toEqual([120e6]);
});
