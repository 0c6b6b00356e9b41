// A Triton line about a GPU or the host becomes its canonical write; what it says of models is used as it is said.
import { METRIC_NAME } from '../../model/labels.ts';
import type { Line, RowWrite } from '../../model/line.ts';
import type { Target } from '../../model/target.ts';
import { meaningOf } from '../canonical.ts';
import { canonicalWrites } from '../canonical-row.ts';
import { hostWrites } from './host.ts';

export function compileTriton(line: Line, target: Target): readonly RowWrite[] {
  const meaning = meaningOf(line.labels.get(METRIC_NAME) ?? '');
  if (meaning?.generation !== 'triton') return hostWrites(line);
  return canonicalWrites({ meaning, gpu: { uuid: line.labels.get('gpu_uuid') }, source: 'triton', target });
}
