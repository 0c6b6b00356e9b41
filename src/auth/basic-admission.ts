// Admission by one user name and the password of a file. Whoever has both may ask for everything.
import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import type { Clock } from '../lib/clock.ts';
import { secretOf } from '../lib/http/secret.ts';
import { WatchedFiles } from '../lib/http/watched-files.ts';
import type { Admission, Admit } from '../model/admission.ts';
import type { Log } from '../model/log.ts';
import { authorizationHeader } from './authorization-header.ts';
import { ANONYMOUS, isOpen } from './open-paths.ts';
import type { AuthTelemetry } from './telemetry.ts';

export interface BasicAdmission {
  readonly admit: Admit;
  /** Reads the file for the first time; rejects with an Error that says what to change. Before it everybody is refused. */
  read(): Promise<void>;
  /** Takes each other password until `signal` is aborted; while the file cannot be used, the last one stays. Never rejects. */
  follow(signal: AbortSignal): Promise<void>;
}

export interface BasicAdmissionOptions {
  readonly username: string;
  readonly passwordFile: string;
  readonly clock: Clock;
  readonly log: Log;
  readonly telemetry: AuthTelemetry;
}

const OPTION = 'telemetry.basic_auth.password_file';
/** As often as files of secrets are looked at at most. */
const RECHECK_MS = 2_000;

/** RFC 7617. */
const REFUSED: Admission = {
  kind: 'refused',
  code: 401,
  message: 'Unauthorized: give the user name and the password of telemetry.basic_auth',
  challenge: 'Basic realm="plimsoll", charset="UTF-8"',
};

export function createBasicAdmission({ username, passwordFile, clock, log, telemetry }: BasicAdmissionOptions): BasicAdmission {
  const files = new WatchedFiles({ [OPTION]: passwordFile }, clock);
  // Two digests under a key that nobody knows are equal in length and in time to compare, and cost microseconds: nobody is kept busy by guesses.
  const key = randomBytes(32);
  const digestOf = (credentials: Buffer): Buffer => createHmac('sha256', key).update(credentials).digest();
  let expected: Buffer | undefined;

  async function read(): Promise<void> {
    const text = (await files.read()).get(OPTION) ?? '';
    const password = secretOf(text, { option: OPTION, plain: /^\P{Cc}+$/u });
    expected = digestOf(Buffer.from(`${username}:${password}`, 'utf8'));
    telemetry.settingsRead('telemetry-password', true);
  }

  async function follow(signal: AbortSignal): Promise<void> {
    let why = '';
    while (!signal.aborted) {
      await clock.sleep(RECHECK_MS, signal);
      const message = await read().then(
        () => '',
        (error: unknown) => (error instanceof Error ? error.message : String(error)),
      );
      if (message !== '') telemetry.settingsRead('telemetry-password', false);
      if (message !== '' && message !== why) log.error({ why: message }, 'password of telemetry not read; the last one stays');
      why = message;
    }
  }

  const admit: Admit = async (request) => {
    if (isOpen(request)) return ANONYMOUS;
    const header = authorizationHeader(request.rawHeaders);
    const isTried = header.kind === 'several' || (header.kind === 'one' && header.scheme === 'basic');
    const isRight =
      header.kind === 'one' &&
      header.scheme === 'basic' &&
      expected !== undefined &&
      timingSafeEqual(digestOf(Buffer.from(header.credentials, 'base64')), expected);
    telemetry.authenticated({ method: isTried ? 'basic' : 'none', result: isRight ? 'success' : 'refused' });
    return isRight ? { kind: 'admitted', user: username } : REFUSED;
  };
  return { admit, read, follow };
}
