// Model repositories whose models take as long as each request asks, or fail as it asks.
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

export interface Model {
  readonly name: string;
  /** The part of config.pbtxt in which it differs from the others; one instance unless it says otherwise. */
  readonly config: string;
  /** `["1"]` unless said. */
  readonly versions?: readonly string[];
  /** Source of model.py; null for an ensemble, which has none. Sleeps unless said. */
  readonly code?: string | null;
}

/** Two instances that execute one request each. */
export const PLAIN: Model = { name: 'delay_plain', config: `max_batch_size: 1 ${instances(2)}` };
/** Two instances that execute up to four requests at once. */
export const BATCHED: Model = { name: 'delay_batched', config: `max_batch_size: 4 dynamic_batching { } ${instances(2)}` };

export function instances(count: number): string {
  return `instance_group [ { count: ${count} kind: KIND_CPU } ]`;
}

const TENSORS = `
input [ { name: "DELAY" data_type: TYPE_FP32 dims: [ 1 ] } ]
output [ { name: "DONE" data_type: TYPE_FP32 dims: [ 1 ] } ]
`;

/** What a request can ask for instead of a time. */
export const ERROR_RESPONSE = -1;
export const EXCEPTION = -2;
export const PROCESS_DIES = -3;

// Sleeping costs no CPU: a small machine has as many requests in flight as a test wants.
const SLEEP = `
import os
import time
import triton_python_backend_utils as utils

class TritonPythonModel:
    def execute(self, requests):
        delays = [utils.get_input_tensor_by_name(request, "DELAY").as_numpy() for request in requests]
        slowest = float(max(delay.max() for delay in delays))
        if slowest == ${ERROR_RESPONSE}:
            return [utils.InferenceResponse(error=utils.TritonError("as asked")) for _ in requests]
        if slowest == ${EXCEPTION}:
            raise RuntimeError("as asked")
        if slowest == ${PROCESS_DIES}:
            os._exit(1)
        time.sleep(slowest)
        return [utils.InferenceResponse([utils.Tensor("DONE", delay)]) for delay in delays]
`;

/** Sleeps like the others, but takes so long to load. */
export function slowToLoad(seconds: number): string {
  return `${SLEEP}
    def initialize(self, args):
        time.sleep(${seconds})
`;
}

/** Has another model do the work, as business logic scripting does: both count the request. */
export function callerOf(model: string): string {
  return `
import triton_python_backend_utils as utils

class TritonPythonModel:
    def execute(self, requests):
        return [self.ask(utils.get_input_tensor_by_name(request, "DELAY")) for request in requests]

    def ask(self, delay):
        call = utils.InferenceRequest(model_name="${model}", requested_output_names=["DONE"], inputs=[delay])
        return utils.InferenceResponse([utils.get_output_tensor_by_name(call.exec(), "DONE")])
`;
}

const ANSWER = `
def answer(sender, delay):
    sender.send(utils.InferenceResponse([utils.Tensor("DONE", delay)]), flags=utils.TRITONSERVER_RESPONSE_COMPLETE_FINAL)
`;

/** For models whose answers are streams: executes like the others, and answers once. */
export const STREAMING = `
import time
import triton_python_backend_utils as utils

class TritonPythonModel:
    def execute(self, requests):
        for request in requests:
            delay = utils.get_input_tensor_by_name(request, "DELAY").as_numpy()
            time.sleep(float(delay.max()))
            answer(request.get_response_sender(), delay)

${ANSWER}
`;

/** Answers from threads after execute has returned, as servers of language models do: Triton counts the request as done at once. */
export const FROM_THREADS = `
import threading
import time
import triton_python_backend_utils as utils

class TritonPythonModel:
    def execute(self, requests):
        for request in requests:
            delay = utils.get_input_tensor_by_name(request, "DELAY").as_numpy()
            threading.Thread(target=self.sleep, args=(request.get_response_sender(), delay)).start()

    def sleep(self, sender, delay):
        time.sleep(float(delay.max()))
        answer(sender, delay)

${ANSWER}
`;

/** Each step hands its output to the next one. */
export function ensemble(name: string, steps: readonly string[]): Model {
  const last = steps.length - 1;
  const step = (model: string, i: number): string => {
    const from = i === 0 ? 'DELAY' : `between_${i}`;
    const to = i === last ? 'DONE' : `between_${i + 1}`;
    return `{ model_name: "${model}" model_version: -1 input_map { key: "DELAY" value: "${from}" } output_map { key: "DONE" value: "${to}" } }`;
  };
  return {
    name,
    config: `platform: "ensemble" max_batch_size: 1 ensemble_scheduling { step [ ${steps.map(step).join(', ')} ] }`,
    code: null,
  };
}

/** Writes what is not there, and anew what is. */
export async function writeModels(repository: string, models: readonly Model[]): Promise<void> {
  for (const { name, config, versions = ['1'], code = SLEEP } of models) {
    const backend = code === null ? '' : 'backend: "python"';
    for (const version of versions) await mkdir(join(repository, name, version), { recursive: true });
    await writeFile(join(repository, name, 'config.pbtxt'), [`name: "${name}"`, backend, config, TENSORS].join('\n'));
    if (code === null) continue;
    for (const version of versions) await writeFile(join(repository, name, version, 'model.py'), code);
  }
}
