// The part of all targets that one process reads, as `2/3`.

export interface Shard {
  /** From 1 to `count`. */
  readonly index: number;
  readonly count: number;
}

export type ParsedShard = { readonly kind: 'shard'; readonly shard: Shard } | { readonly kind: 'wrong'; readonly message: string };

/** Each of them watches the whole cluster, and Prometheus keeps a target for each: far more than a fleet needs. */
const MOST_SHARDS = 1000;

/** `index/count`; the message says what is wrong, and what to write instead. */
export function parseShard(text: string): ParsedShard {
  const groups = /^(?<index>\d{1,6})\/(?<count>\d{1,6})$/.exec(text)?.groups;
  const index = Number(groups?.['index']);
  const count = Number(groups?.['count']);
  if (groups === undefined) return wrong('expected the number of this process and how many there are, such as 2/3');
  if (count === 0) return wrong('there is one shard at least; write 1/1 for a collector of every target');
  if (count > MOST_SHARDS) return wrong(`there are at most ${MOST_SHARDS} shards; use fewer collectors`);
  if (index === 0) return wrong(`shards are counted from 1; write 1/${count} for the first`);
  if (index > count) return wrong(`there is no shard ${index} of ${count}; write 1/${count} to ${count}/${count}`);
  return { kind: 'shard', shard: { index, count } };
}

/** As it is written. */
export function formatShard({ index, count }: Shard): string {
  return `${index}/${count}`;
}

function wrong(message: string): ParsedShard {
  return { kind: 'wrong', message };
}
