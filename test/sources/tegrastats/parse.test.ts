// Lines of every generation of boards, authored after what each prints, and lines at random of which the truth is known.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { TegrastatsMeasure } from '../../../src/sources/tegrastats/families.ts';
import { parseTegrastats } from '../../../src/sources/tegrastats/parse.ts';
import { trueLine } from './generator.ts';

function shown({ family, labels, value }: TegrastatsMeasure): string {
  const inner = Object.values(labels).join(',');
  return `${family}${inner === '' ? '' : `{${inner}}`} ${value}`;
}

/** What a line says after the memory. */
function read(rest: string): string[] {
  const line = parseTegrastats(`RAM 1/2MB ${rest}`);
  expect(line?.unknown).toEqual([]);
  return (line?.measures ?? []).map(shown).filter((text) => !text.startsWith('tegrastats_memory'));
}

const BEGIN = 'tegrastats';

describe('an item', () => {
  it.each([
    { item: 'SWAP 5/1982MB (cached 1MB)', said: ['swap_used_bytes 5242880', 'swap_total_bytes 2078277632', 'swap_cached_bytes 1048576'] },
    { item: 'IRAM 0/252kB(lfb 252kB)', said: ['iram_used_bytes 0', 'iram_total_bytes 258048', 'iram_largest_free_block_bytes 258048'] },
    {
      item: 'cpu [7%,off]@1912',
      said: ['cpu_online{0} 1', 'cpu_percent{0} 7', 'cpu_megahertz{0} 1912', 'cpu_online{1} 0', 'cpu_mean_percent 7', 'cpu_online_cores 1'],
    },
    // A clock that cannot be read.
    { item: 'cpu [3%]@-1', said: ['cpu_online{0} 1', 'cpu_percent{0} 3', 'cpu_mean_percent 3', 'cpu_online_cores 1'] },
    {
      item: 'CPU [1%@345, off]',
      said: ['cpu_online{0} 1', 'cpu_percent{0} 1', 'cpu_megahertz{0} 345', 'cpu_online{1} 0', 'cpu_mean_percent 1', 'cpu_online_cores 1'],
    },
    { item: 'CPU [off]', said: ['cpu_online{0} 0', 'cpu_online_cores 0'] },
    { item: 'EMC 0%@1600', said: ['emc_percent 0', 'emc_megahertz 1600'] },
    { item: 'EMC_FREQ 43%@2133', said: ['emc_percent 43', 'emc_megahertz 2133'] },
    { item: 'EMC_FREQ @665', said: ['emc_megahertz 665'] },
    { item: 'GR3D 12%@76', said: ['gpu_percent{GR3D} 12', 'gpu_megahertz{GR3D} 76'] },
    { item: 'GR3D_FREQ 63%@[621]', said: ['gpu_percent{GR3D} 63', 'gpu_megahertz{GR3D} 621'] },
    // A Thor: clocks and no share, which is not 0.
    { item: 'GR3D_FREQ @[0,0,0]', said: ['gpu_megahertz{GR3D,0} 0', 'gpu_megahertz{GR3D,1} 0', 'gpu_megahertz{GR3D,2} 0'] },
    {
      item: 'GR3D_FREQ 1%@114 GR3D2_FREQ 2%@115',
      said: ['gpu_percent{GR3D} 1', 'gpu_megahertz{GR3D} 114', 'gpu_percent{GR3D2} 2', 'gpu_megahertz{GR3D2} 115'],
    },
    { item: 'NVENC 79%@166', said: ['engine_on{NVENC} 1', 'engine_percent{NVENC} 79', 'engine_megahertz{NVENC} 166'] },
    { item: 'NVENC off PVA0_FREQ off', said: ['engine_on{NVENC} 0', 'engine_on{PVA0} 0'] },
    {
      item: 'NVDLA0_FREQ @0 VIC_FREQ 729 APE 25',
      said: [
        'engine_on{NVDLA0} 1',
        'engine_megahertz{NVDLA0} 0',
        'engine_on{VIC} 1',
        'engine_megahertz{VIC} 729',
        'engine_on{APE} 1',
        'engine_megahertz{APE} 25',
      ],
    },
    { item: 'MTS fg 1% bg 9%', said: ['mts_percent{foreground} 1', 'mts_percent{background} 9'] },
    { item: 'VDE 0 EDP limit 1912', said: ['engine_on{VDE} 1', 'engine_megahertz{VDE} 0', 'edp_limit 1912'] },
    {
      item: 'Tdiode@34.25C tj@-3.5C max170xx@38.9C',
      said: ['temperature_celsius{Tdiode} 34.25', 'temperature_celsius{tj} -3.5', 'temperature_celsius{max170xx} 38.9'],
    },
    { item: 'VDD_IN 4067/4068', said: ['power_milliwatts{VDD_IN} 4067', 'power_average_milliwatts{VDD_IN} 4068'] },
    { item: 'VIN 4067mW/4068mW/9000mW', said: ['power_milliwatts{VIN} 4067', 'power_average_milliwatts{VIN} 4068'] },
    // The same name in two kinds, as on an AGX Xavier.
    { item: 'GPU@37.5C GPU 0/7', said: ['temperature_celsius{GPU} 37.5', 'power_milliwatts{GPU} 0', 'power_average_milliwatts{GPU} 7'] },
    {
      item: 'NC 1mW/2mW NC 3mW/4mW',
      said: ['power_milliwatts{NC} 1', 'power_average_milliwatts{NC} 2', 'power_milliwatts{NC_2} 3', 'power_average_milliwatts{NC_2} 4'],
    },
  ])('$item', ({ item, said }) => {
    expect(read(item)).toEqual(said.map((text) => `${BEGIN}_${text}`));
  });

  it.each(['PMIC@100C', 'PMIC@50C', 'pmic@100.0C', 'Charger@115C', 'CV0@-256C', 'GPU@-256C', 'tj@-999C', 'VDD_IN -1/-1', 'EMC_FREQ @-1'])(
    '%s is a placeholder, and no number',
    (item) => {
      expect(read(item)).toEqual([]);
    },
  );

  it.each(['PMIC@41.5C', 'Charger@41C', 'constructor@20C'])('%s is a number', (item) => {
    expect(read(item)).toHaveLength(1);
  });
});

it('says the memory in bytes, whatever its unit', () => {
  const said = (text: string) => parseTegrastats(text)?.measures.map(shown);
  const blocks = ['tegrastats_memory_largest_free_blocks 6', 'tegrastats_memory_largest_free_block_bytes 1024'];
  expect(said('RAM 3/4kB (lfb 6x1kB)')).toEqual(['tegrastats_memory_used_bytes 3072', 'tegrastats_memory_total_bytes 4096', ...blocks]);
  expect(said('01-31-2026 23:59:59 RAM 1/2GB')).toEqual([
    'tegrastats_memory_used_bytes 1073741824',
    'tegrastats_memory_total_bytes 2147483648',
  ]);
});

describe('words that are not known', () => {
  it.each([
    { rest: 'FOO', unknown: ['FOO'] },
    { rest: 'NPU <3%> EMC_FREQ 1%', unknown: ['NPU', '<3%>'] },
    { rest: 'GR3D_FREQ 101%', unknown: ['GR3D_FREQ', '101%'] },
    { rest: 'CPU [999%@1]', unknown: ['CPU', '[999%@1]'] },
    { rest: 'CPU [1%@7', unknown: ['CPU', '[1%@7'] },
    { rest: 'tj@hotC', unknown: ['tj@hotC'] },
    { rest: 'VDD_IN 1mW/', unknown: ['VDD_IN', '1mW/'] },
    { rest: '12345678901234567890', unknown: ['12345678901234567890'] },
  ])('$rest are passed over one by one', ({ rest, unknown }) => {
    expect(parseTegrastats(`RAM 1/2MB ${rest} APE 5`)?.unknown).toEqual(unknown);
    expect(parseTegrastats(`RAM 1/2MB ${rest} APE 5`)?.measures.map(shown)).toContain('tegrastats_engine_megahertz{APE} 5');
  });
});

it.each([
  '',
  ' ',
  'tegrastats must be run as root',
  '9,0%@729] EMC_FREQ 0%@2133',
  'RAM',
  'RAM x/yMB',
  'RAM 1/2MB CPU [1%@3RAM 1/2MB RAM 1/2MB CPU [1%@345]',
  '10-16-2023 RAM 1/2MB',
])('%j is no line of tegrastats', (text) => {
  expect(parseTegrastats(text)).toBeUndefined();
});

it('reads what was written, number by number, and the same again', () => {
  fc.assert(
    fc.property(trueLine, ({ text, truth }) => {
      for (const line of [parseTegrastats(text), parseTegrastats(text)]) {
        expect(line?.unknown).toEqual([]);
        const free = /^tegrastats_memory_largest|^tegrastats_swap_cached/;
        expect(
          (line?.measures ?? [])
            .map(shown)
            .filter((said) => !free.test(said))
            .toSorted(),
        ).toEqual(truth.toSorted());
      }
    }),
  );
});

it('never throws, whatever is cut from a line or thrown into it, and says finite numbers alone', () => {
  const damaged = fc.tuple(trueLine, fc.nat(), fc.nat(), fc.string()).map(([{ text }, from, length, noise]) => {
    const at = from % text.length;
    return text.slice(0, at) + noise + text.slice(at + (length % 40));
  });
  fc.assert(
    fc.property(fc.oneof(damaged, fc.string(), fc.string({ unit: 'binary' })), (text) => {
      const line = parseTegrastats(text);
      for (const { value } of line?.measures ?? []) expect(Number.isFinite(value)).toBe(true);
    }),
  );
});

it('passes over thousands of words', () => {
  const line = parseTegrastats(`RAM 1/2MB ${'A'.repeat(60)}${' B0%@'.repeat(3000)}`);
  expect(line?.unknown).toHaveLength(3001);
});
