// What a line of tegrastats is made of: each form with the numbers that it says, from the TK1's to the Thor's.
import { measuresOf as measures } from '../measures.ts';
import type { TegrastatsMeasure as Measure } from './families.ts';

export interface ItemForm {
  /** Sticky; matched where a word begins, in the order of the table. */
  readonly pattern: RegExp;
  /** Undefined: it looks like the form, and its numbers cannot be. */
  readonly read: (said: RegExpExecArray) => readonly Measure[] | undefined;
}

/** An item ends where a blank or the line does. */
const END = '(?= |$)';
const form = (source: string, read: ItemForm['read']): ItemForm => ({ pattern: new RegExp(source, 'y'), read });

export const ITEM_FORMS: readonly ItemForm[] = [
  form(String.raw`RAM (\d{1,9})/(\d{1,9})([kMG]?B)(?: ?\(lfb (\d{1,9})x(\d{1,9})([kMG]?B)\))?${END}`, readRam),
  form(String.raw`SWAP (\d{1,9})/(\d{1,9})([kMG]?B)(?: ?\(cached (\d{1,9})([kMG]?B)\))?${END}`, readSwap),
  form(String.raw`IRAM (\d{1,9})/(\d{1,9})([kMG]?B)(?: ?\(lfb (\d{1,9})([kMG]?B)\))?${END}`, readIram),
  form(
    String.raw`(?:CPU|cpu) \[((?:\d{1,3}%(?:@-?\d{1,6})?|off)(?:, ?(?:\d{1,3}%(?:@-?\d{1,6})?|off)){0,255})\](?:@(-?\d{1,6}))?${END}`,
    readCpu,
  ),
  form(String.raw`MTS fg (\d{1,3})% bg (\d{1,3})%${END}`, readMts),
  form(String.raw`EDP limit (-?\d{1,6})${END}`, ([, limit]) => measures([['tegrastats_edp_limit', known(limit)]])),
  form(String.raw`([A-Za-z][\w.-]{0,63})@(-?\d{1,4}(?:\.\d{1,6})?)C${END}`, readTemperature),
  // A third number is printed by some releases for Thor; what it means is documented nowhere.
  form(String.raw`([A-Za-z][\w.-]{0,63}) (-?\d{1,8})(?:mW)?/(-?\d{1,8})(?:mW)?(?:/-?\d{1,8}(?:mW)?)?${END}`, readPower),
  form(`([A-Z][A-Z0-9_]{0,63}) off${END}`, ([, name = '']) => [on(name, 0)]),
  form(String.raw`([A-Z][A-Z0-9_]{0,63}) (?:(\d{1,3})%)?@\[(-?\d{1,6}(?:, ?-?\d{1,6}){0,31})\]${END}`, readEngine),
  form(String.raw`([A-Z][A-Z0-9_]{0,63}) (\d{1,3})%(?:@(-?\d{1,6}))?${END}`, readEngine),
  form(String.raw`([A-Z][A-Z0-9_]{0,63}) ()@?(-?\d{1,6})${END}`, readEngine),
];

/** `kB` and `MB` are 1024 and 1024²: the total of a board is what its kernel says in KiB. */
const BYTES: Readonly<Record<string, number>> = { B: 1, kB: 1024, MB: 1024 ** 2, GB: 1024 ** 3 };

function readRam([, used, total, unit, blocks, size, sizeUnit]: RegExpExecArray): readonly Measure[] {
  return measures([
    ['tegrastats_memory_used_bytes', bytes(used, unit)],
    ['tegrastats_memory_total_bytes', bytes(total, unit)],
    ['tegrastats_memory_largest_free_blocks', known(blocks)],
    ['tegrastats_memory_largest_free_block_bytes', bytes(size, sizeUnit)],
  ]);
}

function readSwap([, used, total, unit, cached, cachedUnit]: RegExpExecArray): readonly Measure[] {
  return measures([
    ['tegrastats_swap_used_bytes', bytes(used, unit)],
    ['tegrastats_swap_total_bytes', bytes(total, unit)],
    ['tegrastats_swap_cached_bytes', bytes(cached, cachedUnit)],
  ]);
}

function readIram([, used, total, unit, block, blockUnit]: RegExpExecArray): readonly Measure[] {
  return measures([
    ['tegrastats_iram_used_bytes', bytes(used, unit)],
    ['tegrastats_iram_total_bytes', bytes(total, unit)],
    ['tegrastats_iram_largest_free_block_bytes', bytes(block, blockUnit)],
  ]);
}

/** A core that is off has neither load nor clock, and is no part of the mean. The oldest releases say one clock for all. */
function readCpu([, list = '', commonClock]: RegExpExecArray): readonly Measure[] | undefined {
  const said: Measure[] = [];
  let online = 0;
  let sum = 0;
  for (const [core, text] of list.split(',').entries()) {
    const [percent = '', clock = commonClock] = text.trim().split('%@');
    const isOnline = percent !== 'off';
    const labels = { core: String(core) };
    said.push(...measures([['tegrastats_cpu_online', isOnline ? 1 : 0]], labels));
    if (!isOnline) continue;
    const value = share(percent.replace('%', ''));
    if (value === undefined) return undefined;
    online += 1;
    sum += value;
    said.push(
      ...measures(
        [
          ['tegrastats_cpu_percent', value],
          ['tegrastats_cpu_megahertz', known(clock)],
        ],
        labels,
      ),
    );
  }
  const mean = online === 0 ? undefined : sum / online;
  return [
    ...said,
    ...measures([
      ['tegrastats_cpu_mean_percent', mean],
      ['tegrastats_cpu_online_cores', online],
    ]),
  ];
}

function readMts([, foreground, background]: RegExpExecArray): readonly Measure[] {
  return [
    ...measures([['tegrastats_mts_percent', share(foreground)]], { work: 'foreground' }),
    ...measures([['tegrastats_mts_percent', share(background)]], { work: 'background' }),
  ];
}

/** What boards print for a zone that has no sensor, or one without power (release notes of L4T, and logs of many boards). */
const PLACEHOLDERS: ReadonlyMap<string, readonly number[]> = new Map([
  ['pmic', [100, 50]],
  ['charger', [115]],
]);
/** The kernel's answer of a zone without power is -256. */
const NO_POWER_CELSIUS = -256;

function readTemperature([, zone = '', text]: RegExpExecArray): readonly Measure[] {
  const celsius = Number(text);
  const isPlaceholder = celsius <= NO_POWER_CELSIUS || PLACEHOLDERS.get(zone.toLowerCase())?.includes(celsius) === true;
  return isPlaceholder ? [] : measures([['tegrastats_temperature_celsius', celsius]], { zone });
}

function readPower([, rail = '', now, average]: RegExpExecArray): readonly Measure[] {
  return measures(
    [
      ['tegrastats_power_milliwatts', known(now)],
      ['tegrastats_power_average_milliwatts', known(average)],
    ],
    { rail },
  );
}

/** On a Thor the GPU has clocks and no share: it is absent then, not 0. Some releases say two halves of one GPU, GR3D and GR3D2. */
function readEngine([, name = '', percent, clocks]: RegExpExecArray): readonly Measure[] | undefined {
  const value = percent ? share(percent) : undefined;
  if (percent && value === undefined) return undefined;
  const engine = engineOf(name);
  const kind = /^GR3D\d?$/.test(engine) ? 'gpu' : engine === 'EMC' ? 'emc' : 'engine';
  const labels = kind === 'emc' ? {} : { engine };
  const list = clocks?.split(',') ?? [];
  const said = list.flatMap((clock, cluster) =>
    measures([[`tegrastats_${kind}_megahertz`, known(clock)]], list.length > 1 ? { ...labels, cluster: String(cluster) } : labels),
  );
  return [...(kind === 'engine' ? [on(name, 1)] : []), ...measures([[`tegrastats_${kind}_percent`, value]], labels), ...said];
}

function on(name: string, value: 0 | 1): Measure {
  return { family: 'tegrastats_engine_on', labels: { engine: engineOf(name) }, value };
}

/** Older releases say GR3D, later ones GR3D_FREQ. */
function engineOf(name: string): string {
  return name.replace(/_FREQ$/, '');
}

function bytes(text: string | undefined, unit = ''): number | undefined {
  const factor = BYTES[unit];
  return text === undefined || factor === undefined ? undefined : Number(text) * factor;
}

/** -1 is what a clock is that cannot be read. */
function known(text: string | undefined): number | undefined {
  const value = Number(text);
  return text === undefined || value < 0 ? undefined : value;
}

/** A percentage; undefined for what is none. */
function share(text: string | undefined): number | undefined {
  const value = Number(text);
  return value <= 100 ? value : undefined;
}
