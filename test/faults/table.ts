// What was served under each fault, second by second, as a table in Markdown for each peer.
import { machine } from '../soak/report.ts';
import { FAULTS } from './faults.ts';
import type { Run } from './run-faults.ts';
import { timelineOf } from './timeline.ts';
import { seenAfterMs } from './verdict.ts';
import type { Watched } from './watch.ts';

const SECOND_MS = 1000;

export function tablesOf(run: Run): string {
  const { intervalMs, timeoutMs, windowMs, faultMs } = run.timing;
  const kinds = new Map<string, Watched[]>();
  for (const one of run.watched) {
    const kind = `${one.about.peer}: \`${one.about.signal}\``;
    kinds.set(kind, [...(kinds.get(kind) ?? []), one]);
  }
  const intro = [
    `Each column is a second: before the fault, while it lasts (${faultMs / 1000} s), after it. Scrapes every ${intervalMs / 1000} s with a time-out of ${timeoutMs / 1000} s, rates over ${windowMs / 1000} s; ${machine()}.`,
    '`●` the right number, `○` none and a reason, `◐` both within the second, `↓` a rate that is too low by more than 5 %, `✗` a wrong number, blank where nobody asked.',
  ];
  return [...intro, ...[...kinds].map(([kind, watched]) => tableOf(kind, { watched, run }))].join('\n\n');
}

function tableOf(kind: string, { watched, run }: { readonly watched: readonly Watched[]; readonly run: Run }): string {
  const rows = FAULTS.flatMap(({ name, title }) =>
    watched.filter(({ about }) => about.fault.name === name).map((one) => rowOf(title, { one, run })),
  );
  return [`#### ${kind}`, '', '| the peer | served | why not |', '|---|---|---|', ...rows].join('\n');
}

function rowOf(title: string, { one, run }: { readonly one: Watched; readonly run: Run }): string {
  const { before, during, after } = timelineOf(one, run.phases, SECOND_MS);
  const { afterMs, toldMs } = run.timing;
  const told = after.slice(0, Math.round((one.about.rate === undefined ? toldMs : afterMs) / SECOND_MS));
  const seenMs = one.about.expected === 'comes' ? seenAfterMs(one, run) : undefined;
  const seen = seenMs === undefined ? '' : ` seen after ${(seenMs / 1000).toFixed(1)} s`;
  return `| ${title} | \`${before}\`│\`${during}\`│\`${told}\`${seen} | ${whyOf(one, run)} |`;
}

const MOST_SHOWN = 160;

/** What was said most often while the fault lasted, without the numbers that differ from run to run. */
function whyOf({ looks }: Watched, { phases }: Run): string {
  const counts = new Map<string, number>();
  for (const look of looks) {
    if (look.kind !== 'absent' || look.askedMs < phases.faultMs || look.askedMs > phases.overMs) continue;
    const why = look.why
      .replaceAll(/127\.0\.0\.1:\d+/g, 'it')
      .replaceAll(/\d+ s ago/g, 'n s ago')
      .replaceAll('|', '\\|');
    counts.set(why, (counts.get(why) ?? 0) + 1);
  }
  const [most = ['']] = [...counts].toSorted((one, other) => other[1] - one[1]);
  return most[0].length > MOST_SHOWN ? `${most[0].slice(0, MOST_SHOWN)}…` : most[0];
}
