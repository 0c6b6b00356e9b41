// npm run test:e2e: finds or builds a control plane, runs the test files against it, and writes a report.
// E2E_FULL=1 is the whole; PLIMSOLL_KUBERNETES=v1.30.14 takes another release; words after `--` go to vitest: `npm run test:e2e -- faults`.
// Ends with 0, with 1 when a test failed, with 2 when the machine lacks something; a download that was refused skips it all, aloud.
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdir } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { findPrograms, type Programs } from './control-plane/programs.ts';
import { findCrds } from './crds.ts';
import { ownNetwork } from './network.ts';
import { writeReport } from './report/report.ts';
import { environmentOf, type Run } from './run-folder.ts';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
const CONFIG = 'test/e2e/kubernetes/vitest.config.ts';

async function main(): Promise<number> {
  const found = await findPrograms({ env: process.env, progress: say });
  if (found.kind === 'missing') {
    say(found.why);
    return 2;
  }
  if (found.kind === 'refused') {
    say(`skipped: ${found.why}`);
    return 0;
  }
  const startedAt = new Date();
  const network = ownNetwork();
  if (network === undefined)
    say(`skipped: what needs Services, as no network namespace can be made here; \`unshare\` and \`ip\` do it as root`);
  const folder = join(reportFolder(), startedAt.toISOString().replaceAll(':', '-'));
  const run: Run = { programs: found.programs, folder, hasOwnNetwork: network !== undefined, crds: await findCrds(process.env) };
  await mkdir(run.folder, { recursive: true });
  say(`logs and the report go to ${run.folder}`);
  const resultsFile = join(run.folder, 'tests.json');
  const code = await runTests(run, { resultsFile, prefix: network ?? [] });
  const report = await writeReport({
    run,
    origin: found.origin,
    versions: versionsOf(found.programs),
    resultsFile,
    startedAt,
    seconds: (Date.now() - startedAt.getTime()) / 1000,
  });
  say(`report: ${report}`);
  return code;
}

/** $PLIMSOLL_REPORT, else a folder of the system's for temporary files. */
function reportFolder(): string {
  return resolve(process.env['PLIMSOLL_REPORT'] || join(tmpdir(), 'plimsoll-e2e'));
}

async function runTests(
  run: Run,
  { resultsFile, prefix }: { readonly resultsFile: string; readonly prefix: readonly string[] },
): Promise<number> {
  const vitest = join(dirname(createRequire(import.meta.url).resolve('vitest/package.json')), 'vitest.mjs');
  const reporters = ['--reporter=verbose', '--reporter=json', `--outputFile.json=${resultsFile}`];
  const vitestCommand = [process.execPath, vitest, 'run', '--config', CONFIG, ...reporters, ...process.argv.slice(2)];
  const [command = process.execPath, ...args] = [...prefix, ...vitestCommand];
  const child = spawn(command, args, { cwd: ROOT, stdio: 'inherit', env: { ...process.env, ...environmentOf(run) } });
  // Ctrl-C reaches vitest by itself; it ends its tests, and they what they started. We wait for that, and report.
  process.on('SIGINT', () => {});
  process.on('SIGTERM', () => child.kill('SIGTERM'));
  const [code, signal]: (number | string | null)[] = await once(child, 'exit');
  return typeof code === 'number' && signal === null ? code : 1;
}

function versionsOf(programs: Programs): readonly (readonly [string, string])[] {
  const first = (program: keyof Programs, ...args: readonly string[]): readonly [string, string] => {
    const { stdout } = spawnSync(programs[program], args, { encoding: 'utf8' });
    return [program, stdout.split('\n')[0]?.replace(/^(?:etcd Version:|Kubernetes|Client Version:) /, '') ?? ''];
  };
  const plain = ['kube-apiserver', 'kube-controller-manager'] as const;
  return [
    ['Node', process.version],
    first('etcd', '--version'),
    ...plain.map((program) => first(program, '--version')),
    first('kubectl', 'version', '--client'),
  ];
}

function say(line: string): void {
  process.stderr.write(`${line}\n`);
}

process.exitCode = await main();
