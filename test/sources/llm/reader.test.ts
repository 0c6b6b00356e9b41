import { describe, expect, it } from 'vitest';
import { METRIC_NAME } from '../../../src/model/labels.ts';
import type { RowWrite } from '../../../src/model/line.ts';
import type { Alias } from '../../../src/sources/aliases.ts';
import { LlmReader } from '../../../src/sources/llm/reader.ts';
import { LLM_SERIES } from '../../../src/sources/llm/series.ts';
import { lineOf, targetOf } from '../support.ts';

function readerOf(source: 'llm' | 'triton' = 'llm', aliases: readonly Alias[] = []): LlmReader {
  return new LlmReader({ target: targetOf(source, { namespace: 'demo', pod: 'a', instance: 'a:8000' }), aliases: () => aliases });
}

function shown([write]: readonly RowWrite[]): Record<string, string> | undefined {
  return write && Object.fromEntries(write.labels);
}

// Raw name and labels, and the series: written by hand from the servers' documentation.
const GOLDEN: readonly (readonly [string, Record<string, string>, string])[] = [
  ['vllm:num_requests_running', {}, 'llm_requests_running'],
  ['vllm:num_requests_waiting', {}, 'llm_requests_waiting'],
  ['vllm:kv_cache_usage_perc', {}, 'llm_kv_cache_usage_ratio'],
  ['vllm:gpu_cache_usage_perc', {}, 'llm_kv_cache_usage_ratio'],
  ['vllm:prompt_tokens_total', {}, 'llm_prompt_tokens_total'],
  ['vllm:generation_tokens_total', {}, 'llm_generation_tokens_total'],
  ['vllm:time_to_first_token_seconds_bucket', {}, 'llm_time_to_first_token_seconds_bucket'],
  ['vllm:time_to_first_token_seconds_sum', {}, 'llm_time_to_first_token_seconds_sum'],
  ['vllm:time_to_first_token_seconds_count', {}, 'llm_time_to_first_token_seconds_count'],
  ['vllm:inter_token_latency_seconds_bucket', {}, 'llm_inter_token_latency_seconds_bucket'],
  ['vllm:inter_token_latency_seconds_sum', {}, 'llm_inter_token_latency_seconds_sum'],
  ['vllm:inter_token_latency_seconds_count', {}, 'llm_inter_token_latency_seconds_count'],
  ['vllm:time_per_output_token_seconds_bucket', {}, 'llm_inter_token_latency_seconds_bucket'],
  ['vllm:time_per_output_token_seconds_sum', {}, 'llm_inter_token_latency_seconds_sum'],
  ['vllm:time_per_output_token_seconds_count', {}, 'llm_inter_token_latency_seconds_count'],
  ['sglang:num_running_reqs', {}, 'llm_requests_running'],
  ['sglang:num_queue_reqs', {}, 'llm_requests_waiting'],
  ['sglang:token_usage', {}, 'llm_kv_cache_usage_ratio'],
  ['sglang:prompt_tokens_total', {}, 'llm_prompt_tokens_total'],
  ['sglang:generation_tokens_total', {}, 'llm_generation_tokens_total'],
  ['sglang:time_to_first_token_seconds_bucket', {}, 'llm_time_to_first_token_seconds_bucket'],
  ['sglang:time_to_first_token_seconds_sum', {}, 'llm_time_to_first_token_seconds_sum'],
  ['sglang:time_to_first_token_seconds_count', {}, 'llm_time_to_first_token_seconds_count'],
  ['sglang:inter_token_latency_seconds_bucket', {}, 'llm_inter_token_latency_seconds_bucket'],
  ['sglang:inter_token_latency_seconds_sum', {}, 'llm_inter_token_latency_seconds_sum'],
  ['sglang:inter_token_latency_seconds_count', {}, 'llm_inter_token_latency_seconds_count'],
  ['sglang:time_per_output_token_seconds_bucket', {}, 'llm_inter_token_latency_seconds_bucket'],
  ['sglang:time_per_output_token_seconds_sum', {}, 'llm_inter_token_latency_seconds_sum'],
  ['sglang:time_per_output_token_seconds_count', {}, 'llm_inter_token_latency_seconds_count'],
  ['num_requests_running', {}, 'llm_requests_running'],
  ['num_requests_waiting', {}, 'llm_requests_waiting'],
  ['gpu_cache_usage_perc', {}, 'llm_kv_cache_usage_ratio'],
  ['prompt_tokens_total', {}, 'llm_prompt_tokens_total'],
  ['generation_tokens_total', {}, 'llm_generation_tokens_total'],
  ['time_to_first_token_seconds_bucket', {}, 'llm_time_to_first_token_seconds_bucket'],
  ['time_to_first_token_seconds_sum', {}, 'llm_time_to_first_token_seconds_sum'],
  ['time_to_first_token_seconds_count', {}, 'llm_time_to_first_token_seconds_count'],
  ['time_per_output_token_seconds_bucket', {}, 'llm_inter_token_latency_seconds_bucket'],
  ['time_per_output_token_seconds_sum', {}, 'llm_inter_token_latency_seconds_sum'],
  ['time_per_output_token_seconds_count', {}, 'llm_inter_token_latency_seconds_count'],
  ['nv_trt_llm_request_metrics', { request_type: 'scheduled' }, 'llm_requests_running'],
  ['nv_trt_llm_request_metrics', { request_type: 'waiting' }, 'llm_requests_waiting'],
  ['nv_trt_llm_request_metrics', { request_type: 'active' }, 'llm_requests_active'],
  ['nv_trt_llm_kv_cache_block_metrics', { kv_cache_block_type: 'fraction' }, 'llm_kv_cache_usage_ratio'],
  ['nv_trt_llm_kv_cache_block_metrics', { kv_cache_block_type: 'used' }, 'llm_kv_cache_used_blocks'],
  ['nv_trt_llm_kv_cache_block_metrics', { kv_cache_block_type: 'max' }, 'llm_kv_cache_total_blocks'],
  ['nv_trt_llm_general_metrics', { general_type: 'iteration_counter' }, 'llm_iterations_total'],
  ['nv_llm_input_token_len_sum', { response_metric_type: 'total_input_tokens' }, 'llm_prompt_tokens_total'],
  ['nv_llm_output_token_len_sum', { response_metric_type: 'total_output_tokens' }, 'llm_generation_tokens_total'],
];

it.each(GOLDEN)('%s%j feeds %s', (raw, labels, name) => {
  expect(shown(readerOf().compile(lineOf(raw, { ...labels, model: 'm', version: '1' })))).toEqual({
    [METRIC_NAME]: name,
    model: 'm',
    version: '1',
  });
});

it('has no row that the golden table leaves out', () => {
  const key = (raw: string, values: readonly string[]): string => [raw, ...values].join(' ');
  const rows = LLM_SERIES.flatMap(({ from }) => from.map(({ raw, where }) => key(raw, where === undefined ? [] : [where.value])));
  const golden = GOLDEN.map(([raw, labels]) => key(raw, 'response_metric_type' in labels ? [] : Object.values(labels)));
  expect(golden.toSorted()).toEqual(rows.toSorted());
});

describe('labels', () => {
  it.each([
    { name: 'a model has one name', said: { model_name: 'm', engine: '1' }, kept: { model: 'm', engine: '1' } },
    { name: 'parts that repeat an engine feed one row', said: { model_name: 'm', tp_rank: '1', pp_rank: '0' }, kept: { model: 'm' } },
    { name: 'what adds up stays apart', said: { model_name: 'm', is_streaming: 'True' }, kept: { model: 'm', is_streaming: 'True' } },
    { name: 'whose pod it is the target knows', said: { model_name: 'm', pod: 'b', namespace: 'other' }, kept: { model: 'm' } },
  ])('$name', ({ said, kept }) => {
    expect(shown(readerOf().compile(lineOf('vllm:num_requests_running', said)))).toEqual({
      [METRIC_NAME]: 'llm_requests_running',
      ...kept,
    });
  });
});

describe('nothing is written', () => {
  it.each([
    { name: 'a family without a meaning', line: lineOf('vllm:num_preemptions_total', {}) },
    { name: 'another kind of request', line: lineOf('nv_trt_llm_request_metrics', { request_type: 'max' }) },
    { name: 'a family without the label that tells its rows', line: lineOf('nv_trt_llm_request_metrics', {}) },
    { name: 'no name', line: { labels: new Map([['model', 'm']]), type: 'gauge' as const } },
  ])('$name', ({ line }) => {
    expect(readerOf().compile(line)).toEqual([]);
  });

  it.each([Number.NaN, Number.POSITIVE_INFINITY])('for %d', (value) => {
    expect(readerOf().compile(lineOf('sglang:token_usage', {}))[0]?.isBlank?.(value)).toBe(true);
  });
});

describe('a name that was replaced', () => {
  const OLD = 'vllm:time_per_output_token_seconds_bucket';

  it('counts where its successor is not said', () => {
    expect(readerOf().compile(lineOf(OLD, {}))[0]?.convert?.(7)).toBe(7);
  });

  it('counts nothing beside it, in whatever order they come', () => {
    const reader = readerOf();
    const [old] = reader.compile(lineOf(OLD, {}));
    reader.compile(lineOf('vllm:inter_token_latency_seconds_bucket', {}));
    expect(old?.convert?.(7)).toBeNaN();
  });
});

describe('an alias', () => {
  const aliases = [{ raw: 'vllm:scheduler_running', canonical: 'llm_requests_running', scale: 1 }];

  it('gives a new name its meaning', () => {
    expect(shown(readerOf('llm', aliases).compile(lineOf('vllm:scheduler_running', { model_name: 'm' })))).toEqual({
      [METRIC_NAME]: 'llm_requests_running',
      model: 'm',
    });
  });

  it('of a series of GPUs means nothing here', () => {
    const gpus = [{ raw: 'vllm:scheduler_running', canonical: 'gpu_power_watts', scale: 1 }];
    expect(readerOf('llm', gpus).compile(lineOf('vllm:scheduler_running', {}))).toEqual([]);
  });
});

describe('warnings', () => {
  const codes = (reader: LlmReader): string[] => reader.warnings().map(({ code }) => code);
  const LOAD = ['vllm:num_requests_running', 'vllm:num_requests_waiting', 'vllm:kv_cache_usage_perc'];

  it.each([
    { name: 'all is known', source: 'llm', said: LOAD, expected: [] },
    { name: 'names of NIM are anybody’s', source: 'llm', said: ['num_requests_running'], expected: [] },
    { name: 'a name is gone', source: 'llm', said: ['vllm:num_requests_running', 'vllm:kv_cache'], expected: ['llm-names-unknown'] },
    { name: 'no engine', source: 'triton', said: ['nv_inference_count'], expected: [] },
    { name: 'TensorRT-LLM behind Triton', source: 'triton', said: ['nv_trt_llm_runtime_memory_metrics'], expected: ['llm-engine'] },
    { name: 'vLLM behind Triton', source: 'triton', said: ['vllm:prompt_tokens_total'], expected: ['llm-engine', 'llm-no-queue'] },
    { name: 'a vLLM behind Triton that says its load', source: 'triton', said: LOAD, expected: ['llm-engine'] },
  ] as const)('$name: $expected', ({ source, said, expected }) => {
    const reader = readerOf(source);
    for (const name of said) reader.compile(lineOf(name, {}));
    expect(codes(reader)).toEqual(expected);
  });

  it('tells of an engine that stands still with requests in it', () => {
    const reader = readerOf('triton');
    const model = { model: 'm', version: '1' };
    const [counter] = reader.compile(lineOf('nv_trt_llm_general_metrics', { ...model, general_type: 'iteration_counter' }));
    const [gauge] = reader.compile(lineOf('nv_trt_llm_request_metrics', { ...model, request_type: 'scheduled' }));
    const [other] = reader.compile(lineOf('nv_trt_llm_request_metrics', { model: 'n', version: '1', request_type: 'scheduled' }));
    for (let scrape = 0; scrape < 3; scrape += 1) counter?.convert?.(4711);
    expect([gauge?.convert?.(2), other?.convert?.(2)]).toEqual([Number.NaN, 2]);
    expect(codes(reader)).toContain('llm-frozen');
  });
});
