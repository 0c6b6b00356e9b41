// Plimsoll itself: whether it reads its targets, how fresh and fast its answers are, and what goes wrong.
import { ANSWERS } from './plimsoll-itself/answers.ts';
import { OVERVIEW } from './plimsoll-itself/overview.ts';
import { PROCESS } from './plimsoll-itself/process.ts';
import { TARGETS } from './plimsoll-itself/targets.ts';
import type { DashboardSpec } from './spec.ts';

export const plimsollItself: DashboardSpec = {
  uid: 'plimsoll-itself',
  title: 'Plimsoll itself',
  description: 'Targets, scrape time, freshness, answers, faults and memory of Plimsoll.',
  guide: `**First:** *Targets that answer* and the table of those that do not. Everything else follows: a target that cannot be read makes its pods absent, and absent pods lower *coverage*.
Answers are fine while *Longest wait for the thread* stays far below a second.`,
  variables: [
    {
      name: 'instance',
      label: 'Plimsoll',
      description: 'A replica or shard, by the address at which it is read.',
      query: 'label_values(plimsoll_store_series, instance)',
    },
  ],
  sections: [OVERVIEW, TARGETS, ANSWERS, PROCESS],
};
