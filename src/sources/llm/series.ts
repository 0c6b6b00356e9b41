// The literal table of language models' series: one name per meaning, whatever engine and version said it.
// vLLM: its documentation from 0.4.0 on, and what its tags 0.9.1 to 0.12.0 changed. SGLang: its documentation, and its wheels of 0.3.5 to 0.5.23.
// NIM: the observability page of NIM for LLMs 1.x. TensorRT-LLM and vLLM behind Triton: the READMEs of Triton's two backends.
import type { CanonicalSeries, RawFamily } from '../canonical.ts';

type Family = Omit<RawFamily, 'raw' | 'generation' | 'scale'>;

function vllm(name: string, more: Family = { since: '0.4.0' }): RawFamily {
  return { raw: `vllm:${name}`, generation: 'vllm', scale: 1, ...more };
}

function sglang(name: string, more: Family = { since: '0.3.6' }): RawFamily {
  return { raw: `sglang:${name}`, generation: 'sglang', scale: 1, ...more };
}

function nim(name: string): RawFamily {
  return { raw: name, generation: 'nim', scale: 1, since: '1' };
}

/** `since` is the release of Triton. */
function trtllm(raw: string, more: Family): RawFamily {
  return { raw, generation: 'trtllm', scale: 1, ...more };
}

function requests(value: string, since?: string): RawFamily {
  return trtllm('nv_trt_llm_request_metrics', { where: { label: 'request_type', value }, ...(since !== undefined && { since }) });
}

function blocks(value: string, since?: string): RawFamily {
  return trtllm('nv_trt_llm_kv_cache_block_metrics', {
    where: { label: 'kv_cache_block_type', value },
    ...(since !== undefined && { since }),
  });
}

const TTFT_HELP = 'Time from a request’s arrival to its first token';
const INTER_TOKEN_HELP = 'Time between two tokens of an answer';

/** The three families that a histogram's rows are in. */
function histogram(base: Pick<CanonicalSeries, 'name' | 'help'>, from: readonly RawFamily[]): readonly CanonicalSeries[] {
  const parts = [
    { suffix: 'bucket', unit: 'observations', what: 'cumulative counts by le' },
    { suffix: 'sum', unit: 'seconds', what: 'their sum' },
    { suffix: 'count', unit: 'observations', what: 'how many' },
  ] as const;
  return parts.map(({ suffix, unit, what }) => ({
    name: `${base.name}_${suffix}`,
    unit,
    kind: 'histogram',
    help: `${base.help}: ${what}.`,
    from: from.map(({ raw, replacedBy, ...family }) => ({
      ...family,
      raw: `${raw}_${suffix}`,
      ...(replacedBy !== undefined && { replacedBy: `${replacedBy}_${suffix}` }),
    })),
  }));
}

export const LLM_SERIES: readonly CanonicalSeries[] = [
  {
    name: 'llm_requests_running',
    unit: 'requests',
    kind: 'gauge',
    help: 'Requests that the engine executes.',
    from: [vllm('num_requests_running'), sglang('num_running_reqs'), nim('num_requests_running'), requests('scheduled')],
  },
  {
    name: 'llm_requests_waiting',
    unit: 'requests',
    kind: 'gauge',
    help: 'Requests that wait for the engine.',
    from: [vllm('num_requests_waiting'), sglang('num_queue_reqs'), nim('num_requests_waiting'), requests('waiting', '25.04')],
  },
  {
    name: 'llm_requests_active',
    unit: 'requests',
    kind: 'gauge',
    help: 'Requests that the engine holds, running or waiting; before 25.04 TensorRT-LLM’s backend says it and not how many wait.',
    from: [requests('active')],
  },
  {
    name: 'llm_kv_cache_usage_ratio',
    unit: 'ratio',
    kind: 'gauge',
    help: 'Share of the cache of keys and values that is in use; at 1 requests wait, or are computed again.',
    from: [
      vllm('kv_cache_usage_perc', { since: '0.9.2' }),
      // Hidden in 0.11, gone in 0.12.
      vllm('gpu_cache_usage_perc', { since: '0.4.0', replacedBy: 'vllm:kv_cache_usage_perc' }),
      sglang('token_usage'),
      nim('gpu_cache_usage_perc'),
      blocks('fraction', '25.04'),
    ],
  },
  {
    name: 'llm_kv_cache_used_blocks',
    unit: 'blocks',
    kind: 'gauge',
    help: 'Blocks of the cache that are in use; before 25.04 TensorRT-LLM’s backend says it and not the share.',
    from: [blocks('used')],
  },
  {
    name: 'llm_kv_cache_total_blocks',
    unit: 'blocks',
    kind: 'gauge',
    help: 'Blocks that the cache has.',
    from: [blocks('max')],
  },
  {
    name: 'llm_iterations_total',
    unit: 'iterations',
    kind: 'counter',
    help: 'Steps of the engine. TensorRT-LLM’s gauges are of the last one: while it stands still so do they, whatever happens.',
    from: [trtllm('nv_trt_llm_general_metrics', { where: { label: 'general_type', value: 'iteration_counter' } })],
  },
  {
    name: 'llm_prompt_tokens_total',
    unit: 'tokens',
    kind: 'counter',
    help: 'Tokens of prompts that were taken in.',
    from: [
      vllm('prompt_tokens_total'),
      sglang('prompt_tokens_total'),
      nim('prompt_tokens_total'),
      trtllm('nv_llm_input_token_len_sum', { since: '25.02' }),
    ],
  },
  {
    name: 'llm_generation_tokens_total',
    unit: 'tokens',
    kind: 'counter',
    help: 'Tokens that were generated.',
    from: [
      vllm('generation_tokens_total'),
      sglang('generation_tokens_total'),
      nim('generation_tokens_total'),
      trtllm('nv_llm_output_token_len_sum', { since: '25.02' }),
    ],
  },
  ...histogram({ name: 'llm_time_to_first_token_seconds', help: TTFT_HELP }, [
    vllm('time_to_first_token_seconds'),
    sglang('time_to_first_token_seconds'),
    nim('time_to_first_token_seconds'),
  ]),
  ...histogram({ name: 'llm_inter_token_latency_seconds', help: INTER_TOKEN_HELP }, [
    vllm('inter_token_latency_seconds', { since: '0.10.2' }),
    // Hidden in 0.12.
    vllm('time_per_output_token_seconds', { since: '0.4.0', replacedBy: 'vllm:inter_token_latency_seconds' }),
    sglang('inter_token_latency_seconds', { since: '0.4.4' }),
    // Gone in 0.4.6; while both were there their buckets differed.
    sglang('time_per_output_token_seconds', { since: '0.3.6', replacedBy: 'sglang:inter_token_latency_seconds' }),
    nim('time_per_output_token_seconds'),
  ]),
];
