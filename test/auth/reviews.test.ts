// Reviews by an API server that is slow, overloaded, broken, gone or says no.
import { describe, expect, it } from 'vitest';
import { ReviewFailed } from '../../src/auth/reviews.ts';
import type { KubeAnswer } from '../../src/lib/kube/client.ts';
import { answer, reviewed, type Script, silent, status, unreachable } from './support/api-server.ts';
import { worldOf } from './support/world.ts';

const FAILED = new ReviewFailed('the API server did not answer tokenreviews; the log of Plimsoll says why');

/** What becomes of a review, and after how much time. */
async function outcome(script: Script) {
  const world = worldOf(script);
  let afterMs = Number.NaN;
  const settled = world.reviews.review('tokenreviews', { token: 't' }).then(
    (value) => ({ value }),
    (error: unknown) => ({ error }),
  );
  const noted = settled.then((result) => {
    afterMs = world.clock.nowMs();
    return result;
  });
  await world.clock.advance(60_000);
  return { ...world, result: await noted, afterMs };
}

/** Each answer in turn, the last one for ever. */
function inTurn(...answers: readonly (() => KubeAnswer)[]): Script {
  let asked = 0;
  return () => {
    asked += 1;
    return (answers[asked - 1] ?? answers.at(-1) ?? unreachable)();
  };
}

it.each([
  ['tokenreviews', '/apis/authentication.k8s.io/v1/tokenreviews', 'authentication.k8s.io/v1', 'TokenReview'],
  ['subjectaccessreviews', '/apis/authorization.k8s.io/v1/subjectaccessreviews', 'authorization.k8s.io/v1', 'SubjectAccessReview'],
] as const)('asks for %s', async (kind, path, apiVersion, objectKind) => {
  const { server, reviews, clock } = worldOf(() => reviewed({ it: 'is' }));
  expect(await reviews.review(kind, { some: 'spec' })).toEqual({ it: 'is' });
  await clock.advance(20_000);
  expect(server.asked[0]?.signal.aborted).toBe(false);
  expect(server.asked).toMatchObject([{ method: 'POST', path, body: { apiVersion, kind: objectKind, spec: { some: 'spec' } } }]);
});

describe('asks again', () => {
  it.each<[string, () => KubeAnswer]>([
    ['when it was not answered', unreachable],
    ['when there were too many requests', () => status(429, 'slow down')],
    ['when the API server failed', () => status(503, 'starting')],
  ])('%s', async (_, failing) => {
    const { result, afterMs, server, lines } = await outcome(inTurn(failing, failing, () => reviewed({ it: 'is' })));
    expect(result).toEqual({ value: { it: 'is' } });
    expect(server.asked).toHaveLength(3);
    expect(afterMs).toBe(500 + 750);
    expect(lines).toEqual([]);
  });

  it('four times, each pause half as long again', async () => {
    const { result, afterMs, server } = await outcome(unreachable);
    expect(result).toEqual({ error: FAILED });
    expect(server.asked).toHaveLength(5);
    expect(afterMs).toBe(500 + 750 + 1125 + 1687.5);
  });
});

describe('gives up', () => {
  it.each([
    ['at a refusal', 401, () => status(401, 'who are you'), 'the API server answered 401: who are you'],
    [
      'at a missing right, which it names',
      403,
      () => status(403, 'cannot create'),
      'the API server answered 403: cannot create; bind the ClusterRole system:auth-delegator, which may create tokenreviews, to the service account of Plimsoll',
    ],
    ['at an answer without words', 404, () => answer(404, undefined), 'the API server answered 404'],
    ['at an answer that is no review', 201, () => answer(201, { kind: 'Pod' }), 'the answer is no review'],
  ])('%s', async (_, _code, script, why) => {
    const { result, afterMs, server, lines } = await outcome(script);
    expect(result).toEqual({ error: FAILED });
    expect([server.asked.length, afterMs]).toEqual([1, 0]);
    expect(lines.map(({ said, fields }) => [said, fields['why']])).toEqual([
      ['error reviews by the API server fail; requests that need them are refused', why],
    ]);
  });

  it('after ten seconds in all', async () => {
    const { result, afterMs, lines } = await outcome(silent);
    expect(result).toEqual({ error: FAILED });
    expect(afterMs).toBe(10_000);
    expect(lines[0]?.fields['why']).toBe('no answer within 10 s: cannot ask https://cluster: given up');
  });

  it('in the middle of a pause', async () => {
    const world = worldOf(unreachable);
    const late: Script = async () => {
      await world.clock.sleep(9_800);
      return unreachable();
    };
    world.server.script = late;
    const settled = world.reviews.review('tokenreviews', {}).then(
      () => undefined,
      () => world.clock.nowMs(),
    );
    await world.clock.advance(60_000);
    expect([await settled, world.server.asked.length]).toEqual([10_000, 1]);
  });

  it('lets a mistake of ours through', async () => {
    const { result } = await outcome(() => {
      throw new TypeError('BUG');
    });
    expect(result).toEqual({ error: new TypeError('BUG') });
  });
});

describe('tells of faults', () => {
  it('once while they are the same, and when they are over', async () => {
    const { server, reviews, lines, clock } = worldOf(() => status(403, 'no'));
    const ask = async () => {
      const asked = reviews.review('subjectaccessreviews', {}).catch(() => {});
      await clock.advance(20_000);
      await asked;
    };
    await ask();
    await ask();
    server.script = unreachable;
    await ask();
    server.script = () => reviewed({});
    await ask();
    await ask();
    expect(lines.map(({ said }) => said)).toEqual([
      'error reviews by the API server fail; requests that need them are refused',
      'error reviews by the API server fail; requests that need them are refused',
      'info reviews by the API server work again',
    ]);
  });

  it('counts', async () => {
    const { values } = await outcome(() => status(403, 'no'));
    expect(values.get('plimsoll_authorization_review_seconds{tokenreviews,failed}')).toBe(1);
    const well = await outcome(() => reviewed({}));
    expect(well.values.get('plimsoll_authorization_review_seconds{tokenreviews,success}')).toBe(1);
  });

  it('never says the token', async () => {
    const { result, lines } = await outcome((request) => status(400, `bad request ${JSON.stringify(request.path)}`));
    expect(JSON.stringify([result, lines])).not.toContain('"t"');
  });
});
