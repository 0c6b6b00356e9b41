// A model repository whose models take as long as each request asks.
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Two instances that execute one request each. */
export const PLAIN = 'delay_plain';
/** Two instances that execute up to four requests at once. */
export const BATCHED = 'delay_batched';

const CONFIGS: Readonly<Record<string, string>> = {
  [PLAIN]: 'max_batch_size: 1',
  [BATCHED]: 'max_batch_size: 4 dynamic_batching { }',
};

const CONFIG = `
backend: "python"
input [ { name: "DELAY" data_type: TYPE_FP32 dims: [ 1 ] } ]
output [ { name: "DONE" data_type: TYPE_FP32 dims: [ 1 ] } ]
instance_group [ { count: 2 kind: KIND_CPU } ]
`;

// Sleeping costs no CPU: a small machine has as many requests in flight as a test wants.
const CODE = `
import time
import triton_python_backend_utils as utils

class TritonPythonModel:
    def execute(self, requests):
        delays = [utils.get_input_tensor_by_name(request, "DELAY").as_numpy() for request in requests]
        time.sleep(float(max(delay.max() for delay in delays)))
        return [utils.InferenceResponse([utils.Tensor("DONE", delay)]) for delay in delays]
`;

export async function writeModels(repository: string): Promise<void> {
  for (const [model, scheduling] of Object.entries(CONFIGS)) {
    await mkdir(join(repository, model, '1'), { recursive: true });
    await writeFile(join(repository, model, 'config.pbtxt'), `name: "${model}"\n${scheduling}\n${CONFIG}`);
    await writeFile(join(repository, model, '1', 'model.py'), CODE);
  }
}

/** Body of a request that executes for `seconds`. */
export function inferRequest(seconds: number): string {
  return JSON.stringify({ inputs: [{ name: 'DELAY', shape: [1, 1], datatype: 'FP32', data: [seconds] }] });
}
