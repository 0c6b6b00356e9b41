import { expect, it } from 'vitest';
import { selects } from '../../src/model/label-selector.ts';
import { labelsOf } from '../../src/model/labels.ts';
import { LabelSelectorError, parseLabelSelector } from '../../src/model/parse-label-selector.ts';

// The grammar has its tables at the query parameters (test/metrics-api/selector.test.ts); this is what others get of it.

it.each([
  { text: '', labels: {}, selected: true },
  { text: 'app=triton', labels: { app: 'triton' }, selected: true },
  { text: 'app=triton', labels: {}, selected: false },
  { text: 'app!=triton', labels: {}, selected: true },
  { text: 'app in (a,b),!canary', labels: { app: 'b' }, selected: true },
  { text: 'app in (a,b),!canary', labels: { app: 'b', canary: '' }, selected: false },
])('$text selects $labels: $selected', ({ text, labels, selected }) => {
  expect(selects(parseLabelSelector(text), labelsOf(labels))).toBe(selected);
});

it('says what is wrong, and where', () => {
  expect(() => parseLabelSelector('app=triton,')).toThrow(new LabelSelectorError('expected a label key, got the end', 12));
});
