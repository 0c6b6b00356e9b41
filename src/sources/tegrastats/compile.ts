// A line about a Jetson becomes its canonical writes: of the machine, and of its one GPU.
import { METRIC_NAME } from '../../model/labels.ts';
import type { Line, RowWrite } from '../../model/line.ts';
import type { Target } from '../../model/target.ts';
import { meaningOf } from '../canonical.ts';
import { canonicalWrites } from '../canonical-row.ts';
import { machineWrites } from '../machine.ts';

/** A Jetson has one GPU, whatever parts of it are said one by one: of these the largest number counts. */
const GPU = '0';

export function compileTegrastats(line: Line, target: Target): readonly RowWrite[] {
  return [...machineWrites(line), ...gpuWrites(line, target)];
}

function gpuWrites({ labels }: Line, target: Target): readonly RowWrite[] {
  const meaning = meaningOf(labels.get(METRIC_NAME) ?? '');
  const zone = labels.get('zone')?.toLowerCase() ?? 'gpu';
  if (meaning?.generation !== 'tegrastats' || zone !== 'gpu') return [];
  return canonicalWrites({ meaning, gpu: { gpu: GPU }, source: 'tegrastats', target });
}
