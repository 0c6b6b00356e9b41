// Expressions that were once answered in another way than Prometheus does, against what it says: found by `npm run test:e2e:promql`.
import { describe, expect, it } from 'vitest';
import { answerDifference } from '../e2e/promql/answer-difference.ts';
import { embeddedOver } from '../e2e/promql/embedded.ts';
import { readRegressions } from '../e2e/promql/regressions.ts';

describe('a question once answered otherwise', () => {
  it.each(readRegressions())('%s', async (_, { question, data, answer }) => {
    expect(answerDifference(question, await embeddedOver(data).ask(question), answer)).toBeUndefined();
  });
});
