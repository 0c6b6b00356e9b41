// Puts every scraped peer to every fault at once.
import { runPlimsoll } from '../app/support/server.ts';
import { NO_FAULT } from './fault-proxy.ts';
import { createAsker } from './looks.ts';
import { goThrough, type Phases } from './phases.ts';
import { openScraped } from './scraped.ts';
import type { Timing } from './timing.ts';
import { type Watched, watch } from './watch.ts';

export interface Run {
  readonly watched: readonly Watched[];
  readonly phases: Phases;
  readonly timing: Timing;
}

export async function runScraped(timing: Timing): Promise<Run> {
  await using world = await openScraped(timing);
  const { cases, settings } = world;
  const plimsoll = await runPlimsoll(settings);
  const asker = createAsker();
  const watcher = watch({ url: plimsoll.server.metricsApiUrl, cases, asker, timing });
  try {
    await watcher.whole();
    const phases = await goThrough(timing, {
      strike: async () => {
        await Promise.all(cases.map(({ proxy, fault, middle }) => proxy.use(fault.fault(timing, middle))));
      },
      heal: async () => {
        await Promise.all(cases.map(({ proxy }) => proxy.use(NO_FAULT)));
      },
    });
    return { watched: watcher.watched, phases, timing };
  } finally {
    await watcher.stop();
    await asker.close();
    await plimsoll.stop();
  }
}
