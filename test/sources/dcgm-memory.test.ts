import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createTargetReader } from '../../src/sources/index.ts';
import { lineOf, targetOf } from './support.ts';

const GPU = { gpu: '0', UUID: 'GPU-1' };
const aliases = () => [];

/** What the series of a family says for each of these values, scrape by scrape. */
function read(family: string, values: readonly number[], more: readonly string[] = []) {
  const reader = createTargetReader({ target: targetOf('dcgm'), aliases });
  for (const name of more) reader.compile(lineOf(name, GPU));
  const [write] = reader.compile(lineOf(family, GPU));
  return { said: values.map((value) => write?.convert?.(value)), codes: reader.warnings().map(({ code }) => code) };
}

describe('a share of time, whatever unit its name promises', () => {
  it.each([
    { name: 'a ratio', family: 'DCGM_FI_DEV_GPU_UTIL_RATIO', values: [0, 0.5, 1], said: [0, 0.5, 1], codes: [] },
    {
      name: 'percents under the name of a ratio',
      family: 'DCGM_FI_DEV_GPU_UTIL_RATIO',
      values: [0, 57, 1, 0, 100],
      said: [0, 0.57, 0.01, 0, 1],
      codes: ['unit-disproved'],
    },
    {
      name: 'percents, and then ratios: not known from then on',
      family: 'DCGM_FI_DEV_GPU_UTIL_RATIO',
      values: [57, 0.5, 57, 1, 0],
      said: [0.57, Number.NaN, Number.NaN, Number.NaN, 0],
      codes: ['unit-unclear'],
    },
    {
      name: 'a ratio that one damaged number does not make a percent',
      family: 'DCGM_FI_DEV_GPU_UTIL_RATIO',
      values: [0.57, 1_000_000, 57.5, 1],
      said: [0.57, Number.NaN, Number.NaN, 1],
      codes: ['unit-unclear'],
    },
    { name: 'nothing but 1', family: 'DCGM_FI_DEV_DEC_UTIL_RATIO', values: [0, 1], said: [0, Number.NaN], codes: ['unit-unknown'] },
    {
      name: 'no share at all',
      family: 'DCGM_FI_DEV_GPU_UTIL',
      values: [50, 101, -1, 60],
      said: [0.5, Number.NaN, Number.NaN, 0.6],
      codes: ['unit-unclear'],
    },
    { name: 'between both', family: 'DCGM_FI_DEV_GPU_UTIL', values: [1.2], said: [Number.NaN], codes: ['unit-unclear'] },
    {
      name: '1 % or 100 %: not known yet',
      family: 'DCGM_FI_DEV_ENC_UTIL_RATIO',
      values: [1, 40, 1],
      said: [Number.NaN, 0.4, 0.01],
      codes: ['unit-disproved'],
    },
    {
      name: 'neither of both',
      family: 'DCGM_FI_DEV_GPU_UTIL_RATIO',
      values: [0.5, 57.5, 0.5],
      said: [0.5, Number.NaN, 0.5],
      codes: ['unit-unclear'],
    },
    { name: 'percents', family: 'DCGM_FI_DEV_GPU_UTIL', values: [0, 1, 57, 100], said: [0, 0.01, 0.57, 1], codes: [] },
    { name: 'percents of exporter 1.x', family: 'dcgm_gpu_utilization', values: [57], said: [0.57], codes: [] },
    {
      name: 'ratios under the name of percents',
      family: 'DCGM_FI_DEV_GPU_UTIL',
      values: [0, 0.57, 1],
      said: [0, Number.NaN, Number.NaN],
      codes: ['unit-unclear'],
    },
    { name: 'averages of percents', family: 'DCGM_FI_DEV_GPU_UTIL', values: [57.5, 0.4], said: [0.575, 0.004], codes: [] },
  ])('$name', ({ family, values, said, codes }) => {
    const result = read(family, values);
    expect(result.said.map((value) => value?.toFixed(6))).toEqual(said.map((value) => value.toFixed(6)));
    expect(result.codes).toEqual(codes);
  });

  it.each(['DCGM_FI_DEV_FB_USED_BYTES', 'DCGM_FI_DEV_SM_CLOCK_HERTZ', 'DCGM_FI_DEV_GPU_ENERGY_JOULES_TOTAL'])(
    'trusts the name beside %s, which only DCGM 4.7 has',
    (family) => {
      expect(read('DCGM_FI_DEV_GPU_UTIL_RATIO', [1, 57, 1], [family])).toEqual({ said: [1, Number.NaN, 1], codes: ['unit-unclear'] });
    },
  );

  it('knows the unit of all families of a target by one of them', () => {
    const reader = createTargetReader({ target: targetOf('dcgm'), aliases });
    const [memory] = reader.compile(lineOf('DCGM_FI_DEV_MEMORY_UTIL_RATIO', GPU));
    const [util] = reader.compile(lineOf('DCGM_FI_DEV_GPU_UTIL_RATIO', GPU));
    expect([memory?.convert?.(1), util?.convert?.(57), memory?.convert?.(1)]).toEqual([Number.NaN, 0.57, 0.01]);
  });

  it('believes an exporter that was replaced by a newer one', () => {
    const reader = createTargetReader({ target: targetOf('dcgm'), aliases });
    const [util] = reader.compile(lineOf('DCGM_FI_DEV_GPU_UTIL_RATIO', GPU));
    expect(util?.convert?.(57)).toBe(0.57);
    reader.compile(lineOf('DCGM_FI_DEV_FB_USED_BYTES', GPU));
    expect([util?.convert?.(1), util?.convert?.(0.5)]).toEqual([1, 0.5]);
  });

  it('does not trust it beside names that DCGM 4.6 has with the old unit', () => {
    expect(read('DCGM_FI_DEV_GPU_UTIL_RATIO', [1], ['DCGM_FI_DEV_BOARD_POWER_WATTS', 'DCGM_FI_DEV_ENC_UTIL_RATIO']).said).toEqual([
      Number.NaN,
    ]);
  });

  it('is never above 1 nor off by a hundred once a value has shown the unit', () => {
    const percents = fc.array(fc.integer({ min: 0, max: 100 }), { maxLength: 20 });
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 100 }), percents, (shown, values) => {
        const { said } = read('DCGM_FI_DEV_GPU_UTIL_RATIO', [shown, ...values]);
        expect(said).toEqual([shown, ...values].map((value) => value / 100));
      }),
    );
  });
});

describe('XID errors', () => {
  it.each([
    { name: 'none', codes: [0, 0, 0], counts: [0, 0, 0] },
    { name: 'what stood there at first is no news', codes: [79, 79], counts: [0, 0] },
    { name: 'another code', codes: [0, 79, 79, 13], counts: [0, 1, 1, 2] },
    { name: 'an exporter that restarted', codes: [79, 0, 79], counts: [0, 0, 1] },
  ])('$name', ({ codes, counts }) => {
    expect(read('DCGM_FI_DEV_XID_ERRORS', codes).said).toEqual(counts);
  });

  it('follows a GPU through lines whose label changes with the code, and tells GPUs apart', () => {
    const reader = createTargetReader({ target: targetOf('dcgm'), aliases });
    const say = (code: number, gpu: Readonly<Record<string, string>>) =>
      reader.compile(lineOf('DCGM_FI_DEV_XID_ERRORS', { ...gpu, err_code: String(code) }))[0]?.convert?.(code);
    const other = { gpu: '1', UUID: 'GPU-2' };
    expect([say(0, GPU), say(0, other), say(79, GPU), say(0, other), say(31, GPU)]).toEqual([0, 0, 1, 0, 2]);
  });

  it('counts nothing where the exporter does it, code by code', () => {
    const reader = createTargetReader({ target: targetOf('dcgm'), aliases });
    const [own] = reader.compile(lineOf('DCGM_EXP_XID_ERRORS_TOTAL', { ...GPU, xid: '79' }));
    const [derived] = reader.compile(lineOf('DCGM_FI_DEV_XID_ERRORS', GPU));
    expect(own?.labels.get('xid')).toBe('79');
    expect(own?.convert).toBeUndefined();
    expect(derived?.convert?.(79)).toBeNaN();
  });
});
