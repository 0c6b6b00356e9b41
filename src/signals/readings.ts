// What an engine answered, sorted by pod: one reading per pod, or per pod and device.
import { keyOf } from '../lib/key.ts';
import type { Labels } from '../model/labels.ts';
import { type PodRef, podKey } from '../model/pod.ts';
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

/** Where a series belongs. */
interface Place {
  /** Position of its pod among those asked about; -1 for any other. */
  readonly pod: number;
  readonly device: string;
  /** One number for each pod and device. */
  readonly number: number;
}

interface LastPlaces {
  readonly labels: Labels[];
  readonly places: Place[];
}

/** From labels to pods and devices, for one signal and one list of pods. An engine that knows a series again hands out the same labels. */
export class Placement {
  readonly #row: SignalRow;
  readonly #pods: ReadonlyMap<string, number>;
  readonly #places = new WeakMap<Labels, Place>();
  /** The places of the series that were answered last, by position: mostly the next answer is about the same ones. */
  readonly #lastValues: LastPlaces = { labels: [], places: [] };
  readonly #lastPer: LastPlaces = { labels: [], places: [] };
  readonly #numbers = new Map<string, number>();
  /** The last answer about owners, and what it came to. */
  #owners: { readonly series: readonly InstantSeries[]; readonly devices: readonly (ReadonlySet<string> | undefined)[] } | undefined;

  constructor(row: SignalRow, pods: readonly PodRef[]) {
    this.#row = row;
    this.#pods = new Map(pods.map((pod, at) => [podKey(pod), at]));
  }

  /** By pod; a ratio's part without the other is no reading. */
  readings(values: readonly InstantSeries[], per: readonly InstantSeries[]): readonly (readonly Reading[] | undefined)[] {
    const denominators: (InstantSeries | undefined)[] = [];
    for (const [at, series] of per.entries()) denominators[this.#placeAt(at, series.labels, this.#lastPer).number] = series;
    const readings: (Reading[] | undefined)[] = [];
    for (const [at, { labels, value, newestMs }] of values.entries()) {
      const { pod, device, number } = this.#placeAt(at, labels, this.#lastValues);
      const denominator = denominators[number];
      if (pod < 0 || (this.#row.per !== undefined && denominator === undefined)) continue;
      const reading = { device, value, per: denominator?.value ?? 1, newestMs: later(newestMs, denominator?.newestMs) };
      const others = readings[pod];
      if (others === undefined) readings[pod] = [reading];
      else others.push(reading);
    }
    return readings;
  }

  /** By pod: the devices that it owns, told apart as the signal does. */
  devices(owners: readonly InstantSeries[]): readonly (ReadonlySet<string> | undefined)[] {
    if (this.#owners !== undefined && isSameSeries(this.#owners.series, owners)) return this.#owners.devices;
    const devices: (Set<string> | undefined)[] = [];
    for (const { labels } of owners) {
      const { pod, device } = this.#placeOf(labels);
      if (pod >= 0) devices[pod] = (devices[pod] ?? new Set()).add(device);
    }
    this.#owners = { series: owners, devices };
    return devices;
  }

  /** By pod: why it cannot be told whether it holds a GPU. */
  ambiguities(candidates: readonly InstantSeries[]): ReadonlyMap<number, string> {
    return new Map(candidates.map(({ labels }) => [this.#placeOf(labels).pod, labels.get('why') ?? '']));
  }

  #placeAt(at: number, labels: Labels, last: LastPlaces): Place {
    const known = last.labels[at] === labels ? last.places[at] : undefined;
    if (known !== undefined) return known;
    const place = this.#placeOf(labels);
    last.labels[at] = labels;
    last.places[at] = place;
    return place;
  }

  #placeOf(labels: Labels): Place {
    const known = this.#places.get(labels);
    if (known !== undefined) return known;
    const pod = podKey({ namespace: labels.get('namespace') ?? '', name: labels.get('pod') ?? '' });
    const device = this.#row.device.length === 0 ? pod : keyOf(this.#row.device.map((label) => labels.get(label) ?? ''));
    const key = keyOf([pod, device]);
    const number = this.#numbers.get(key) ?? this.#numbers.size;
    this.#numbers.set(key, number);
    const place = { pod: this.#pods.get(pod) ?? -1, device, number };
    this.#places.set(labels, place);
    return place;
  }
}

function isSameSeries(one: readonly InstantSeries[], other: readonly InstantSeries[]): boolean {
  return one.length === other.length && one.every(({ labels }, at) => labels === other[at]?.labels);
}

/** The later of two times; an unknown one does not count. */
export function later(one: number | undefined, other: number | undefined): number | undefined {
  if (one === undefined || other === undefined) return one ?? other;
  return Math.max(one, other);
}
