// The kernel's files, authored after proc(5), and what they say.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { limitFiles, limitMeasures } from '../../../src/sources/proc/cgroup.ts';
import { cpuMeasures, parseStat } from '../../../src/sources/proc/cpu.ts';
import type { ProcMeasure } from '../../../src/sources/proc/families.ts';
import { loadMeasures, memoryMeasures, pressureMeasures } from '../../../src/sources/proc/machine-files.ts';

function shown(measures: readonly ProcMeasure[] | undefined): string[] | undefined {
  return measures?.map(({ family, labels, value }) => {
    const inner = Object.values(labels).join(',');
    return `${family.replace('proc_', '')}${inner === '' ? '' : `{${inner}}`} ${value}`;
  });
}

/** A /proc/stat whose cores have these ticks: user nice system idle iowait irq softirq steal guest guest_nice. */
function stat(...cores: readonly (readonly number[])[]): string {
  const all = (cores[0] ?? []).map((_, at) => cores.reduce((sum, core) => sum + (core[at] ?? 0), 0));
  const lines = cores.map((core, index) => `cpu${index} ${core.join(' ')}\n`).join('');
  return `cpu  ${all.join(' ')}\n${lines}intr 5 1 2\nctxt 77\nbtime 1\n`;
}

function ticks(text: string): NonNullable<ReturnType<typeof parseStat>> {
  const times = parseStat(text);
  if (times === undefined) throw new Error('no /proc/stat');
  return times;
}

describe('processors', () => {
  const BEFORE = stat([100, 10, 20, 800, 50, 1, 2, 3, 100, 0], [0, 0, 0, 1000, 0, 0, 0, 0, 0, 0]);

  it('a first reading has no shares', () => {
    expect(shown(cpuMeasures(ticks(BEFORE), undefined))).toEqual(['cpu_online_cores 2', 'cpu_used_seconds_total 1.33']);
  });

  it('waiting for a disk and stolen time are not use, and what guests use is part of user', () => {
    const after = stat([130, 10, 30, 830, 60, 1, 2, 23, 130, 0], [25, 0, 0, 1075, 0, 0, 0, 0, 0, 0]);
    expect(shown(cpuMeasures(ticks(after), ticks(BEFORE)))).toEqual([
      'cpu_utilization_ratio 0.325',
      'cpu_online_cores 2',
      'cpu_used_seconds_total 1.98',
      'cpu_core_utilization_ratio{0} 0.4',
      'cpu_core_utilization_ratio{1} 0.25',
    ]);
  });

  it.each([
    { name: 'no time went by', after: BEFORE },
    { name: 'counters fell', after: stat([10, 10, 20, 1800, 50, 1, 2, 3], [0, 0, 0, 1000, 0, 0, 0, 0]) },
    { name: 'idle time fell while use grew', after: stat([200, 10, 20, 750, 50, 1, 2, 3], [0, 0, 0, 1000, 0, 0, 0, 0]) },
  ])('a share is absent where $name', ({ after }) => {
    const families = cpuMeasures(ticks(after), ticks(BEFORE)).map(({ family, labels }) => `${family} ${labels['core'] ?? ''}`);
    expect(families).not.toContain('proc_cpu_core_utilization_ratio 0');
  });

  it('a core that was off before, or is now, has none', () => {
    const one = ticks('cpu  1 0 0 9\ncpu0 1 0 0 9\n');
    const two = ticks('cpu  2 0 0 18\ncpu0 2 0 0 8\ncpu7 0 0 0 10\n');
    expect(shown(cpuMeasures(two, one))?.filter((text) => text.includes('{'))).toEqual([]);
    expect(shown(cpuMeasures(one, two))).toContain('cpu_online_cores 1');
  });

  it.each(['', 'cpu 1 2 3\n', 'cpu0 1 2 3 4\n', 'cpu  a b\ncpu0 1\n', '<html>'])('%j is no /proc/stat', (text) => {
    expect(parseStat(text)).toBeUndefined();
  });

  it('a share is between 0 and 1, whatever is counted', () => {
    const core = fc.array(fc.nat(1000), { minLength: 4, maxLength: 10 });
    fc.assert(
      fc.property(core, core, (one, other) => {
        for (const { family, value } of cpuMeasures(ticks(stat(one)), ticks(stat(other)))) {
          if (family.endsWith('_ratio')) expect(value >= 0 && value <= 1).toBe(true);
        }
      }),
    );
  });
});

describe('memory', () => {
  const MEMORY = 'MemTotal:       2000 kB\nMemFree:  300 kB\nMemAvailable:    1200 kB\nBuffers: 100 kB\nCached:  400 kB\n';

  it.each([
    { name: 'what is available is not in use', text: MEMORY, said: ['memory_total_bytes 2048000', 'memory_used_bytes 819200'] },
    {
      name: 'an old kernel does not say what is available',
      text: MEMORY.replace(/MemAvailable.*\n/, ''),
      said: ['memory_total_bytes 2048000', 'memory_used_bytes 1228800'],
    },
    {
      name: 'swap',
      text: `${MEMORY}SwapTotal: 100 kB\nSwapFree: 60 kB\nHugePages_Total: 0\n`,
      said: ['memory_total_bytes 2048000', 'memory_used_bytes 819200', 'swap_total_bytes 102400', 'swap_used_bytes 40960'],
    },
    {
      name: 'use that cannot be told is absent',
      text: 'MemTotal: 2 kB\nMemFree: 1 kB\nSwapTotal: 1 kB\n',
      said: ['memory_total_bytes 2048', 'swap_total_bytes 1024'],
    },
    { name: 'no memory at all', text: 'MemFree: 2 kB\n', said: undefined },
  ])('$name', ({ text, said }) => {
    expect(shown(memoryMeasures(text))).toEqual(said);
  });
});

it('load and pressure say what they say, and nothing of other texts', () => {
  expect(shown(loadMeasures('0.50 1.00 2.25 3/456 789\n'))).toEqual([
    'load_average{1m} 0.5',
    'load_average{5m} 1',
    'load_average{15m} 2.25',
  ]);
  const text = 'some avg10=1.00 avg60=0.50 avg300=0.10 total=1500000\nfull avg10=0.00 avg60=0.00 avg300=0.00 total=250\n';
  expect(shown(pressureMeasures(text, 'io'))).toEqual([
    'pressure_stalled_seconds_total{io,some} 1.5',
    'pressure_stalled_seconds_total{io,all} 0.00025',
  ]);
  expect([...loadMeasures('x'), ...pressureMeasures('some total=', 'cpu')]).toEqual([]);
});

describe('limits of control groups', () => {
  const limits = (self: string, files: Readonly<Record<string, string>>) => shown(limitMeasures(limitFiles(self), (path) => files[path]));

  it.each([
    {
      name: 'the second version',
      self: '0::/system.slice/plimsoll.service\n',
      files: { '/system.slice/plimsoll.service/cpu.max': '150000 100000\n', '/system.slice/plimsoll.service/memory.max': '94371840\n' },
      said: ['cgroup_cpu_limit_cores 1.5', 'cgroup_memory_limit_bytes 94371840'],
    },
    {
      name: 'the least of all groups above',
      self: '0::/a/b\n',
      files: { '/a/b/memory.max': '200\n', '/a/memory.max': '100\n', '/memory.max': 'max\n', '/a/b/cpu.max': 'max 100000\n' },
      said: ['cgroup_memory_limit_bytes 100'],
    },
    {
      name: 'a container, which sees its own group as the top',
      self: '0::/\n',
      files: { '/cpu.max': '50000 100000\n' },
      said: ['cgroup_cpu_limit_cores 0.5'],
    },
    {
      name: 'the first version, told the path outside the container',
      self: '5:cpu,cpuacct:/docker/abc\n4:memory:/docker/abc\n1:name=systemd:/x\n',
      files: {
        '/cpu/cpu.cfs_quota_us': '200000\n',
        '/cpu/cpu.cfs_period_us': '100000\n',
        '/memory/memory.limit_in_bytes': '1073741824\n',
      },
      said: ['cgroup_cpu_limit_cores 2', 'cgroup_memory_limit_bytes 1073741824'],
    },
    {
      name: 'the first version without limits',
      self: '5:cpu:/\n4:memory:/\n',
      files: { '/cpu/cpu.cfs_quota_us': '-1', '/cpu/cpu.cfs_period_us': '100000', '/memory/memory.limit_in_bytes': '9223372036854771712' },
      said: [],
    },
    { name: 'no control groups', self: '', files: {}, said: [] },
    { name: 'nonsense', self: '0::/\n', files: { '/cpu.max': 'much', '/memory.max': '' }, said: [] },
  ])('$name', ({ self, files, said }) => {
    expect(limits(self, files as Readonly<Record<string, string>>)).toEqual(said);
  });

  it('never leave the mount, and do not go deeper than a fixed number of levels', () => {
    expect(limitFiles('0::/../../etc\n').flatMap(({ paths }) => paths)).toEqual(['/cpu.max', '/memory.max']);
    expect(limitFiles(`0::${'/a'.repeat(1000)}\n`)).toHaveLength(34);
  });
});
