// What an engine answered, sorted by pod: one reading per pod, or per pod and device.
import { keyOf } from '../lib/key.ts';
import type { Labels } from '../model/labels.ts';
import { podKey } from '../model/pod.ts';
import type { InstantSeries } from '../model/query-engine.ts';
import type { SignalRow } from './catalogue.ts';

export interface Reading {
  /** What the value is about: equal for two pods that share a device. */
  readonly device: string;
  readonly value: number;
  /** The denominator; 1 where there is none. */
  readonly per: number;
  /** Newest sample in either part; undefined where the engine cannot tell. */
  readonly newestMs: number | undefined;
}

export type ReadingsByPod = ReadonlyMap<string, readonly Reading[]>;

/** A ratio's part without the other is no reading. */
export function readingsByPod(row: SignalRow, answered: { expr: readonly InstantSeries[]; per: readonly InstantSeries[] }): ReadingsByPod {
  const denominators = new Map(answered.per.map((series) => [podAndDevice(row, series.labels), series]));
  const readings = new Map<string, Reading[]>();
  for (const { labels, value, newestMs } of answered.expr) {
    const denominator = denominators.get(podAndDevice(row, labels));
    if (row.per !== undefined && denominator === undefined) continue;
    const pod = podOf(labels);
    const reading = {
      device: deviceOf(row, labels),
      value,
      per: denominator?.value ?? 1,
      newestMs: later(newestMs, denominator?.newestMs),
    };
    const others = readings.get(pod);
    if (others === undefined) readings.set(pod, [reading]);
    else others.push(reading);
  }
  return readings;
}

/** Devices that each pod owns, told apart as the signal does. */
export function devicesByPod(row: SignalRow, owners: readonly InstantSeries[]): ReadonlyMap<string, ReadonlySet<string>> {
  const devices = new Map<string, Set<string>>();
  for (const { labels } of owners) {
    const pod = podOf(labels);
    const owned = devices.get(pod) ?? new Set();
    devices.set(pod, owned.add(deviceOf(row, labels)));
  }
  return devices;
}

/** Why it cannot be told whether a pod holds a GPU. */
export function ambiguitiesByPod(candidates: readonly InstantSeries[]): ReadonlyMap<string, string> {
  return new Map(candidates.map(({ labels }) => [podOf(labels), labels.get('why') ?? '']));
}

/** The later of two times; an unknown one does not count. */
export function later(one: number | undefined, other: number | undefined): number | undefined {
  if (one === undefined || other === undefined) return one ?? other;
  return Math.max(one, other);
}

function podOf(labels: Labels): string {
  return podKey({ namespace: labels.get('namespace') ?? '', name: labels.get('pod') ?? '' });
}

function deviceOf(row: SignalRow, labels: Labels): string {
  if (row.device.length === 0) return podOf(labels);
  return keyOf(row.device.map((label) => labels.get(label) ?? ''));
}

function podAndDevice(row: SignalRow, labels: Labels): string {
  return keyOf([podOf(labels), deviceOf(row, labels)]);
}
