// A model that keeps a GPU busy for as long as a request asks, by nothing but the driver's own library.
import type { Model } from '../triton/models.ts';

/** Device memory that it holds while it is loaded. */
export const BURN_BYTES = 2 ** 31;

// It fills its memory again and again: a kernel runs all the time, and the memory is written at nearly its full speed.
const CODE = `
import ctypes
import time
import triton_python_backend_utils as utils

BYTES = ${BURN_BYTES}

class TritonPythonModel:
    def initialize(self, args):
        self.cuda = ctypes.CDLL("libcuda.so.1")
        device, self.context, self.memory = ctypes.c_int(), ctypes.c_void_p(), ctypes.c_uint64()
        self.call("cuInit", 0)
        self.call("cuDeviceGet", ctypes.byref(device), int(args["model_instance_device_id"]))
        self.call("cuDevicePrimaryCtxRetain", ctypes.byref(self.context), device)
        self.call("cuCtxSetCurrent", self.context)
        self.call("cuMemAlloc_v2", ctypes.byref(self.memory), ctypes.c_size_t(BYTES))

    def call(self, name, *args):
        code = getattr(self.cuda, name)(*args)
        if code != 0:
            raise RuntimeError(f"{name} says {code}")

    def burn(self, seconds):
        self.call("cuCtxSetCurrent", self.context)
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            for _ in range(8):
                self.call("cuMemsetD32Async", self.memory, 1, ctypes.c_size_t(BYTES // 4), None)
            self.call("cuCtxSynchronize")

    def execute(self, requests):
        delays = [utils.get_input_tensor_by_name(request, "DELAY").as_numpy() for request in requests]
        self.burn(float(max(delay.max() for delay in delays)))
        return [utils.InferenceResponse([utils.Tensor("DONE", delay)]) for delay in delays]
`;

/** One instance on each GPU. */
export const BURN: Model = { name: 'burn', config: 'max_batch_size: 1 instance_group [ { count: 1 kind: KIND_GPU } ]', code: CODE };
