import { describe, expect, it } from 'vitest';
import { LIMITS } from '../../../src/cli/inspect/document.ts';
import { inspectBytes } from '../../../src/cli/inspect/inspection.ts';
import { inspectionJson, inspectionText } from '../../../src/cli/inspect/print.ts';
import { configSchema } from '../../../src/config/schema.ts';
import { expectReading } from './support.ts';

function inspectText(text: string): ReturnType<typeof inspectBytes> {
  return inspectBytes(new TextEncoder().encode(text));
}

function codes(text: string): string[] {
  return inspectText(text).warnings.map((warning) => warning.code);
}

const TWO_SERIES_SETS = `# HELP nv_inference_request_success Number of successful inference requests
# TYPE nv_inference_request_success counter
nv_inference_request_success{gpu_uuid="GPU-1",model="a",version="1"} 10
nv_inference_request_success{gpu_uuid="GPU-2",model="a",version="1"} 5
nv_inference_request_success{model="a",version="1"} 0
nv_inference_request_success{model="a",version="2"} 7
nv_inference_request_failure{model="a",reason="OTHER",version="1"} 1
nv_inference_request_failure{model="a",reason="BACKEND",version="1"} 2
nv_inference_request_duration_us{gpu_uuid="GPU-1",model="a",version="1"} 1500000
nv_inference_pending_request_count{gpu_uuid="GPU-1",model="a",version="1"} 0
nv_inference_pending_request_count{model="a",version="1"} 4
nv_inference_queue_duration_us{model="a",version="1"} Nan
nv_inference_queue_duration_us 3
nv_inference_exec_count{model="a"} 2
`;

describe('Triton', () => {
  it.each([
    { name: 'triton_requests_total', labels: { model: 'a', version: '1' }, value: 15 },
    { name: 'triton_requests_total', labels: { model: 'a', version: '2' }, value: 7 },
    { name: 'triton_failures_total', labels: { model: 'a', version: '1' }, value: 3 },
    { name: 'triton_request_seconds_total', labels: { model: 'a', version: '1' }, value: 1.5 },
    { name: 'triton_pending_requests', labels: { model: 'a', version: '1' }, value: 4 },
    { name: 'triton_executions_total', labels: { model: 'a', version: '' }, value: 2 },
  ])('sums both series sets: $name $labels', (wanted) => {
    expectReading(inspectText(TWO_SERIES_SETS).readings, wanted);
  });

  it('says no number where the text says none', () => {
    expect(inspectText(TWO_SERIES_SETS).readings.map((reading) => reading.name)).not.toContain('triton_queue_seconds_total');
  });

  it.each([
    {
      name: 'an excerpt without pending and durations',
      text: 'nv_inference_count{model="a",version="1"} 1\n',
      expected: ['no-pending-gauge'],
    },
    {
      name: 'the pending gauge alone',
      text: 'nv_inference_pending_request_count{model="a",version="1"} 1\n',
      expected: ['counters-disabled'],
    },
    { name: 'both', text: TWO_SERIES_SETS, expected: ['two-series-sets'] },
  ])('tells counters that are off from an excerpt: $name', ({ text, expected }) => {
    expect(codes(text)).toEqual(['model-kinds-unknown', ...expected]);
  });

  it.each([
    { name: 'nothing of models', text: 'nv_cpu_utilization 0.5\n' },
    { name: 'the failures of an unloaded model', text: 'nv_inference_request_failure{model="a",version="1"} 3\n' },
  ])('no model: $name', ({ text }) => {
    expect(codes(text)).toEqual(['no-models']);
  });

  it('tells an idle server from a wrong path', () => {
    const { source, warnings } = inspectText('# TYPE nv_inference_count counter\n');
    expect(source).toBe('triton');
    expect(warnings.map(({ code, message }) => `${code}: ${message}`)).toEqual([
      'no-samples: 1 families are declared, but no line is a sample',
      'no-models: no model says a number: none is loaded, or none has a metric; look at :8000/v2/repository/index',
    ]);
  });
});

describe('DCGM', () => {
  const gpu = (more: string) => `{gpu="0",UUID="GPU-1",Hostname="n"${more}}`;
  const labels = { gpu: '0', uuid: 'GPU-1', node: 'n', source: 'dcgm' };

  it('counts a GPU that several pods share once, with the largest value', () => {
    const text = `DCGM_FI_DEV_GPU_UTIL${gpu(',pod="a",vgpu="0"')} 40\nDCGM_FI_DEV_GPU_UTIL${gpu(',pod="b",vgpu="1"')} 60\nDCGM_FI_DEV_GPU_UTIL${gpu('')} 50\n`;
    const { readings, warnings } = inspectText(text);
    expectReading(readings, { name: 'gpu_utilization_ratio', labels, value: 0.6 });
    expect(readings).toHaveLength(1);
    expect(warnings).toEqual([expect.objectContaining({ code: 'duplicate-readings', message: expect.stringContaining('2 lines') })]);
  });

  it('names the family that says a sentinel, once', () => {
    const text = `DCGM_FI_DEV_GPU_TEMP${gpu('')} 2147483634\nDCGM_FI_DEV_GPU_TEMP{gpu="1",UUID="GPU-2"} 2147483634\n`;
    expect(inspectText(text).readings).toEqual([]);
    expect(inspectText(text).warnings).toEqual([
      { code: 'sentinel', message: 'DCGM_FI_DEV_GPU_TEMP says 2147483634, which stands for "not known": left out' },
    ]);
  });

  it('gives the same reading in both generations', () => {
    const old = `DCGM_FI_DEV_FB_USED${gpu('')} 2\nDCGM_FI_DEV_GPU_UTIL${gpu('')} 25\n`;
    const now = `DCGM_FI_DEV_FB_USED_BYTES${gpu('')} 2097152\nDCGM_FI_DEV_GPU_UTIL_RATIO${gpu('')} 0.25\n`;
    expect(inspectText(old).readings).toEqual(inspectText(now).readings);
  });
});

it.each([
  { name: 'nothing at all', text: '', source: 'generic', expected: ['no-samples'] },
  { name: 'a page', text: '<html><body>404</body></html>\n', source: 'generic', expected: ['no-samples'] },
  { name: 'somebody else', text: 'x 1\n', source: 'generic', expected: ['unknown-source'] },
  { name: 'names of our own', text: 'up 1\ngpu_owner{uuid="GPU-1"} 1\n', source: 'generic', expected: ['unknown-source', 'reserved-name'] },
  { name: 'vLLM', text: 'vllm:num_requests_running 1\n', source: 'llm', expected: ['llm-names-unknown'] },
  { name: 'tegrastats', text: 'RAM 1/2MB (lfb 1x4MB) CPU [1%@1]\n', source: 'tegrastats', expected: ['gpu-share-absent'] },
])('$name is $source', ({ text, source, expected }) => {
  expect(inspectText(text).source).toBe(source);
  expect(codes(text)).toEqual(expected);
});

it('has the limits of the configuration', () => {
  const { limits } = configSchema.parse({});
  expect(LIMITS).toEqual({
    bodyBytes: limits.body_bytes,
    lineBytes: limits.line_bytes,
    labelsPerLine: limits.labels_per_line,
    series: limits.series_per_target,
  });
});

it('says when a limit ended the reading', () => {
  const text = Array.from({ length: LIMITS.series + 1 }, (_, index) => `x{i="${index}"} 1\n`).join('');
  const { document, warnings } = inspectText(text);
  expect(document.samples).toHaveLength(LIMITS.series);
  expect(warnings.map(({ code }) => code)).toEqual(['unknown-source', 'over-limit']);
});

const ODD = `# TYPE DCGM_FI_DEV_GPU_UTIL gauge
DCGM_FI_DEV_GPU_UTIL{gpu="0",UUID="GPU-\u009b1m",pod="a"} 57
# TYPE seconds histogram
seconds_bucket{le="+Inf"} 1
seconds_sum 1
seconds_count 1
# TYPE nothing gauge
broken{ 1
`;

it('prints exactly the promised keys as JSON', () => {
  expect(JSON.parse(inspectionJson(inspectText(ODD)))).toEqual({
    source: 'dcgm',
    families: 3,
    samples: 4,
    readings: [{ name: 'gpu_utilization_ratio', labels: { gpu: '0', uuid: 'GPU-\u009b1m', source: 'dcgm' }, value: 0.57, unit: 'ratio' }],
    warnings: [],
    malformed: 1,
  });
});

it('prints for people: counts, readings, warnings, malformed lines, families; and nothing that moves a cursor', () => {
  expect(inspectionText(inspectText(ODD))).toMatchInlineSnapshot(`
    "source     dcgm
    families   3
    samples    4
    malformed  1

    readings
      gpu_utilization_ratio{gpu="0",uuid="GPU-�1m",source="dcgm"}  0.57 ratio

    malformed lines
      line 8: bad-labels: "broken{ 1"

    families
      gauge     DCGM_FI_DEV_GPU_UTIL  1
      histogram seconds  3
      -         nothing  0
    "
  `);
});

it('a text that does not end with a newline may be cut', () => {
  expect(codes('x 1\nx{a="b"} 12')).toEqual(['unknown-source', 'unfinished-line']);
  expect(codes('x 1\nx{a="b"} 12\n')).toEqual(['unknown-source']);
});
