// Expected values were read by eye from each text, and are written here in base units.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { inspectBytes } from '../../../src/cli/inspect/inspection.ts';
import { expectReading } from './support.ts';

const CAPTURES = new URL('../../../../shared/captures/', import.meta.url);
const present = existsSync(CAPTURES);
const skipped = present ? '' : 'skipped: ../shared/captures is not there: ';

function inspectionOf(file: string): ReturnType<typeof inspectBytes> {
  return inspectBytes(readFileSync(new URL(file, CAPTURES)));
}

function namesIn(folder: string): string[] {
  return present ? readdirSync(new URL(`${folder}/`, CAPTURES)).map((name) => `${folder}/${name}`) : [];
}

// Not what their folder says: a JSON body, Triton without the families of vLLM, and a page of elisions.
const OTHERS: Readonly<Record<string, string>> = {
  'triton/kura_statistics_endpoint_json.txt': 'generic',
  'llm/issue_7583_vllm_2408_no_vllm_families.txt': 'triton',
};

describe.skipIf(!present)(`${skipped}every capture is recognised`, () => {
  it.each(['triton', 'dcgm', 'llm', 'tegrastats'].flatMap((folder) => namesIn(folder)))('%s', (file) => {
    expect(inspectionOf(file).source).toBe(OTHERS[file] ?? file.split('/')[0]);
  });
});

const model = (name: string, version = '1') => ({ model: name, version });

describe.skipIf(!present)(`${skipped}readings of Triton`, () => {
  it.each([
    ['run_a_i2_5inflight', 'triton_pending_requests', model('delay_i2'), 3],
    ['run_a_i2_5inflight', 'triton_requests_total', model('delay_i2'), 0],
    ['run_a_ensemble_under_load', 'triton_pending_requests', model('ens_a'), 4],
    ['run_a_ensemble_under_load', 'triton_pending_requests', model('ens'), 0],
    ['run_a_ratelimited_inflight', 'triton_pending_requests', model('rl_a'), 3],
    ['run_a_qlimit_rejected_inflight', 'triton_pending_requests', model('qlimit'), 2],
    ['run_a_qlimit_rejected_inflight', 'triton_request_seconds_total', model('ens'), 27.256192],
    ['run_a_seq_direct_backlog', 'triton_pending_requests', model('seq_direct'), 2],
    ['run_a_seq_oldest_backlog', 'triton_pending_requests', model('seq_oldest'), 2],
    ['run_a_unloading_inflight', 'triton_pending_requests', model('delay_i1'), 2],
    ['run_a_decoupled_inflight', 'triton_pending_requests', model('decoupled'), 1],
    ['run_a_cache_2hits_2misses', 'triton_requests_total', model('cached'), 4],
    ['run_a_cache_2hits_2misses', 'triton_inferences_total', model('cached'), 2],
    ['run_a_cache_2hits_2misses', 'triton_compute_infer_seconds_total', model('cached'), 0.532864],
    ['run_a_after_failures', 'triton_queue_seconds_total', model('qlimit'), 1.977819],
    ['run_old_0.5.12_after', 'triton_failures_total', model('qtimeout'), 2],
    ['run_old_0.5.12_after', 'triton_failures_total', model('failing'), 1],
    ['run_old_0.5.5_inflight', 'triton_pending_requests', model('delay_b4_i2'), 4],
    ['run_old_0.4.2_inflight', 'triton_pending_requests', model('delay_b4_i2'), 10],
    ['run_old_0.4.2_pending_leak', 'triton_pending_requests', model('qlimit'), 8],
    ['run_old_0.3.1_inflight', 'triton_executions_total', model('delay_i2'), 0],
    ['run_w_mixed_load_after', 'triton_requests_total', model('delay_i2_nobatch8'), 2129],
    ['run_w_mixed_load_after', 'triton_request_seconds_total', model('delay_b4_i2'), 1735.997224],
    ['run_x_load_t10', 'triton_executions_total', model('delay_b4_i2'), 244],
    ['run_x_load_t10', 'triton_compute_input_seconds_total', model('delay_b4_i2'), 0.093615],
    ['run_x_load_t10', 'triton_compute_output_seconds_total', model('delay_b4_i2'), 0.382481],
    ['kura_cache_enabled_29_requests', 'triton_request_seconds_total', model('preprocessor'), 0.240737],
    ['ifa_2512_cpu_idle', 'triton_requests_total', model('echo'), 0],
    // Four GPUs with 151 requests each; and 2550 + 58356 + 2496 + 2554 µs.
    ['multigpu_ensemble_gptneo_v2x', 'triton_requests_total', model('distilgpt2_cola', '0'), 604],
    ['multigpu_ensemble_gptneo_v2x', 'triton_queue_seconds_total', model('distilgpt2_cola', '0'), 0.065956],
    ['multigpu_ensemble_gptneo_v2x', 'triton_queue_seconds_total', model('gpt_neo_cola_ensemble'), 0.000089],
  ] as const)('%s: %s %j is %d', (file, name, labels, value) => {
    expectReading(inspectionOf(`triton/${file}.txt`).readings, { name, labels, value });
  });

  // Little's law over the ten seconds between the two scrapes of one loaded server.
  it.each([
    ['delay_b4_i2', 16],
    ['delay_i2', 4],
  ])('the pair run_x_load shows the true concurrency of %s: %d', (name, concurrency) => {
    const [start, end] = ['t00', 't10'].map((time) =>
      inspectionOf(`triton/run_x_load_${time}.txt`).readings.find(
        (reading) => reading.name === 'triton_request_seconds_total' && reading.labels['model'] === name,
      ),
    );
    expect(((end?.value ?? Number.NaN) - (start?.value ?? Number.NaN)) / 10).toBeCloseTo(concurrency, 0);
  });
});

const P100 = { uuid: 'GPU-a07dfe08-b87f-1f96-7083-07a26d0fa83e', source: 'triton' };
const V100 = { uuid: 'GPU-4bb61721-0ae2-9004-636f-e73bab9ef8e0', source: 'triton' };
const T4 = { gpu: '0', uuid: 'GPU-6d5c0ac5-74d7-3130-46f1-e93ed57f469a', node: 'cp-bm14r7', source: 'dcgm' };
const L4 = { gpu: '0', uuid: 'GPU-c2f76b33-7953-256e-8f33-1343419b1a1c', node: 'i-030791dc5a37cd257', source: 'dcgm' };
const A100 = { gpu: '0', uuid: 'GPU-34319582-d595-d1c7-d1d2-179bcfa61660', node: 'ub20-a100-k8s', source: 'dcgm' };

describe.skipIf(!present)(`${skipped}readings of GPUs`, () => {
  it.each([
    ['triton/purdue_2207_p100_idle', 'gpu_memory_used_bytes', P100, 554_696_704],
    ['triton/purdue_2207_p100_idle', 'gpu_power_limit_watts', P100, 250],
    ['triton/multigpu_ensemble_gptneo_v2x', 'gpu_power_watts', V100, 60.32],
    ['triton/multigpu_ensemble_gptneo_v2x', 'gpu_energy_joules_total', V100, 205_479.234],
    ['dcgm/ericsson_t4_busy_nohelp', 'gpu_utilization_ratio', T4, 0.91],
    ['dcgm/ericsson_t4_busy_nohelp', 'gpu_engine_active_ratio', T4, 0.156205],
    ['dcgm/ericsson_t4_busy_nohelp', 'gpu_memory_used_bytes', T4, 5_368_709_120],
    ['dcgm/ericsson_t4_busy_nohelp', 'gpu_energy_joules_total', T4, 15_152_422.938],
    ['dcgm/kops_l4_full', 'gpu_memory_reserved_bytes', L4, 492_830_720],
    ['dcgm/kops_l4_full', 'gpu_sm_clock_hertz', L4, 210e6],
    ['dcgm/nvdocs_a100_gpu_and_mig_1g5gb', 'gpu_engine_active_ratio', A100, 0.99563],
    ['dcgm/nvdocs_a100_gpu_and_mig_1g5gb', 'gpu_engine_active_ratio', { ...A100, mig_profile: '1g.5gb', mig_id: '13' }, 0.995687],
    ['dcgm/nvdocs_a100_gpu_and_mig_1g5gb', 'gpu_memory_temperature_celsius', A100, 69],
    [
      'dcgm/issue_272_old_namespace_mig',
      'gpu_engine_active_ratio',
      { gpu: '1', uuid: 'GPU-6043e4b2-feaa-8010-34c7-61d1a01576bb', mig_profile: '3g.40gb', mig_id: '1', source: 'dcgm' },
      0,
    ],
    [
      'dcgm/issue_68_a30_mig_prof_decay',
      'gpu_engine_active_ratio',
      {
        gpu: '0',
        uuid: 'GPU-603a8873-0edd-c157-ce48-2078e8b1a935',
        mig_profile: '2g.12gb',
        mig_id: '1',
        source: 'dcgm',
      },
      0.117468,
    ],
  ] as const)('%s: %s %j is %d', (file, name, labels, value) => {
    expectReading(inspectionOf(`${file}.txt`).readings, { name, labels, value });
  });

  it.each([
    ['dcgm/nvdocs_k8s_sentinel_memory_temp', 'a sentinel of 64 bits'],
    ['dcgm/ericsson_t4_busy_nohelp', 'the 0 of a T4, which has no such sensor'],
  ])('%s has no memory temperature: %s', (file) => {
    const { readings, warnings } = inspectionOf(`${file}.txt`);
    expect(readings.map((reading) => reading.name)).not.toContain('gpu_memory_temperature_celsius');
    expect(warnings.map((warning) => warning.code)).toContain('sentinel');
  });
});

const QWEN = { engine: '0', model: 'Qwen/Qwen2.5-0.5B-Instruct' };
const ENSEMBLED = model('tensorrt_llm');
const BEHIND_TRITON = model('vllm_model');

describe.skipIf(!present)(`${skipped}readings of language models`, () => {
  it.each([
    ['kops_vllm_native_idle', 'llm_requests_running', QWEN, 0],
    ['kops_vllm_native_idle', 'llm_requests_waiting', QWEN, 0],
    ['kops_vllm_native_idle', 'llm_kv_cache_usage_ratio', QWEN, 0],
    ['kops_vllm_native_idle', 'llm_inter_token_latency_seconds_count', QWEN, 0],
    ['trtllm_backend_readme_ifb', 'llm_requests_running', ENSEMBLED, 1],
    ['trtllm_backend_readme_ifb', 'llm_requests_waiting', ENSEMBLED, 1],
    ['trtllm_backend_readme_ifb', 'llm_kv_cache_usage_ratio', ENSEMBLED, 0.4875],
    ['trtllm_backend_readme_ifb', 'llm_kv_cache_total_blocks', ENSEMBLED, 6239],
    ['vllm_backend_readme', 'llm_generation_tokens_total', BEHIND_TRITON, 16],
    ['vllm_backend_readme', 'llm_time_to_first_token_seconds_sum', BEHIND_TRITON, 0.03233122825622559],
    ['vllm_backend_readme', 'llm_inter_token_latency_seconds_bucket', { ...BEHIND_TRITON, le: '0.01' }, 14],
  ] as const)('%s: %s %j is %d', (file, name, labels, value) => {
    expectReading(inspectionOf(`llm/${file}.txt`).readings, { name, labels, value });
  });

  it('vLLM’s backend says nothing of running requests, so there is no such reading', () => {
    const names = inspectionOf('llm/vllm_backend_readme.txt').readings.map(({ name }) => name);
    expect(names).not.toContain('llm_requests_running');
    expect(names).not.toContain('llm_kv_cache_usage_ratio');
  });
});

describe.skipIf(!present)(`${skipped}quirks are named`, () => {
  it.each([
    ['triton/run_x_load_t10', ['model-kinds-unknown', 'no-gpu-metrics']],
    ['triton/run_a_after_unload', ['cache', 'model-kinds-unknown', 'no-gpu-metrics', 'unloaded-models']],
    ['triton/run_e_counters_off_after', ['counters-disabled', 'model-kinds-unknown', 'no-gpu-metrics']],
    ['triton/run_d_counters_off_summaries_on_after', ['cache', 'counters-disabled', 'model-kinds-unknown', 'no-gpu-metrics']],
    ['triton/run_old_0.3.1_after', ['cache', 'model-kinds-unknown', 'no-gpu-metrics', 'no-pending-gauge']],
    ['triton/run_old_0.4.2_pending_leak', ['model-kinds-unknown', 'no-gpu-metrics', 'pending-may-leak']],
    ['triton/multigpu_ensemble_gptneo_v2x', ['model-kinds-unknown', 'no-pending-gauge']],
    ['llm/issue_7583_vllm_2408_no_vllm_families', ['model-kinds-unknown', 'no-pending-gauge']],
    ['triton/purdue_2207_p100_idle', ['model-kinds-unknown', 'no-pending-gauge', 'sentinel']],
    ['triton/run_g_no_models', ['no-models']],
    ['triton/issue_2755_2003_families_without_samples', ['no-models']],
    ['triton/kura_statistics_endpoint_json', ['no-samples']],
    ['dcgm/kops_l4_full', ['no-pod-labels', 'sentinel']],
    ['dcgm/nvdocs_a100_gpu_and_mig_1g5gb', ['mig-slices', 'no-pod-labels']],
    ['dcgm/issue_272_old_namespace_mig', ['mig-slices', 'no-pod-labels', 'old-names']],
    ['dcgm/vks134_grid_a100_8c_vgpu', ['sentinel', 'virtual-gpu']],
    ['dcgm/issue_68_a30_mig_prof_decay', ['mig-slices', 'no-node']],
    ['llm/kops_vllm_native_idle', []],
    ['llm/trtllm_backend_readme_ifb', []],
    ['tegrastats/dd_nano', []],
    ['tegrastats/agx_thor_r38', ['gpu-share-absent']],
  ])('%s: %j', (file, codes) => {
    expect(
      inspectionOf(`${file}.txt`)
        .warnings.map((warning) => warning.code)
        .toSorted(),
    ).toEqual(codes);
  });

  it.each([
    ['triton/run_x_load_t10', 0],
    ['dcgm/nvdocs_k8s_sentinel_memory_temp', 1],
    ['dcgm/viettel_2xl40s_ellipsis', 18],
    ['tegrastats/dd_nano', 0],
  ])('%s has %d malformed lines', (file, malformed) => {
    expect(inspectionOf(`${file}.txt`).document.malformed).toBe(malformed);
  });
});
