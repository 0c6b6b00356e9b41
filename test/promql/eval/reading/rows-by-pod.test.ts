// The rows of some pods, and of no others.
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { RowsByPod } from '../../../../src/promql/eval/reading/rows-by-pod.ts';
import { load } from '../../support/load.ts';

const part = fc.constantFrom('a', 'b', 'ab', '');

it('finds for each pod asked about the rows that name it, in that order', () => {
  const pods = fc.array(fc.record({ namespace: part, name: part }), { maxLength: 12 });
  fc.assert(
    fc.property(pods, pods, (said, asked) => {
      const source = load(1000, said.map(({ namespace, name }, at) => `m{namespace="${namespace}",pod="${name}",at="${at}"} 1`).join('\n'));
      const rows = source.select([]);
      const expected = asked.flatMap(({ namespace, name }) =>
        [...rows].filter((row) => {
          const pod = said[row];
          return namespace !== '' && name !== '' && pod?.namespace === namespace && pod.name === name;
        }),
      );
      expect([...new RowsByPod(rows, source).rowsOf(asked)]).toEqual(expected);
    }),
  );
});

it('knows no pod whose name nobody says', () => {
  const source = load(1000, 'm{namespace="n"} 1');
  expect([...new RowsByPod(source.select([]), source).rowsOf([{ namespace: 'n', name: 'gone' }])]).toEqual([]);
});
