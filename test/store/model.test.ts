// Random scrapes, silences, departures and sweeps: the store and a naive one must answer every question alike.
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { labelsOf } from '../../src/model/labels.ts';
import type { SampleStore } from '../../src/store/store.ts';
import type { TargetWriter } from '../../src/store/target-writer.ts';
import { matcher, newestOf, newestOver, openTarget, RETENTION_MS, samplesOf, storeWith } from './support/fixtures.ts';
import { type NaiveRow, NaiveTarget } from './support/naive-store.ts';

const TARGETS = ['a', 'b', 'c'];
const LINES = ['x', 'y', 'z', 'own_x', 'own_y'];

interface Pair {
  readonly id: string;
  writer: TargetWriter;
  readonly naive: NaiveTarget;
}

const value = fc.oneof(fc.integer({ min: -3, max: 3 }), fc.double(), fc.constant(Number.NaN));
const lagMs = fc.integer({ min: -2000, max: 9000 });
const puts = fc.array(fc.record({ line: fc.constantFrom(...LINES), value, lagMs, ends: fc.constantFrom(false, false, false, true) }), {
  maxLength: 6,
});
const step = fc.record({
  kind: fc.constantFrom('scrape', 'scrape', 'scrape', 'scrape', 'scrape', 'scrape', 'close', 'sweep', 'ask'),
  target: fc.nat(TARGETS.length - 1),
  waitMs: fc.constantFrom(0, 0.5, 200, 1000, 1000, 5000, 20_000),
  puts,
  fromShare: fc.double({ min: 0, max: 1, noNaN: true }),
  toShare: fc.double({ min: 0, max: 1, noNaN: true }),
});

class World {
  readonly store: SampleStore = storeWith();
  readonly pairs: Pair[] = TARGETS.map((id) => ({ id, writer: openTarget(this.store, id), naive: new NaiveTarget() }));
  nowMs = 1_000_000;

  scrape({ id, writer, naive }: Pair, said: typeof puts extends fc.Arbitrary<infer T> ? T : never): void {
    writer.begin(this.nowMs);
    naive.begin(this.nowMs);
    this.nowMs = Math.max(this.nowMs, naive.slotMs);
    for (const { line, value: number, lagMs, ends } of said) {
      const row = this.rowOf({ id, writer, naive }, line);
      writer.putStamped(row.id, this.nowMs - lagMs, number);
      naive.put(row, this.nowMs - lagMs, number);
      if (!ends) continue;
      writer.end(row.id, this.nowMs - lagMs / 2);
      naive.end(row, this.nowMs - lagMs / 2);
    }
  }

  rowOf({ writer, naive }: Pair, name: string): NaiveRow {
    const ownTime = name.startsWith('own');
    const id = writer.row(labelsOf({ __name__: name }), { ownTime, clash: 'rename' }) ?? -1;
    const row = naive.rows.get(name) ?? { id, name, ownTime, samples: [], ends: [], lastMs: naive.slotMs };
    naive.rows.set(name, row);
    expect(id).toBe(row.id);
    return row;
  }

  close(pair: Pair): void {
    pair.writer.close(this.nowMs);
    pair.naive.close(this.nowMs);
    this.nowMs = Math.max(this.nowMs, pair.naive.slotMs);
  }

  reopen(pair: Pair): void {
    pair.writer = openTarget(this.store, pair.id);
    pair.naive.closedMs = Number.POSITIVE_INFINITY;
  }

  sweep(): void {
    const freed = this.store.sweep(this.nowMs).map(({ targetId, row }) => `${targetId}/${row}`);
    const expected = this.pairs.flatMap(({ id, naive }) => naive.sweep(this.nowMs - RETENTION_MS).map((row) => `${id}/${row}`));
    expect(freed.sort()).toEqual(expected.sort());
  }

  /** Every row, over a range inside the retention. */
  ask(fromShare: number, toShare: number): void {
    const fromMs = this.nowMs - RETENTION_MS * fromShare;
    const toMs = this.nowMs - RETENTION_MS * fromShare * toShare + 3000;
    for (const { naive } of this.pairs) {
      for (const row of naive.rows.values()) {
        const samples = row.samples.filter(([timeMs]) => timeMs > fromMs && timeMs <= toMs);
        expect(samplesOf(this.store, row.id, { fromMs, toMs })).toEqual(samples);
        expect(newestOf(this.store, row.id, { fromMs, toMs })).toEqual(naive.newestOf(row, fromMs, toMs));
        this.#askOver({ naive, row }, { firstMs: fromMs + 4000, lastMs: toMs });
      }
    }
  }

  #askOver({ naive, row }: { naive: NaiveTarget; row: NaiveRow }, { firstMs, lastMs }: { firstMs: number; lastMs: number }): void {
    const instants = { firstMs, stepMs: Math.max(0, lastMs - firstMs) / 6, count: 7, lookbackMs: 4000 };
    const wanted = Array.from({ length: instants.count }, (_, at) => {
      const toMs = firstMs + at * instants.stepMs;
      return naive.newestOf(row, toMs - instants.lookbackMs, toMs);
    });
    expect(newestOver(this.store, row.id, instants)).toEqual(wanted);
  }

  askSelections(): void {
    const rows = this.pairs.flatMap(({ id, naive }) => [...naive.rows.values()].map((row) => ({ target: id, ...row })));
    const idsWhere = (holds: (row: (typeof rows)[number]) => boolean): number[] =>
      rows
        .filter(holds)
        .map((row) => row.id)
        .sort((p, q) => p - q);
    expect([...this.store.select([])]).toEqual(idsWhere(() => true));
    for (const name of LINES)
      expect([...this.store.select([matcher('__name__', '=', name)])]).toEqual(idsWhere((row) => row.name === name));
    for (const id of TARGETS) expect([...this.store.select([matcher('instance', '!=', id)])]).toEqual(idsWhere((row) => row.target !== id));
  }
}

it('agrees with the naive store', () => {
  fc.assert(
    fc.property(fc.array(step, { minLength: 40, maxLength: 240, size: 'max' }), (steps) => {
      const world = new World();
      for (const { kind, target, waitMs, puts: said, fromShare, toShare } of steps) {
        world.nowMs += waitMs;
        const pair = world.pairs[target];
        if (pair === undefined) continue;
        const isClosed = pair.naive.closedMs <= world.nowMs;
        if (kind === 'sweep') world.sweep();
        else if (kind === 'ask') world.ask(fromShare, toShare);
        else if (kind === 'close' && !isClosed) world.close(pair);
        else {
          if (isClosed) world.reopen(pair);
          world.scrape(pair, said);
        }
      }
      world.ask(1, 0);
      world.askSelections();
    }),
    { numRuns: 60 },
  );
});
