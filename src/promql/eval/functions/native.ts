// Functions of native histograms, which do not exist here: of floats they make nothing, as in Prometheus.
import { listOfLabels } from '../labels/series-list.ts';
import { vectorArgument } from '../step.ts';
import type { FunctionBuild } from './call.ts';

export const ofNativeHistograms: FunctionBuild = (args, { settings }) => {
  const argument = vectorArgument(args, 0);
  const list = listOfLabels([], settings.texts);
  return {
    type: 'vector',
    run: (run) => {
      // Evaluated for what it has to say.
      argument(run);
      return { list, values: new Float64Array(), newestMs: new Float64Array() };
    },
  };
};
