// What a sharded process says of its part: which one it is, and how the targets are split.
import { formatShard, type Shard } from '../config/shard.ts';
import type { Meter } from '../model/meter.ts';
import type { Discovered } from './discovered.ts';

/** To be told of each look; where every target is read here nothing is said. */
export function shardGauges(meter: Meter, shard: Shard | undefined): (discovered: Pick<Discovered, 'targets' | 'elsewhere'>) => void {
  const info = meter.gauge({
    name: 'plimsoll_shard_info',
    help: 'Which part of the targets this collector reads, such as 2/3. Not there where all are read.',
    labels: ['shard'],
  });
  const count = meter.gauge({
    name: 'plimsoll_shard_targets',
    help: 'Targets that are read here, and those that are left to the other shards.',
    labels: ['read'],
  });
  if (shard === undefined) return () => {};
  info.set(1, { shard: formatShard(shard) });
  return ({ targets, elsewhere }) => {
    count.set(targets.length, { read: 'here' });
    count.set(elsewhere, { read: 'elsewhere' });
  };
}
