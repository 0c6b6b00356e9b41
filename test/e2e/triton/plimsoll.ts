// Plimsoll as a real process on loopback, told by a configuration file what to scrape.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Exit, startChild } from '../child.ts';
import { freePorts } from '../ports.ts';
import { until } from '../wait.ts';

export interface PlimsollProcess extends AsyncDisposable {
  readonly metricsApiUrl: string;
  readonly telemetryUrl: string;
  /** Writes the configuration file anew, which Plimsoll follows. */
  configure(config: object): Promise<void>;
  /** The log, one JSON object a line. */
  log(): string;
  /** SIGTERM. Rejects when it does not end in time by itself. */
  stop(): Promise<Exit>;
}

const MAIN = fileURLToPath(new URL('../../../src/main.ts', import.meta.url));
const READY_MS = 20_000;
const STOP_MS = 5000;

/** `config` is the configuration file as an object. Settles when every target was tried once. */
export async function startPlimsoll(config: object): Promise<PlimsollProcess> {
  const folder = await mkdtemp(join(tmpdir(), 'plimsoll-e2e-'));
  const file = join(folder, 'config.yaml');
  // JSON is YAML.
  await writeFile(file, JSON.stringify(config));
  const [metricsApi = 0, telemetry = 0] = await freePorts(2);
  const listen = ['--metrics-api-listen', `127.0.0.1:${metricsApi}`, '--telemetry-listen', `127.0.0.1:${telemetry}`];
  const child = startChild(process.execPath, [MAIN, 'serve', '--config', file, ...listen], process.env);
  const telemetryUrl = `http://127.0.0.1:${telemetry}`;
  const stop = async (): Promise<Exit> => {
    const exit = await child.stop(STOP_MS);
    if (exit.signal === 'SIGKILL') throw new Error(`plimsoll did not end within ${STOP_MS} ms of SIGTERM:\n${child.output()}`);
    return exit;
  };
  const dispose = async (): Promise<void> => {
    await stop().finally(() => rm(folder, { recursive: true, force: true }));
  };
  try {
    await until({
      ask: async () => {
        if (child.exit() !== undefined) throw new Error(`plimsoll ended:\n${child.output()}`);
        return (await hasTriedTargets(telemetryUrl)) || undefined;
      },
      withinMs: READY_MS,
      everyMs: 100,
      failure: () => `plimsoll is not ready after ${READY_MS} ms:\n${child.output()}`,
    });
  } catch (error) {
    await dispose();
    throw error;
  }
  return {
    metricsApiUrl: `https://127.0.0.1:${metricsApi}`,
    telemetryUrl,
    configure: (next) => writeFile(file, JSON.stringify(next)),
    log: child.output,
    stop,
    [Symbol.asyncDispose]: dispose,
  };
}

/** Every target was tried; readiness would wait for a whole window, which these tests do by themselves. */
async function hasTriedTargets(telemetryUrl: string): Promise<boolean> {
  const report = await fetch(`${telemetryUrl}/readyz?verbose`).then(
    (response) => response.text(),
    () => '',
  );
  return report.includes('[+] targets-tried');
}
