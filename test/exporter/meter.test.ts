import { describe, expect, it } from 'vitest';
import { createRegistryMeter } from '../../src/exporter/meter.ts';

async function pageOf(registry: { metrics(): Promise<string> }): Promise<string> {
  const text = await registry.metrics();
  return text
    .split('\n')
    .filter((line) => line.includes('plimsoll_'))
    .join('\n');
}

describe('createRegistryMeter', () => {
  it('counts into its own registry', async () => {
    const { meter, registry } = createRegistryMeter();
    const counter = meter.counter({ name: 'plimsoll_things_total', help: 'Things.', labels: ['kind'] });
    counter.add(2, { kind: 'a' });
    counter.add(3, { kind: 'a' });
    meter.gauge({ name: 'plimsoll_level', help: 'Level.' }).set(-1.5);
    meter.histogram({ name: 'plimsoll_wait_seconds', help: 'Wait.', buckets: [1, 2] }).observe(1.5);
    expect(await pageOf(registry)).toBe(`# HELP plimsoll_things_total Things.
# TYPE plimsoll_things_total counter
plimsoll_things_total{kind="a"} 5
# HELP plimsoll_level Level.
# TYPE plimsoll_level gauge
plimsoll_level -1.5
# HELP plimsoll_wait_seconds Wait.
# TYPE plimsoll_wait_seconds histogram
plimsoll_wait_seconds_bucket{le="1"} 0
plimsoll_wait_seconds_bucket{le="2"} 1
plimsoll_wait_seconds_bucket{le="+Inf"} 1
plimsoll_wait_seconds_sum 1.5
plimsoll_wait_seconds_count 1`);
    expect(await pageOf(createRegistryMeter().registry)).toBe('');
  });

  it('keeps what was counted when a stage is made anew', async () => {
    const { meter, registry } = createRegistryMeter();
    for (const _round of [1, 2]) {
      meter.counter({ name: 'plimsoll_c_total', help: 'C.' }).add(1);
      meter.gauge({ name: 'plimsoll_g', help: 'G.', labels: ['a'] }).set(1, { a: 'b' });
      meter.histogram({ name: 'plimsoll_h', help: 'H.', labels: ['a'], buckets: [1] }).observe(2, { a: 'b' });
    }
    expect(await pageOf(registry)).toContain('plimsoll_c_total 2');
    expect(await pageOf(registry)).toContain('plimsoll_g{a="b"} 1');
    expect(await pageOf(registry)).toContain('plimsoll_h_count{a="b"} 2');
  });

  it('refuses one name for two types', () => {
    const { meter } = createRegistryMeter();
    meter.gauge({ name: 'plimsoll_x', help: 'X.' });
    expect(() => meter.counter({ name: 'plimsoll_x', help: 'X.' })).toThrow('already been registered');
  });

  it('says how the process is', async () => {
    expect(await createRegistryMeter().registry.metrics()).toContain('process_resident_memory_bytes');
  });
});
