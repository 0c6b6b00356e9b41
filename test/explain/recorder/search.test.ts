// What is found of recorded answers.
import { expect, it } from 'vitest';
import type { AnswerSearch } from '../../../src/explain/recorder/search.ts';
import { asked, external, failure, pods, recording, START_MS, value } from './rig.ts';

const { recorder, tell } = recording();
tell(0, value(1));
tell(5, value(10), { asked: external('model=a', { metric: 'triton_INFLIGHT_requests' }) });
tell(10, value(100), { asked: pods('app=triton') });
tell(15, value(2));
tell(20, value(2), { user: 'somebody' });
tell(30, value(2));
tell(40, failure('gone'));
tell(45, value(5), { asked: asked({ namespace: 'other' }) });
tell(50, value(7), { asked: asked({ metric: 'm' }) });

function found(search: Partial<AnswerSearch>): string[] {
  return recorder
    .find({ limit: 100, ...search })
    .runs.map(({ firstMs, said }) => `${(firstMs - START_MS) / 1000}: ${said.kind === 'value' ? said.value : said.kind}`);
}

const at = (seconds: number): number => START_MS + seconds * 1000;

it.each<{ search: Partial<AnswerSearch>; answers: string[] }>([
  { search: {}, answers: ['50: 7', '45: 5', '40: failure', '20: 2', '15: 2', '10: 100', '5: 10', '0: 1'] },
  { search: { metric: 'm' }, answers: ['50: 7'] },
  { search: { metric: 'M' }, answers: [] },
  { search: { metric: 'triton_inflight_requests', fromMs: at(5), toMs: at(10) }, answers: ['10: 100', '5: 10'] },
  { search: { namespace: 'other' }, answers: ['45: 5'] },
  { search: { object: 'pods/*' }, answers: ['10: 100'] },
  { search: { object: 'deployments.apps/triton', namespace: 'demo', metric: 'm' }, answers: ['50: 7'] },
  { search: { object: 'deployments/triton' }, answers: [] },
  { search: { fromMs: at(30) }, answers: ['50: 7', '45: 5', '40: failure', '15: 2'] },
  { search: { fromMs: at(30) + 1 }, answers: ['50: 7', '45: 5', '40: failure'] },
  { search: { toMs: at(15) }, answers: ['15: 2', '10: 100', '5: 10', '0: 1'] },
  { search: { fromMs: at(16), toMs: at(29) }, answers: ['20: 2', '15: 2'] },
  { search: { atMs: at(-1) }, answers: [] },
  { search: { atMs: at(14) }, answers: ['10: 100', '5: 10', '0: 1'] },
  { search: { atMs: at(33), object: 'deployments.apps/triton' }, answers: ['20: 2', '15: 2'] },
  { search: { atMs: at(1e6), namespace: 'demo' }, answers: ['50: 7', '40: failure', '20: 2', '10: 100', '5: 10'] },
])('finds for $search', ({ search, answers }) => {
  expect(found(search)).toEqual(answers);
});

it('says when there are more than the limit', () => {
  expect(recorder.find({ limit: 2 })).toMatchObject({ runs: [{}, {}], isCut: true });
  expect(recorder.find({ limit: 8 })).toMatchObject({ isCut: false });
  expect(recorder.find({ metric: 'm', limit: 1 })).toMatchObject({ isCut: false });
  expect(recorder.find({ atMs: at(1e6), limit: 5 })).toMatchObject({ isCut: true });
  expect(recorder.find({ atMs: at(1e6), limit: 6 })).toMatchObject({ isCut: false });
});
