// What people should know about the numbers of a server of language models.
import type { Warning } from '../../model/fact.ts';

export interface LlmGrounds {
  readonly isTriton: boolean;
  /** Engines that are known by the prefix of what was said: vLLM. */
  readonly engines: readonly string[];
  /** Canonical series that lines feed. */
  readonly fed: ReadonlySet<string>;
  /** A gauge is left out because its engine stands still with requests in it. */
  readonly isFrozen: boolean;
}

/** By this warning a Triton is known to hold an engine: only then is it asked about language models. */
export const LLM_ENGINE = 'llm-engine';

const LOAD = ['llm_requests_running', 'llm_requests_waiting', 'llm_kv_cache_usage_ratio'];

export function llmWarnings({ isTriton, engines, fed, isFrozen }: LlmGrounds): readonly Warning[] {
  const warnings: Warning[] = [];
  const isVllm = engines.includes('vLLM');
  if (isTriton && (fed.size > 0 || engines.length > 0)) warnings.push(engineBehindTriton(engines));
  if (isTriton && isVllm && !fed.has('llm_requests_running')) warnings.push(NO_QUEUE);
  const lacking = LOAD.filter((name) => !fed.has(name));
  if (!isTriton && engines.length > 0 && lacking.length > 0) warnings.push(namesUnknown(engines, lacking));
  if (isFrozen) warnings.push(FROZEN);
  return warnings;
}

function engineBehindTriton(engines: readonly string[]): Warning {
  const message = `an engine for language models answers here (${engines.join(', ')}): what it streams is not in Triton’s counters; follow the signals llm_…`;
  return { code: LLM_ENGINE, message };
}

function namesUnknown(engines: readonly string[], lacking: readonly string[]): Warning {
  const message = `families of ${engines.join(' and ')} are said, and none that is known to mean ${lacking.join(', ')}: another version may have renamed them; see plimsoll inspect, and say what a new name means under aliases`;
  return { code: 'llm-names-unknown', message };
}

const NO_QUEUE: Warning = {
  code: 'llm-no-queue',
  message:
    'vLLM’s backend in Triton does not say how many requests run or wait, nor how full its cache is: follow llm_time_to_first_token_p95_seconds or token rates, or scrape a vLLM server of its own',
};

const FROZEN: Warning = {
  code: 'llm-frozen',
  message:
    'the engine does not iterate, so its gauges are those of its last iteration: it is idle or hangs, and what they say beside 0 is left out until it moves',
};
