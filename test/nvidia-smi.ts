// What `nvidia-smi -q -x` says of GPUs, by the names and units of canonical series: the truth that readings are held to.

/** Of one GPU, what its driver knows. */
export interface GpuTruth {
  readonly uuid: string;
  /** Canonical series → value; without those of which the driver says N/A. */
  readonly values: ReadonlyMap<string, number>;
}

const MEBIBYTE = 1024 * 1024;
const FACTORS: Readonly<Record<string, number>> = { '%': 0.01, MiB: MEBIBYTE, W: 1, C: 1, MHz: 1e6 };

/** Canonical series, and where the report says it. Drivers before 530 had other names for what concerns power. */
const FIELDS: readonly (readonly [string, RegExp, RegExp])[] = [
  ['gpu_utilization_ratio', /^utilization$/, /^gpu_util$/],
  ['gpu_memory_copy_utilization_ratio', /^utilization$/, /^memory_util$/],
  ['gpu_encoder_utilization_ratio', /^utilization$/, /^encoder_util$/],
  ['gpu_decoder_utilization_ratio', /^utilization$/, /^decoder_util$/],
  ['gpu_memory_total_bytes', /^fb_memory_usage$/, /^total$/],
  ['gpu_memory_reserved_bytes', /^fb_memory_usage$/, /^reserved$/],
  ['gpu_memory_used_bytes', /^fb_memory_usage$/, /^used$/],
  ['gpu_memory_free_bytes', /^fb_memory_usage$/, /^free$/],
  // The mean of a second, as DCGM reads it; beside it the report has the draw of the instant.
  ['gpu_power_watts', /^(?:gpu_)?power_readings$/, /^(?:average_)?power_draw$/],
  ['gpu_power_limit_watts', /^(?:gpu_)?power_readings$/, /^(?:current_)?power_limit$/],
  ['gpu_temperature_celsius', /^temperature$/, /^gpu_temp$/],
  ['gpu_memory_temperature_celsius', /^temperature$/, /^memory_temp$/],
  ['gpu_sm_clock_hertz', /^clocks$/, /^sm_clock$/],
  ['gpu_memory_clock_hertz', /^clocks$/, /^mem_clock$/],
];

const GPU = /<gpu id=[^>]*>(?<inside>.*?)<\/gpu>/gs;
const UUID = /<uuid>(?<uuid>[^<]+)<\/uuid>/;
const SECTION = /<(?<name>\w+)>(?<inside>(?:\s*<\w+>[^<]*<\/\w+>)+)\s*<\/\k<name>>/gs;
const ELEMENT = /<(?<name>\w+)>(?<number>-?[\d.]+) (?<unit>%|MiB|W|C|MHz)<\/\k<name>>/g;

export function parseNvidiaSmi(xml: string): readonly GpuTruth[] {
  return [...xml.matchAll(GPU)].map(({ groups: { inside = '' } = {} }) => ({
    uuid: UUID.exec(inside)?.groups?.['uuid'] ?? '',
    values: new Map(
      [...inside.matchAll(SECTION)].flatMap(({ groups: { name = '', inside: section = '' } = {} }) => valuesOf(name, section)),
    ),
  }));
}

function valuesOf(section: string, inside: string): readonly (readonly [string, number])[] {
  return [...inside.matchAll(ELEMENT)].flatMap(({ groups: { name = '', number = '', unit = '' } = {} }) => {
    const field = FIELDS.find(([, ofSection, ofElement]) => ofSection.test(section) && ofElement.test(name));
    return field === undefined ? [] : [[field[0], Number(number) * (FACTORS[unit] ?? Number.NaN)] as const];
  });
}

/** How far a reading may lie outside of what two looks at the GPU around it found: share of the value, and in its unit. */
const TOLERANCES: Readonly<Record<string, { readonly share: number; readonly units: number }>> = {
  // The sample period is a fifth of a second on an H100, so that of two samples of the same work one may hold a pause.
  gpu_utilization_ratio: { share: 0, units: 0.06 },
  gpu_memory_copy_utilization_ratio: { share: 0, units: 0.06 },
  gpu_encoder_utilization_ratio: { share: 0, units: 0 },
  gpu_decoder_utilization_ratio: { share: 0, units: 0 },
  // The driver counts bytes; DCGM rounds them down to MiB, nvidia-smi up or down.
  gpu_memory_total_bytes: { share: 0, units: MEBIBYTE },
  gpu_memory_reserved_bytes: { share: 0, units: MEBIBYTE },
  gpu_memory_used_bytes: { share: 0, units: MEBIBYTE },
  gpu_memory_free_bytes: { share: 0, units: MEBIBYTE },
  gpu_power_watts: { share: 0.03, units: 1 },
  gpu_power_limit_watts: { share: 0, units: 0 },
  gpu_temperature_celsius: { share: 0, units: 2 },
  gpu_memory_temperature_celsius: { share: 0, units: 2 },
  // At the limit of its power a board changes it many times a second.
  gpu_sm_clock_hertz: { share: 0.1, units: 0 },
  gpu_memory_clock_hertz: { share: 0, units: 0 },
};

/** A reading between two looks at the same GPU. */
interface Witnessed {
  readonly readings: ReadonlyMap<string, number>;
  readonly before: GpuTruth;
  readonly after: GpuTruth;
}

/** Each reading that the truth contradicts, in words; readings that the driver does not say are left out. */
export function contradictions({ readings, before, after }: Witnessed): readonly string[] {
  return [...readings].flatMap(([name, value]) => {
    const looks = [before.values.get(name), after.values.get(name)].filter((look) => look !== undefined);
    const tolerance = TOLERANCES[name];
    if (looks.length === 0 || tolerance === undefined) return [];
    const room = (look: number): number => look * tolerance.share + tolerance.units;
    const [least, most] = [Math.min(...looks), Math.max(...looks)];
    const isTrue = value >= least - room(least) && value <= most + room(most);
    return isTrue ? [] : [`${name} is ${value}, nvidia-smi says ${looks.join(', then ')}`];
  });
}
