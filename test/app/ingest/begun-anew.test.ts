// What is told of a scrape after others were missed: whether the target's counters went on.
import { describe, expect, it } from 'vitest';
import { createFeed, type Feed, INTERVAL_MS } from '../support/feed.ts';

const counter = (value: number, name = 'c'): string => `# TYPE ${name} counter\n${name} ${value}\n`;
const gauge = (value: number): string => `# TYPE g gauge\ng ${value}\n`;

async function beganAnew(feed: Feed, text: string): Promise<boolean | undefined> {
  const result = await feed.scrape(text);
  if (result?.kind !== 'ingested') throw new Error('it is not read');
  return result.beganAnew;
}

function feed(rest: Readonly<Record<string, unknown>> = {}): Feed {
  return createFeed([{ source: 'generic' }], rest);
}

describe('after missed scrapes', () => {
  it.each([
    { name: 'a counter that fell began anew', before: counter(7), after: counter(3), anew: true },
    { name: 'one of several is enough', before: counter(7) + counter(7, 'd'), after: counter(8) + counter(0, 'd'), anew: true },
    { name: 'a counter that grew went on', before: counter(7), after: counter(9), anew: false },
    { name: 'a counter that stood still went on', before: counter(7), after: counter(7), anew: false },
    { name: 'a gauge may fall', before: gauge(7), after: gauge(3), anew: false },
    { name: 'what has no type may be a gauge', before: 'x 7\n', after: 'x 3\n', anew: false },
    { name: 'a new series says nothing', before: gauge(7), after: gauge(7) + counter(3), anew: false },
    { name: 'a number that is none says nothing', before: gauge(1) + counter(7), after: gauge(1) + counter(Number.NaN), anew: false },
  ])('$name', async ({ before, after, anew }) => {
    const one = feed();
    await one.scrape(before);
    await one.scrape(undefined);
    expect(await beganAnew(one, after)).toBe(anew);
    expect(await beganAnew(one, counter(0))).toBe(false);
  });

  it('a row that was not said in the last good scrape tells nothing', async () => {
    const one = feed();
    await one.scrape(counter(7) + gauge(1));
    await one.scrape(gauge(1));
    await one.scrape(undefined);
    expect(await beganAnew(one, counter(3) + gauge(1))).toBe(false);
  });

  it('it does not matter why they were missed', async () => {
    const one = feed();
    await one.scrape(counter(7));
    await one.clock.advance(INTERVAL_MS / 2 + 1);
    expect(await beganAnew(one, counter(3))).toBe(true);
  });

  it.each([
    { said: 9, anew: false },
    { said: 7, anew: false },
    { said: 3, anew: true },
  ])('samples with times of their own are compared with the last: 7, then $said', async ({ said, anew }) => {
    const one = feed();
    await one.scrape(`# TYPE c counter\nc 7 ${one.clock.nowMs()}\n`);
    await one.scrape(undefined);
    expect(await beganAnew(one, `# TYPE c counter\nc ${said} ${one.clock.nowMs()}\n`)).toBe(anew);
  });

  it('nothing is known of before once it left the retention', async () => {
    const one = feed({ retention: '1m' });
    await one.scrape(counter(7));
    for (let scan = 0; scan < 14; scan += 1) await one.scrape(undefined);
    one.ingest.sweep();
    expect(await beganAnew(one, counter(9))).toBe(true);
  });
});

it('says nothing of scrapes in time, nor of the first', async () => {
  const one = feed();
  expect(await beganAnew(one, counter(7))).toBe(false);
  expect(await beganAnew(one, counter(3))).toBe(false);
});

it('counts intervals as they are by now', async () => {
  const one = feed();
  const [target] = one.targets;
  if (target === undefined) throw new Error('no target');
  await one.scrape(counter(7));
  await one.clock.advance(3 * INTERVAL_MS);
  const result = await one.scrape(counter(3), { ...target, intervalMs: 4 * INTERVAL_MS });
  expect(result).toMatchObject({ beganAnew: false });
});
