// timestamp(): when a selector's samples were taken, in seconds.
import { floatAt } from '../../../lib/columns.ts';
import { withoutParentheses } from '../../syntax/ast.ts';
import { nameDropper } from '../labels/distinct.ts';
import { vectorArgument } from '../step.ts';
import type { FunctionBuild } from './call.ts';

/** Whatever is no selector has its values at the instant asked about. */
export const timestamp: FunctionBuild = (args, { node, settings }) => {
  const argument = vectorArgument(args, 0);
  const dropName = nameDropper(settings);
  const [first = node] = node.args;
  const isSelector = withoutParentheses(first).kind === 'selector';
  return {
    type: 'vector',
    run: (run) => {
      const vector = argument(run);
      const { values, newestMs } = vector;
      for (let at = 0; at < vector.list.size; at += 1) values[at] = (isSelector ? floatAt(newestMs, at) : run.timeMs) / 1000;
      return dropName(vector);
    },
  };
};
