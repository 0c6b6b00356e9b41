// The report of a run: what was started, what each test found, and which tests passed.
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { arch, cpus, platform, release, totalmem } from 'node:os';
import { join } from 'node:path';
import * as z from 'zod';
import { isFull, partsFolder, type Run } from '../run-folder.ts';
import { table } from './figures.ts';
import { type Part, partSchema } from './part.ts';

const vitestSchema = z.object({
  testResults: z.array(
    z.object({
      name: z.string(),
      status: z.string(),
      message: z.string().default(''),
      assertionResults: z.array(
        z.object({
          ancestorTitles: z.array(z.string()),
          title: z.string(),
          status: z.string(),
          duration: z.number().nullish(),
          failureMessages: z.array(z.string()).nullish(),
        }),
      ),
    }),
  ),
});
type Results = z.infer<typeof vitestSchema>;

export interface ReportSpec {
  readonly run: Run;
  /** Where the programs are from, and what they say of their versions. */
  readonly origin: string;
  readonly versions: readonly (readonly [string, string])[];
  /** What vitest wrote; it may be missing when it was interrupted. */
  readonly resultsFile: string;
  readonly startedAt: Date;
  readonly seconds: number;
}

/** Writes the report into the run's folder; returns its path. */
export async function writeReport(spec: ReportSpec): Promise<string> {
  const results = await readResults(spec.resultsFile);
  const parts = await readParts(spec.run);
  const file = join(spec.run.folder, 'report.md');
  await writeFile(
    file,
    [head(spec, results), ...parts.map(({ title, text }) => `## ${title}\n\n${text.trim()}\n`), tests(results)].join('\n'),
  );
  return file;
}

function head({ origin, versions, startedAt, seconds }: ReportSpec, results: Results | undefined): string {
  const all = results?.testResults.flatMap(({ assertionResults }) => assertionResults) ?? [];
  const count = (status: string): number => all.filter((test) => test.status === status).length;
  const form = isFull() ? 'the whole' : 'the short form (E2E_FULL=1 is the whole)';
  const verdict =
    results === undefined
      ? 'interrupted'
      : `${count('passed')} passed, ${count('failed')} failed, ${count('skipped') + count('pending')} skipped`;
  return [
    '# Plimsoll against a real control plane\n',
    `${startedAt.toISOString()}, ${Math.round(seconds)} s, ${form}: **${verdict}**.\n`,
    'Everything ran on loopback. etcd, kube-apiserver (with its aggregator, RBAC and service account tokens), kube-controller-manager (with the HPA controller)',
    'and kubectl are the real programs; kubelets and Tritons are simulated, each pod on an address of its own.\n',
    table(['what', 'version'], [...versions, ['programs from', origin], ['machine', machine()]]),
  ].join('\n');
}

function machine(): string {
  const [first] = cpus();
  return `${cpus().length} × ${first?.model ?? 'CPU'}, ${Math.round(totalmem() / 2 ** 30)} GiB, ${platform()} ${release()} ${arch()}`;
}

function tests(results: Results | undefined): string {
  if (results === undefined) return '## Tests\n\nThere are no results: the run was interrupted.\n';
  const rows = results.testResults.flatMap(({ assertionResults }) =>
    assertionResults.map(({ ancestorTitles, title, status, duration }) => [
      [...ancestorTitles, title].join(' › '),
      status,
      duration === null || duration === undefined ? '' : (duration / 1000).toFixed(1),
    ]),
  );
  const failures = results.testResults.flatMap(({ name, message, assertionResults }) => [
    ...(message === '' || assertionResults.length > 0 ? [] : [`### ${name.split('/').at(-1)}\n\n${fenced(message)}`]),
    ...assertionResults.flatMap(({ title, failureMessages }) => (failureMessages ?? []).map((text) => `### ${title}\n\n${fenced(text)}`)),
  ]);
  return `## Tests\n${table(['test', 'result', 'seconds'], rows)}${failures.length === 0 ? '' : `\n## Failures\n\n${failures.join('\n')}`}`;
}

function fenced(text: string): string {
  return `\`\`\`\n${text.slice(0, 4000).replaceAll('```', "'''")}\n\`\`\`\n`;
}

async function readResults(file: string): Promise<Results | undefined> {
  const text = await readFile(file, 'utf8').catch(() => undefined);
  return text === undefined ? undefined : vitestSchema.parse(JSON.parse(text));
}

async function readParts(run: Run): Promise<readonly Part[]> {
  const folder = partsFolder(run);
  const names = await readdir(folder).catch(() => []);
  const parts = await Promise.all(names.map(async (name) => partSchema.parse(JSON.parse(await readFile(join(folder, name), 'utf8')))));
  return parts.toSorted((one, other) => one.key.localeCompare(other.key, 'en', { numeric: true }));
}
