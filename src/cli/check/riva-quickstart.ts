// plimsoll check config.sh: what the variables of a Riva quick start result in. The script is read, never run.
import { readFile, stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { quote } from '../../lib/quote.ts';
import { UserError } from '../../lib/user-error.ts';
import type { CommandIo } from '../command.ts';
import { withoutControls } from '../inspect/print.ts';
import { error, type Finding, warning } from './riva/finding.ts';
import { type Security, securityOf } from './riva/security.ts';
import { readScript, type Script } from './riva/variables.ts';

/** Three times the longest that NVIDIA has shipped. */
const MOST_BYTES = 64 * 1024;

/** By which a script is known to be one. */
const SECURITY = ['ssl_server_cert', 'ssl_server_key', 'ssl_root_cert', 'ssl_use_mutual_auth'] as const;
const PORTS = { riva_speech_api_port: 'gRPC', riva_speech_api_http_port: 'HTTP' } as const;
const SERVICES = /^service_enabled_(?<name>\w+)$/;

/**
 * Prints what results. 0: nothing is wrong; 1: something is, or clients will be refused; 2: a line that decides cannot be told without
 * being run. Rejects with a UserError (exit code 2) for a file that cannot be read, or that sets nothing of Riva's.
 */
export async function checkRivaQuickstart(path: string, io: CommandIo): Promise<number> {
  const script = readScript(await readText(path));
  const known = [...script.variables.keys()].filter((name) => isRivas(name));
  if (known.length === 0 && script.opaque.length === 0) {
    throw new UserError(
      2,
      `cannot check ${quote(path)}: it sets none of ssl_server_cert, service_enabled_… and riva_…; is it the config.sh of a Riva quick start?`,
    );
  }
  const refused = refusedLines(script);
  if (refused.length > 0) {
    io.stdout(printed({ path, rows: [], findings: refused }));
    return 2;
  }
  const values = (name: string): string => textOf(script, name);
  const inFolder = (name: string): string => (values(name) === '' ? '' : resolve(dirname(path), values(name)));
  const [cert, key, root] = (['ssl_server_cert', 'ssl_server_key', 'ssl_root_cert'] as const).map(inFolder);
  const security = await securityOf({
    cert: cert ?? '',
    key: key ?? '',
    root: root ?? '',
    mutual: values('ssl_use_mutual_auth'),
    nowMs: Date.now(),
  });
  const findings = [...portFindings(script), ...serviceFindings(script), ...relativeFindings(script), ...security.findings];
  io.stdout(printed({ path, rows: rowsOf(script, security), findings: findings.map((one) => ({ line: lineIn(script, one), ...one })) }));
  return findings.some(({ level }) => level === 'error') ? 1 : 0;
}

async function readText(path: string): Promise<string> {
  try {
    const { size } = await stat(path);
    if (size > MOST_BYTES)
      throw new UserError(
        2,
        `cannot check ${quote(path)}: it is longer than ${MOST_BYTES} bytes, the limit of a script; is it a config.sh?`,
      );
    return await readFile(path, 'utf8');
  } catch (cause) {
    if (cause instanceof UserError) throw cause;
    const isMissing = cause instanceof Error && 'code' in cause && cause.code === 'ENOENT';
    throw new UserError(
      2,
      `cannot check ${quote(path)}: ${isMissing ? 'there is no such file' : 'it cannot be read'}; give the path of a config.sh`,
      { cause },
    );
  }
}

function isRivas(name: string): boolean {
  return /^(riva_|service_enabled_)/.test(name) || isDeciding(name);
}

/** Whether what results cannot be told without its value. */
function isDeciding(name: string): boolean {
  return SECURITY.some((one) => one === name) || Object.hasOwn(PORTS, name);
}

function refusedLines({ variables, opaque }: Script): readonly Finding[] {
  const remedy = 'nothing is run here; write the value itself';
  const unknown = [...variables].flatMap(([name, { line, value }]): Finding[] =>
    value.kind === 'unknown' && (isDeciding(name) || SERVICES.test(name))
      ? [{ ...error(`cannot tell ${name}: it ${value.why}; ${remedy}`), line }]
      : [],
  );
  const others = opaque.map(
    ({ line, what }): Finding => ({
      ...error(`cannot tell what the script sets: it ${what}; nothing is run here, so write the values themselves`),
      line,
    }),
  );
  return [...unknown, ...others].sort((one, other) => (one.line ?? 0) - (other.line ?? 0));
}

function textOf({ variables }: Script, name: string): string {
  const value = variables.get(name)?.value;
  return value?.kind === 'known' ? value.text : '';
}

function portFindings(script: Script): readonly Finding[] {
  return Object.keys(PORTS).flatMap((name) => {
    const text = textOf(script, name);
    const isPort = /^\d{1,5}$/.test(text) && Number(text) >= 1 && Number(text) <= 65_535;
    return isPort || !script.variables.has(name)
      ? []
      : [error(`${name} is ${quote(text)}, which is no port; write a number from 1 to 65535`)];
  });
}

function servicesOf(script: Script): readonly string[] {
  return [...script.variables.keys()].flatMap((variable) => {
    const name = SERVICES.exec(variable)?.groups?.['name'];
    return name === undefined || textOf(script, variable) !== 'true' ? [] : [name];
  });
}

function serviceFindings(script: Script): readonly Finding[] {
  const named = [...script.variables.keys()].filter((name) => SERVICES.test(name));
  const odd = named.filter((name) => !/^(true|false)$/.test(textOf(script, name)));
  const findings = odd.map((name) =>
    error(`${name} is ${quote(textOf(script, name))}, which is neither true nor false; write one of them`),
  );
  return named.length > 0 && odd.length === 0 && servicesOf(script).length === 0
    ? [warning('service_enabled_… are all false, so the server has nothing to serve')]
    : findings;
}

function relativeFindings(script: Script): readonly Finding[] {
  return SECURITY.slice(0, 3).flatMap((name) => {
    const text = textOf(script, name);
    return text === '' || text.startsWith('/')
      ? []
      : [
          warning(
            `${name} is the relative path ${quote(text)}, and Docker mounts files by absolute ones; it is looked for beside the script here`,
          ),
        ];
  });
}

/** The line that sets the variable which a message names first. */
function lineIn({ variables }: Script, { message }: Finding): number | undefined {
  const name = /\b(ssl_\w+|riva_\w+|service_enabled_\w+)/.exec(message)?.[0];
  return name === undefined ? undefined : variables.get(name)?.line;
}

type Row = readonly [name: string, text: string];

function serviceNames(script: Script): string {
  const isSaid = [...script.variables.keys()].some((name) => SERVICES.test(name));
  return servicesOf(script).join(', ') || (isSaid ? 'none' : 'not said');
}

function rowsOf(script: Script, { kind, names, clientRoot }: Security): readonly Row[] {
  const port = textOf(script, 'riva_speech_api_port') || '50051';
  const rows: Row[] = [
    ['services', serviceNames(script)],
    ['port', `${port} (gRPC)`],
    ['security', kind === 'insecure' ? 'insecure: plaintext' : kind === 'broken' ? 'TLS, which cannot start' : kind],
  ];
  if (names.length > 0) rows.push(['names', names.join(', ')]);
  if (clientRoot !== undefined) rows.push(['client root', clientRoot]);
  if (kind === 'mutual TLS') rows.push(['client needs', 'a certificate and key of an authority in ssl_root_cert']);
  return rows;
}

function printed({
  path,
  rows,
  findings,
}: {
  readonly path: string;
  readonly rows: readonly Row[];
  readonly findings: readonly Finding[];
}): string {
  const table = rows.map(([name, text]) => `${name.padEnd(13)}${text}\n`).join('');
  const said = findings.map(({ level, line, message }) => `${level.padEnd(8)} ${line === undefined ? '' : `line ${line}: `}${message}\n`);
  return withoutControls([`${path}: a Riva quick start\n`, table, said.join('')].filter((text) => text !== '').join('\n'));
}
