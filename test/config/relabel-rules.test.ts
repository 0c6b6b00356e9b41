// Rules that Prometheus refuses are refused here too, each with all that is wrong with it.
import { describe, expect, it } from 'vitest';
import { relabelProblems } from '../../src/config/relabel-rules.ts';
import { configSchema } from '../../src/config/schema.ts';

function problemsOf(...rules: readonly object[]): string[] {
  const [job] = configSchema.parse({ scrape_configs: [{ job_name: 'a', relabel_configs: rules }] }).scrape_configs;
  return relabelProblems(job?.relabel_configs ?? [], 'rules').map(({ path, message }) => `${path}: ${message}`);
}

const UNUSED = ['separator', 'regex', 'modulus', 'replacement'];
const WRITTEN = { source_labels: ['b'], separator: '', regex: 'x', modulus: 3, target_label: 'a', replacement: '$2' };

describe('a rule that says what its action needs', () => {
  it.each([
    { target_label: 'a' },
    { target_label: '__address__', replacement: 'b:1' },
    { target_label: 'l_$1_${2}$name', source_labels: ['a'], regex: '(?P<name>.)(.)' },
    { target_label: '$1', separator: '', modulus: 3 },
    { action: 'keep', source_labels: ['a'], regex: '' },
    { action: 'drop', source_labels: ['a'], target_label: 'of no use, and allowed' },
    { action: 'hashmod', source_labels: ['a'], target_label: 'b', modulus: 1 },
    { action: 'lowercase', source_labels: ['a'], target_label: 'b', separator: '-', regex: 'x', modulus: 2 },
    { action: 'uppercase', source_labels: ['a'], target_label: 'b' },
    { action: 'keepequal', source_labels: ['a'], target_label: 'b' },
    { action: 'dropequal', target_label: 'b' },
    { action: 'labelmap', regex: 'a_(.+)' },
    { action: 'labelmap', regex: '(.)(.)', replacement: '$2_${1}x' },
    { action: 'labeldrop', regex: 'a' },
    { action: 'labelkeep' },
  ])('%j is right', (rule) => {
    expect(problemsOf(rule)).toEqual([]);
  });
});

describe('a rule', () => {
  it.each(['replace', 'hashmod', 'lowercase', 'uppercase', 'keepequal', 'dropequal'])('of action %s needs a label', (action) => {
    const modulus = action === 'hashmod' ? { modulus: 2 } : {};
    expect(problemsOf({ action, ...modulus })).toEqual([`rules[0].target_label: missing; action ${action} needs it`]);
    expect(problemsOf({ action, ...modulus, target_label: 'a-b' })).toEqual(['rules[0].target_label: expected a label name, got "a-b"']);
    expect(problemsOf({ action, ...modulus, target_label: '' })).toEqual(['rules[0].target_label: expected a label name, got ""']);
  });

  it.each(['hashmod', 'lowercase', 'uppercase', 'keepequal', 'dropequal'])('of action %s has no groups in its label', (action) => {
    expect(problemsOf({ action, target_label: 'l_$1', ...(action === 'hashmod' && { modulus: 2 }) })).toEqual([
      'rules[0].target_label: expected a label name, got "l_$1"',
    ]);
  });

  it.each(['1$1', '$', 'a$', '${1', '${}', 'a b', '$1-', 'é'])('writes to %j in vain', (target_label) => {
    expect(problemsOf({ target_label })).toEqual([`rules[0].target_label: expected a label name, got "${target_label}"`]);
  });

  it('is judged in a moment, however long it is', () => {
    const long = `${'kubernetes_pod_$1'.repeat(2000)}-`;
    expect(problemsOf({ target_label: long })).toHaveLength(1);
    expect(problemsOf({ action: 'labelmap', replacement: long })).toHaveLength(1);
  });

  it('of action hashmod needs a modulus', () => {
    expect(problemsOf({ action: 'hashmod', target_label: 'a' })).toEqual(['rules[0].modulus: missing; action hashmod needs it']);
  });

  it('of action labelmap makes names', () => {
    expect(problemsOf({ action: 'labelmap', replacement: 'a.$1' })).toEqual([
      'rules[0].replacement: expected what makes a label name, such as $1, got "a.$1"',
    ]);
  });

  it.each([
    { action: 'lowercase', unused: ['replacement'] },
    { action: 'uppercase', unused: ['replacement'] },
    { action: 'keepequal', unused: UNUSED },
    { action: 'dropequal', unused: UNUSED },
    { action: 'labeldrop', unused: ['source_labels', 'separator', 'modulus', 'target_label', 'replacement'] },
    { action: 'labelkeep', unused: ['source_labels', 'separator', 'modulus', 'target_label', 'replacement'] },
  ])('of action $action does not say what it does not use', ({ action, unused }) => {
    expect(problemsOf({ action, ...WRITTEN })).toEqual(
      unused.map((field) => `rules[0].${field}: action ${action} does not use it; leave it out`),
    );
  });

  it('has an expression of RE2', () => {
    expect(problemsOf({ target_label: 'a' }, { action: 'keep', regex: '(' })[0]).toMatch(/^rules\[1\]\.regex: not an RE2 expression: /);
    expect(problemsOf({ action: 'keep', regex: '(?=a)' })).toHaveLength(1);
  });

  it('is told of with everything that is wrong', () => {
    expect(problemsOf({ action: 'hashmod', regex: '[' }).map((problem) => problem.split(':')[0])).toEqual([
      'rules[0].target_label',
      'rules[0].modulus',
      'rules[0].regex',
    ]);
  });
});
