// plimsoll rules: what Plimsoll derives, as recording rules for a Prometheus that has the raw series.
import { recordingRules } from '../app/recording-rules.ts';
import { settingsOf, settingsOfFile } from '../app/settings.ts';
import { parseDurationMs } from '../lib/duration.ts';
import { quote } from '../lib/quote.ts';
import { type Command, type CommandIo, usageError } from './command.ts';
import { version } from './version.ts';
import { type FlagSpec, parseWords } from './words.ts';

const FLAGS: readonly FlagSpec[] = [
  { flag: 'group', type: 'string' },
  { flag: 'scrape-interval', type: 'string' },
  { flag: 'window', type: 'string' },
  { flag: 'config', type: 'string' },
];

const GROUP = 'plimsoll';
const INTERVAL = '15s';
/** Names of groups are texts of any length; a longer one is a mistake. */
const LONGEST_GROUP = 200;

export const rules: Command = {
  name: 'rules',
  summary: 'print recording rules for a Prometheus that has the raw series',
  help: `plimsoll rules: print recording rules for a Prometheus that has the raw series

Usage: plimsoll rules [OPTIONS]

Canonical series, facts and signals (plimsoll_...) as one group of Prometheus's recording rules, in YAML. What a rule
cannot say is a comment with the reason. Ranges are right for the interval at which that Prometheus scrapes.

Options:
  --group NAME                        name of the group of rules (default: ${GROUP})
  --scrape-interval DURATION          how often that Prometheus scrapes, and evaluates the rules (default: ${INTERVAL})
  --window DURATION                   range of rates (default: the larger of 60s and 4 scrape intervals)
  --config FILE                       configuration whose models say kinds, instances and batch sizes
  --help                              this text

Example: plimsoll rules --scrape-interval 30s > plimsoll.rules.yml && promtool check rules plimsoll.rules.yml
`,
  run,
};

async function run(args: readonly string[], io: CommandIo): Promise<number> {
  const { positionals, values } = parseWords('rules', args, FLAGS);
  const [extra] = positionals;
  if (extra !== undefined) throw usageError('rules', `it takes no argument, got ${quote(extra)}`);
  const { group = GROUP, config: file, window } = values;
  if (typeof group !== 'string' || group.trim() === '' || group.length > LONGEST_GROUP)
    throw usageError('rules', `--group is ${quote(String(group))}; expected a name of at most ${LONGEST_GROUP} characters`);
  const intervalMs = durationOf('scrape-interval', values['scrape-interval'] ?? INTERVAL);
  const windowMs = window === undefined ? undefined : durationOf('window', window);
  if (windowMs !== undefined && windowMs < 2 * intervalMs)
    throw usageError(
      'rules',
      `--window is ${quote(String(window))}, in which there are no two scrapes for a rate; make it at least twice --scrape-interval`,
    );
  const settings = typeof file === 'string' ? await settingsOfFile(file, []) : settingsOf('the command line', []);
  io.stdout(recordingRules({ version, group, intervalMs, windowMs, models: settings.config.models }));
  return 0;
}

function durationOf(flag: string, text: string | boolean): number {
  const ms = typeof text === 'string' ? parseDurationMs(text) : undefined;
  if (ms === undefined || ms <= 0)
    throw usageError('rules', `--${flag} is ${quote(String(text))}; expected a duration above zero such as 15s or 1m30s`);
  return ms;
}
