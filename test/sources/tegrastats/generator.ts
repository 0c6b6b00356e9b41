// Lines of tegrastats together with the truth that they were written from: the grammar of every generation, at random.
import fc from 'fast-check';

export interface TrueLine {
  readonly text: string;
  /** What must be read, as `family{label values} value`; nothing else of these families may be. */
  readonly truth: readonly string[];
}

interface Part {
  readonly text: string;
  readonly truth: readonly string[];
}

const percent = fc.integer({ min: 0, max: 100 });
const megahertz = fc.integer({ min: 0, max: 2600 });
const small = fc.integer({ min: 0, max: 99_999 });
const MIB = 1024 ** 2;

const ram = fc.tuple(small, small, fc.constantFrom(' ', '')).map(
  ([used, total, gap]): Part => ({
    text: `RAM ${used}/${total}MB${gap}(lfb 3x4MB)`,
    truth: [`tegrastats_memory_used_bytes ${used * MIB}`, `tegrastats_memory_total_bytes ${total * MIB}`],
  }),
);

const swap = fc.tuple(small, small).map(
  ([used, total]): Part => ({
    text: `SWAP ${used}/${total}MB (cached 0MB)`,
    truth: [`tegrastats_swap_used_bytes ${used * MIB}`, `tegrastats_swap_total_bytes ${total * MIB}`],
  }),
);

const core = fc.oneof({ weight: 4, arbitrary: fc.tuple(percent, fc.option(megahertz)) }, { weight: 1, arbitrary: fc.constant(undefined) });

const cpu = fc.tuple(fc.constantFrom('CPU', 'cpu'), fc.array(core, { minLength: 1, maxLength: 14 })).map(([word, cores]): Part => {
  const texts = cores.map((one) => (one === undefined ? 'off' : `${one[0]}%${one[1] === null ? '' : `@${one[1]}`}`));
  const online = cores.filter((one) => one !== undefined);
  const mean = online.reduce((sum, [value]) => sum + value, 0) / online.length;
  const truth = cores.flatMap((one, index) => {
    if (one === undefined) return [`tegrastats_cpu_online{${index}} 0`];
    const clock = one[1] === null ? [] : [`tegrastats_cpu_megahertz{${index}} ${one[1]}`];
    return [`tegrastats_cpu_online{${index}} 1`, `tegrastats_cpu_percent{${index}} ${one[0]}`, ...clock];
  });
  const means = online.length === 0 ? [] : [`tegrastats_cpu_mean_percent ${mean}`];
  return { text: `${word} [${texts.join(',')}]`, truth: [...truth, `tegrastats_cpu_online_cores ${online.length}`, ...means] };
});

const gpu = fc.oneof(
  fc.tuple(percent, megahertz).map(
    ([value, clock]): Part => ({
      text: `GR3D_FREQ ${value}%@${clock}`,
      truth: [`tegrastats_gpu_percent{GR3D} ${value}`, `tegrastats_gpu_megahertz{GR3D} ${clock}`],
    }),
  ),
  fc.tuple(percent, megahertz, megahertz).map(
    ([value, one, other]): Part => ({
      text: `GR3D_FREQ ${value}%@[${one},${other}]`,
      truth: [
        `tegrastats_gpu_percent{GR3D} ${value}`,
        `tegrastats_gpu_megahertz{GR3D,0} ${one}`,
        `tegrastats_gpu_megahertz{GR3D,1} ${other}`,
      ],
    }),
  ),
  percent.map((value): Part => ({ text: `GR3D_FREQ ${value}%`, truth: [`tegrastats_gpu_percent{GR3D} ${value}`] })),
  megahertz.map((clock): Part => ({ text: `GR3D_FREQ @[${clock}]`, truth: [`tegrastats_gpu_megahertz{GR3D} ${clock}`] })),
);

const engine = fc.uniqueArray(fc.tuple(fc.constantFrom('NVENC', 'NVDEC', 'VIC', 'APE', 'OFA'), fc.option(megahertz)), {
  selector: ([name]) => name,
});

const engines = engine.map((list): Part => {
  const parts = list.map(([name, clock]) => (clock === null ? `${name} off` : `${name} ${clock}`));
  const truth = list.flatMap(([name, clock]) => [
    `tegrastats_engine_on{${name}} ${clock === null ? 0 : 1}`,
    ...(clock === null ? [] : [`tegrastats_engine_megahertz{${name}} ${clock}`]),
  ]);
  return { text: parts.join(' '), truth };
});

const zones = fc.uniqueArray(
  fc.tuple(fc.constantFrom('tj', 'gpu', 'CPU', 'soc012', 'Tboard'), fc.oneof(fc.constant(-256), fc.integer({ min: -40, max: 120 }))),
  {
    selector: ([name]) => name,
  },
);

const temperatures = zones.map(
  (list): Part => ({
    text: list.map(([zone, celsius]) => `${zone}@${celsius}C`).join(' '),
    truth: list.flatMap(([zone, celsius]) => (celsius === -256 ? [] : [`tegrastats_temperature_celsius{${zone}} ${celsius}`])),
  }),
);

const rails = fc.uniqueArray(fc.tuple(fc.constantFrom('VDD_IN', 'VDD_CPU_GPU_CV', 'NC', 'GPU', 'SYS5V'), small, small), {
  selector: ([name]) => name,
});

const power = fc.tuple(rails, fc.constantFrom('', 'mW')).map(
  ([list, unit]): Part => ({
    text: list.map(([rail, now, mean]) => `${rail} ${now}${unit}/${mean}${unit}`).join(' '),
    truth: list.flatMap(([rail, now, mean]) => [
      `tegrastats_power_milliwatts{${rail}} ${now}`,
      `tegrastats_power_average_milliwatts{${rail}} ${mean}`,
    ]),
  }),
);

const time = fc.constantFrom('', '05-17-2026 10:00:32 ');
const gap = fc.constantFrom(' ', '  ', ' \t');

/** A line and what it says. */
export const trueLine: fc.Arbitrary<TrueLine> = fc
  .tuple(time, gap, fc.tuple(ram, swap, cpu, gpu, engines, temperatures, power))
  .map(([stamp, blank, parts]) => ({
    text: `${stamp}${parts
      .map(({ text }) => text)
      .filter((text) => text !== '')
      .join(blank)}`,
    truth: parts.flatMap(({ truth }) => truth),
  }));
