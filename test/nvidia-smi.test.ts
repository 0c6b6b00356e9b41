import { expect, it } from 'vitest';
import { contradictions, parseNvidiaSmi } from './nvidia-smi.ts';

const OLD_DRIVER = `<?xml version="1.0" ?>
<nvidia_smi_log>
	<gpu id="00000000:3B:00.0">
		<uuid>GPU-1</uuid>
		<fb_memory_usage>
			<total>15360 MiB</total>
			<used>2 MiB</used>
		</fb_memory_usage>
		<utilization>
			<gpu_util>7 %</gpu_util>
			<memory_util>N/A</memory_util>
		</utilization>
		<power_readings>
			<power_draw>26.50 W</power_draw>
			<power_limit>70.00 W</power_limit>
		</power_readings>
		<max_clocks>
			<sm_clock>1590 MHz</sm_clock>
		</max_clocks>
		<clocks>
			<sm_clock>300 MHz</sm_clock>
		</clocks>
	</gpu>
	<gpu id="00000000:5E:00.0">
		<uuid>GPU-2</uuid>
	</gpu>
</nvidia_smi_log>
`;

it('reads what an older driver says of each GPU, and leaves out what it does not know', () => {
  expect(parseNvidiaSmi(OLD_DRIVER)).toEqual([
    {
      uuid: 'GPU-1',
      values: new Map([
        ['gpu_memory_total_bytes', 15_360 * 2 ** 20],
        ['gpu_memory_used_bytes', 2 * 2 ** 20],
        ['gpu_utilization_ratio', 0.07],
        ['gpu_power_watts', 26.5],
        ['gpu_power_limit_watts', 70],
        ['gpu_sm_clock_hertz', 300e6],
      ]),
    },
    { uuid: 'GPU-2', values: new Map() },
  ]);
});

it('reads nothing where there is no GPU', () => {
  expect(parseNvidiaSmi('NVIDIA-SMI has failed')).toEqual([]);
});

it.each([
  { name: 'between the two looks', value: 100, isTrue: true },
  { name: 'at the edge of the tolerance below', value: 83.5, isTrue: true },
  { name: 'beyond it', value: 81, isTrue: false },
  { name: 'beyond it above', value: 126, isTrue: false },
  { name: 'not a number', value: Number.NaN, isTrue: false },
])('watts $name', ({ value, isTrue }) => {
  const look = (watts: number): { uuid: string; values: ReadonlyMap<string, number> } => ({
    uuid: 'GPU-1',
    values: new Map([['gpu_power_watts', watts]]),
  });
  const found = contradictions({ readings: new Map([['gpu_power_watts', value]]), before: look(85), after: look(120) });
  expect(found).toEqual(isTrue ? [] : [`gpu_power_watts is ${value}, nvidia-smi says 85, then 120`]);
});
