// Prometheus's hash of a label set, by which limit_ratio chooses: XXH64 over names and values with their lengths,
// as the default build (labels_stringlabels.go) keeps them. https://github.com/Cyan4973/xxHash/blob/dev/doc/xxhash_spec.md
import type { Labels } from '../../../model/labels.ts';
import { inLabelOrder } from './label-order.ts';

/** Where in [0, 1) a label set falls: its hash as a share of 2^64. */
export function hashShare(labels: Labels): number {
  return Number(xxHash64(labelBytes(labels))) / 2 ** 64;
}

/** A length in one byte below this, else in three after it. */
const LONG = 255;

function labelBytes(labels: Labels): Buffer {
  const parts: Buffer[] = [];
  for (const text of inLabelOrder(labels).flat()) {
    const bytes = Buffer.from(text);
    const length = bytes.length;
    parts.push(Buffer.from(length < LONG ? [length] : [LONG, length & 0xff, (length >> 8) & 0xff, (length >> 16) & 0xff]), bytes);
  }
  return Buffer.concat(parts);
}

// The constants of the specification.
const PRIME_1 = 0x9e3779b185ebca87n;
const PRIME_2 = 0xc2b2ae3d27d4eb4fn;
const PRIME_3 = 0x165667b19e3779f9n;
const PRIME_4 = 0x85ebca77c2b2ae63n;
const PRIME_5 = 0x27d4eb2f165667c5n;
const STRIPE = 32;
const ACCUMULATORS = [PRIME_1 + PRIME_2, PRIME_2, 0n, -PRIME_1];
const ROTATIONS = [1n, 7n, 12n, 18n];

/** With the seed 0. */
export function xxHash64(bytes: Buffer): bigint {
  let at = 0;
  let hash = PRIME_5;
  if (bytes.length >= STRIPE) {
    const lanes = ACCUMULATORS.map(u64);
    for (; at + STRIPE <= bytes.length; at += STRIPE) {
      for (const [lane, value] of lanes.entries()) lanes[lane] = round(value, bytes.readBigUInt64LE(at + lane * 8));
    }
    hash = lanes.reduce((sum, value, lane) => u64(sum + rotated(value, ROTATIONS[lane] ?? 0n)), 0n);
    for (const value of lanes) hash = u64((hash ^ round(0n, value)) * PRIME_1 + PRIME_4);
  }
  return avalanche(withRest(u64(hash + BigInt(bytes.length)), bytes.subarray(at)));
}

function withRest(start: bigint, rest: Buffer): bigint {
  let hash = start;
  let at = 0;
  for (; at + 8 <= rest.length; at += 8) {
    hash = u64(rotated(hash ^ round(0n, rest.readBigUInt64LE(at)), 27n) * PRIME_1 + PRIME_4);
  }
  if (at + 4 <= rest.length) {
    hash = u64(rotated(u64(hash ^ (BigInt(rest.readUInt32LE(at)) * PRIME_1)), 23n) * PRIME_2 + PRIME_3);
    at += 4;
  }
  for (; at < rest.length; at += 1) hash = u64(rotated(u64(hash ^ (BigInt(rest.readUInt8(at)) * PRIME_5)), 11n) * PRIME_1);
  return hash;
}

function round(accumulator: bigint, input: bigint): bigint {
  return u64(rotated(u64(accumulator + input * PRIME_2), 31n) * PRIME_1);
}

function avalanche(start: bigint): bigint {
  let hash = u64((start ^ (start >> 33n)) * PRIME_2);
  hash = u64((hash ^ (hash >> 29n)) * PRIME_3);
  return hash ^ (hash >> 32n);
}

function rotated(value: bigint, by: bigint): bigint {
  return u64((value << by) | (value >> (64n - by)));
}

function u64(value: bigint): bigint {
  return BigInt.asUintN(64, value);
}
