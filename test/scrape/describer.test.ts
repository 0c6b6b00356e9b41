// When a target's API is asked, on a virtual clock; what it is asked is the affair of its source.
import { describe, expect, it } from 'vitest';
import { VirtualClock } from '../../src/lib/virtual-clock.ts';
import type { DescribeRequest, DescribeResult, TargetDescription } from '../../src/model/description.ts';
import { Describer, type Subject } from '../../src/scrape/describer.ts';
import { targetOf } from './support/targets.ts';

const TARGET = targetOf('a', { apiUrl: 'http://a:8000' });
const subjectOf = (...models: readonly string[]): Subject => new Map(models.map((model) => [model, { model, version: '1' }]));
const descriptionOf = (model: string, serverReady = true): TargetDescription => ({
  serverReady,
  models: [],
  undescribed: [{ name: model, version: '1' }],
});
const described = (description: TargetDescription): DescribeResult => ({ kind: 'described', description, statistics: [] });
const failed: DescribeResult = { kind: 'failed', error: { failure: 'refused', message: 'refused' } };
const late: DescribeResult = { kind: 'failed', error: { failure: 'timeout', message: 'no answer' } };

function rig(answer: (request: DescribeRequest) => Promise<DescribeResult>) {
  const clock = new VirtualClock(1_000_000);
  const asked: string[] = [];
  const delivered: string[] = [];
  const bugs: unknown[] = [];
  const describer = new Describer({
    clock,
    ask: (request) => {
      asked.push(`${(clock.nowMs() - 1_000_000) / 1000} ${request.rereads ? 'all' : 'statistics'}`);
      return answer(request);
    },
    everyMs: () => 15_000,
    deliver: (_target, result, sentMs) => void delivered.push(`${(sentMs - 1_000_000) / 1000} ${result.kind}`),
    onBug: (_target, thrown) => void bugs.push(thrown),
  });
  return { clock, describer, asked, delivered, bugs };
}

/** A scrape every five seconds, `count` times. */
async function scrape(
  { clock, describer }: ReturnType<typeof rig>,
  { count, subject }: { count: number; subject: Subject },
): Promise<void> {
  for (let index = 0; index < count; index += 1) {
    describer.scraped(TARGET, subject);
    await clock.advance(5000);
  }
}

describe('what is asked when', () => {
  it('asks at once, for statistics every 15 s, and for everything every minute', async () => {
    const world = rig(async () => described(descriptionOf('m')));
    await scrape(world, { count: 16, subject: subjectOf('m') });
    expect(world.asked).toEqual(['0 all', '15 statistics', '30 statistics', '45 statistics', '60 all', '75 statistics']);
    expect(world.delivered).toHaveLength(6);
  });

  it('asks for everything when the target speaks of other models', async () => {
    const world = rig(async () =>
      described({
        ...descriptionOf('m'),
        undescribed: [
          { name: 'm', version: '1' },
          { name: 'n', version: '1' },
        ],
      }),
    );
    await scrape(world, { count: 2, subject: subjectOf('m') });
    await scrape(world, { count: 2, subject: subjectOf('m', 'n') });
    expect(world.asked).toEqual(['0 all', '10 all']);
  });

  it.each([
    { name: 'the server', description: descriptionOf('m', false) },
    { name: 'one of its models', description: descriptionOf('other') },
  ])('asks at every scrape while $name is not ready', async ({ description }) => {
    const world = rig(async () => described(description));
    await scrape(world, { count: 3, subject: subjectOf('m') });
    expect(world.asked).toEqual(['0 all', '5 statistics', '10 statistics']);
  });

  it('asks an API that is late again at once, but not for ever', async () => {
    const world = rig(async () => late);
    await scrape(world, { count: 9, subject: subjectOf('m') });
    expect(world.asked).toEqual(['0 all', '5 all', '10 all', '15 all', '20 all', '35 all']);
  });

  it('hands over the models that the target speaks of', async () => {
    const said: unknown[] = [];
    const world = rig(async (request) => {
      said.push(request.said);
      return failed;
    });
    await scrape(world, { count: 1, subject: subjectOf('m', 'n') });
    expect(said).toEqual([[...subjectOf('m', 'n').values()]]);
  });

  it('asks a port that is closed again after 15 s, for everything', async () => {
    const world = rig(async () => failed);
    await scrape(world, { count: 5, subject: subjectOf('m') });
    expect(world.asked).toEqual(['0 all', '15 all']);
    expect(world.delivered).toEqual(['0 failed', '15 failed']);
  });

  it('asks anew after the target was away', async () => {
    const world = rig(async () => described(descriptionOf('m')));
    const subject = subjectOf('m');
    await scrape(world, { count: 1, subject });
    world.describer.forget(TARGET);
    await scrape(world, { count: 1, subject });
    expect(world.asked).toEqual(['0 all', '5 all']);
  });
});

describe('an API that hangs', () => {
  const hang = ({ signal }: DescribeRequest): Promise<DescribeResult> =>
    new Promise((resolve) => signal.addEventListener('abort', () => resolve(failed), { once: true }));

  it('is given the time-out of the target, and asked once at a time', async () => {
    const world = rig(hang);
    const subject = subjectOf('m');
    world.describer.scraped(TARGET, subject);
    await world.clock.advance(2000);
    world.describer.scraped(TARGET, subject);
    expect([world.asked.length, world.delivered]).toEqual([1, []]);
    await world.clock.advance(600);
    expect(world.delivered).toEqual(['0 failed']);
  });

  it('says nothing after the target was forgotten', async () => {
    const world = rig(hang);
    world.describer.scraped(TARGET, subjectOf('m'));
    world.describer.forget(TARGET);
    await world.describer.idle();
    expect(world.delivered).toEqual([]);
  });
});

it('reports what the asking throws, and asks again', async () => {
  const world = rig(() => Promise.reject(new Error('oops')));
  await scrape(world, { count: 2, subject: subjectOf('m') });
  expect(world.bugs).toEqual([new Error('oops'), new Error('oops')]);
});
