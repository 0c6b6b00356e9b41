// What results from the variables of a quick start, with certificates made here for everything that can be wrong with them.
import 'reflect-metadata';
import { createPrivateKey } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { checkRivaQuickstart } from '../../../src/cli/check/riva-quickstart.ts';
import { authority, CLIENT, type Made } from '../../auth/support/authority.ts';
import { LOCAL, type ServerWish, serverCertificate } from '../../sources/riva/support/certificates.ts';
import { plimsoll } from '../support.ts';

const DAY_MS = 24 * 3_600_000;
const YEAR = { untilMs: 365 * DAY_MS };
const NAMED: ServerWish = {
  names: [
    { type: 'dns', value: 'riva.example' },
    { type: 'ip', value: '10.0.0.7' },
  ],
  ...YEAR,
};

const [root, otherRoot] = await Promise.all([authority('root', YEAR), authority('other root', YEAR)]);
const intermediate = await authority('intermediate', { by: root, ...YEAR });
const [good, selfSigned] = await Promise.all([serverCertificate({ by: root, ...NAMED }), serverCertificate(NAMED)]);
const below = await serverCertificate({ by: intermediate, ...NAMED });

const pem = (...made: readonly Made[]): string => made.map(({ certPem }) => `${certPem}\n`).join('');

interface Checked {
  readonly code: number;
  /** Without its first line and the names of folders. */
  readonly out: string;
}

async function check(script: string, files: Readonly<Record<string, string | Buffer>> = {}): Promise<Checked> {
  const folder = await mkdtemp(join(tmpdir(), 'plimsoll-quickstart-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  for (const [name, content] of Object.entries(files)) await writeFile(join(folder, name), content);
  await mkdir(join(folder, 'folder'));
  const path = join(folder, 'config.sh');
  await writeFile(path, script.replaceAll('FOLDER', folder));
  let out = '';
  const stdout = (text: string): void => {
    out += text;
  };
  const code = await checkRivaQuickstart(path, {
    stdout,
    stderr: stdout,
    stdin: nothing(),
    isTerminal: false,
    stop: new AbortController().signal,
  });
  return { code, out: out.replaceAll(folder, 'FOLDER').replace(/^.*\n\n/, '') };
}

async function* nothing(): AsyncGenerator<Uint8Array> {}

const TLS = 'service_enabled_asr=true\nssl_server_cert="FOLDER/tls.crt"\nssl_server_key="FOLDER/tls.key"\n';

/** With TLS, the files and what else the script says. */
function checkTls(cert: string | Buffer, key: string | Buffer, { more = '', files = {} } = {}): Promise<Checked> {
  return check(`${TLS}${more}`, { 'tls.crt': cert, 'tls.key': key, ...files });
}

describe('says what results', () => {
  it('of the variables as they are shipped', async () => {
    const { code, out } = await check(`#!/bin/bash
riva_target_gpu_family="non-tegra"
service_enabled_asr=true
service_enabled_nlp=false
service_enabled_tts=true # speech
model_folder="models"
if [[ $riva_target_gpu_family == "tegra" ]]; then
  model_folder="\`pwd\`/models"
fi
riva_speech_api_port="50051"
for lang in \${languages[@]}; do
  modified=$(echo $lang | cut -d "_" -f 2)
done
models=(
  "a/\${modified}" # one
)
ssl_server_cert=""
ssl_server_key=""
ssl_root_cert=""
ssl_use_mutual_auth=false
`);
    expect(out).toBe(`services     asr, tts
port         50051 (gRPC)
security     insecure: plaintext

note     line 17: neither ssl_server_cert nor ssl_server_key is set: the server is insecure, and speech crosses the network in plaintext
`);
    expect(code).toBe(0);
  });

  it('of TLS, and which file a client needs', async () => {
    const { code, out } = await checkTls(pem(below, intermediate), below.keyPem, {
      more: 'ssl_root_cert=FOLDER/ca.pem\n',
      files: { 'ca.pem': pem(root) },
    });
    expect(out).toBe(`services     asr
port         50051 (gRPC)
security     TLS
names        riva.example, 10.0.0.7
client root  FOLDER/ca.pem (ssl_root_cert; it holds the certificate "CN=root")
`);
    expect(code).toBe(0);
  });

  it('of mutual TLS', async () => {
    const more = 'folder=FOLDER\nssl_root_cert=$folder/ca.pem\nssl_use_mutual_auth=true\n';
    const { code, out } = await checkTls(pem(good), good.keyPem, { more, files: { 'ca.pem': pem(root) } });
    expect(out).toContain('security     mutual TLS\n');
    expect(out).toContain('client needs a certificate and key of an authority in ssl_root_cert\n');
    expect(code).toBe(0);
  });

  it('of a certificate that signed itself: clients need that file', async () => {
    const { code, out } = await checkTls(pem(selfSigned), selfSigned.keyPem);
    expect(out).toContain('client root  FOLDER/tls.crt (ssl_server_cert; it signed itself)\n');
    expect(code).toBe(0);
  });

  it('of a chain that holds its root', async () => {
    const { out } = await checkTls(pem(good, root), good.keyPem);
    expect(out).toContain('client root  FOLDER/tls.crt (ssl_server_cert; it holds the certificate "CN=root")\n');
  });

  it('of a root that is in no file', async () => {
    const { out } = await checkTls(pem(good), good.keyPem, { more: 'ssl_root_cert=FOLDER/ca.pem\n', files: { 'ca.pem': pem(otherRoot) } });
    expect(out).toContain('client root  the certificate of "CN=root", which is in none of these files\n');
  });
});

/** Stores as OpenSSL writes them (by their beginnings): a sequence, whose length has as many bytes as it needs, that begins with the version 3. */
const LONG_STORE = Buffer.from([0x30, 0x82, 0x03, 0xc2, 0x02, 0x01, 0x03, 0x30, 0x82, 0x03, 0x78]);
const SHORT_STORE = Buffer.from([0x30, 0x44, 0x02, 0x01, 0x03, 0x30, 0x3f]);

function locked(made: Made): string {
  return createPrivateKey(made.keyPem).export({ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'x' }).toString();
}

describe('names what is wrong', () => {
  it.each<{ readonly what: string; readonly checked: () => Promise<Checked>; readonly says: string; readonly code: number }>([
    {
      what: 'a certificate without a key',
      checked: () => check('ssl_server_cert="/x"\nssl_server_key=""\n'),
      says: 'error    line 2: ssl_server_key is empty, so the server is insecure although ssl_server_cert is set; set both',
      code: 1,
    },
    {
      what: 'a key without a certificate',
      checked: () => check('ssl_server_key="/x"\n'),
      says: 'error    ssl_server_cert is empty, so the server is insecure although ssl_server_key is set; set both',
      code: 1,
    },
    {
      what: 'the key of another certificate',
      checked: () => checkTls(pem(good), selfSigned.keyPem),
      says: 'error    line 3: ssl_server_key is not the key of the certificate "CN=riva"; give the key that the certificate was made with',
      code: 1,
    },
    {
      what: 'a certificate that has expired',
      checked: async () => {
        const made = await serverCertificate({ ...NAMED, by: root, untilMs: -DAY_MS / 2 });
        return checkTls(pem(made), made.keyPem);
      },
      says: 'error    the certificate "CN=riva" has expired on 20',
      code: 1,
    },
    {
      what: 'a certificate of tomorrow',
      checked: async () => {
        const made = await serverCertificate({ ...NAMED, by: root, fromMs: DAY_MS });
        return checkTls(pem(made), made.keyPem);
      },
      says: 'error    the certificate "CN=riva" is not valid before 20',
      code: 1,
    },
    {
      what: 'a certificate that expires soon',
      checked: async () => {
        const made = await serverCertificate({ ...NAMED, by: root, untilMs: 10.5 * DAY_MS });
        return checkTls(pem(made), made.keyPem);
      },
      says: ', in 10 days; Riva reads it at its start only, so renew it and restart',
      code: 0,
    },
    {
      what: 'an authority above it that expires soon',
      checked: async () => {
        const shortLived = await authority('short', { by: root, untilMs: 3.5 * DAY_MS });
        const made = await serverCertificate({ ...NAMED, by: shortLived });
        return checkTls(pem(made, shortLived), made.keyPem);
      },
      says: 'warning  the certificate "CN=short" expires soon, on 20',
      code: 0,
    },
    {
      what: 'a common name only',
      checked: async () => {
        const made = await serverCertificate({ by: root, names: [], ...YEAR, name: [{ CN: ['riva.example'] }] });
        return checkTls(pem(made), made.keyPem);
      },
      says: 'has its name "riva.example" as a common name (CN) only, and gRPC clients look at subjectAltName alone: all will refuse it',
      code: 1,
    },
    {
      what: 'no name',
      checked: async () => {
        const made = await serverCertificate({ by: root, names: [], ...YEAR, name: [{ O: ['riva'] }] });
        return checkTls(pem(made), made.keyPem);
      },
      says: 'has no name at all, and',
      code: 1,
    },
    {
      what: 'names of this machine',
      checked: async () => {
        const made = await serverCertificate({ by: root, names: LOCAL, ...YEAR });
        return checkTls(pem(made), made.keyPem);
      },
      says: 'is for this machine only (localhost, 127.0.0.1): clients elsewhere will refuse it',
      code: 0,
    },
    {
      what: 'no address',
      checked: async () => {
        const made = await serverCertificate({ by: root, names: [{ type: 'dns', value: 'riva.example' }], ...YEAR });
        return checkTls(pem(made), made.keyPem);
      },
      says: 'note     the certificate has no IP address: a client that is told one, such as 10.0.0.7:50051, will refuse it',
      code: 0,
    },
    {
      what: 'a certificate of a client',
      checked: async () => {
        const made = await serverCertificate({ ...NAMED, by: root, usages: CLIENT });
        return checkTls(pem(made), made.keyPem);
      },
      says: 'is not for servers: its extended key usage lacks serverAuth',
      code: 1,
    },
    {
      what: 'a chain upside down',
      checked: () => checkTls(pem(intermediate, below), below.keyPem),
      says: 'line 2: the chain in ssl_server_cert is in the wrong order: the server’s own certificate is number 2; put it first',
      code: 1,
    },
    {
      what: 'a chain with its root in the middle',
      checked: () => checkTls(pem(below, root, intermediate), below.keyPem),
      says: 'line 2: the chain in ssl_server_cert is in the wrong order: certificate 2 did not sign certificate 1, the certificate "CN=riva"',
      code: 1,
    },
    {
      what: 'a chain without a link',
      checked: () => checkTls(pem(below, root), below.keyPem),
      says: 'line 2: the chain in ssl_server_cert is broken: certificate 2 did not sign certificate 1',
      code: 1,
    },
    {
      what: 'PKCS#12 for a certificate',
      checked: () => checkTls(LONG_STORE, good.keyPem),
      says: 'error    line 2: cannot use ssl_server_cert "FOLDER/tls.crt": it is a PKCS#12 store, and PEM is needed',
      code: 1,
    },
    {
      what: 'PKCS#12 for a key',
      checked: () => checkTls(pem(good), SHORT_STORE),
      says: 'error    line 3: cannot use ssl_server_key "FOLDER/tls.key": it is a PKCS#12 store, and PEM is needed',
      code: 1,
    },
    {
      what: 'DER',
      checked: () => checkTls(good.der, good.keyPem),
      says: 'it is DER, and PEM is needed; convert it: openssl x509 -inform DER',
      code: 1,
    },
    {
      what: 'a key with a pass phrase',
      checked: () => checkTls(pem(good), locked(good)),
      says: 'cannot use ssl_server_key "FOLDER/tls.key": it is locked with a pass phrase, which nobody can type for a server',
      code: 1,
    },
    {
      what: 'an empty file',
      checked: () => checkTls('', good.keyPem),
      says: 'cannot use ssl_server_cert "FOLDER/tls.crt": it is empty',
      code: 1,
    },
    { what: 'blank lines', checked: () => checkTls('\n \n', good.keyPem), says: 'it holds blank lines only', code: 1 },
    {
      what: 'swapped files',
      checked: () => checkTls(good.keyPem, pem(good)),
      says: 'it holds a private key, and no certificate; are the two files swapped?',
      code: 1,
    },
    {
      what: 'a key that is none',
      checked: () => checkTls(pem(good), 'hello'),
      says: 'it holds no private key in PEM, which begins with -----BEGIN',
      code: 1,
    },
    {
      what: 'a damaged key',
      checked: () => checkTls(pem(good), '-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n'),
      says: 'cannot use ssl_server_key "FOLDER/tls.key": it is damaged; make it anew',
      code: 1,
    },
    {
      what: 'a damaged certificate',
      checked: () => checkTls(`${pem(good)}-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n`, good.keyPem),
      says: 'its certificate 2 of 2 is damaged',
      code: 1,
    },
    {
      what: 'a file that is too long',
      checked: () => checkTls('x'.repeat(1024 * 1024 + 1), good.keyPem),
      says: 'it is longer than 1048576 bytes, the limit of a file of certificates',
      code: 1,
    },
    {
      what: 'a missing file',
      checked: () => check('ssl_server_cert=/nowhere/tls.crt\nssl_server_key=/nowhere/tls.key\n'),
      says: 'cannot use ssl_server_cert "/nowhere/tls.crt": there is no such file',
      code: 1,
    },
    {
      what: 'a folder',
      checked: () => check('ssl_server_cert=FOLDER/folder\nssl_server_key=FOLDER/folder\n'),
      says: 'it is a folder; Docker makes one where a file to be mounted is missing',
      code: 1,
    },
    {
      what: 'mutual TLS without a root',
      checked: () => checkTls(pem(good), good.keyPem, { more: 'ssl_use_mutual_auth=true\n' }),
      says: 'error    line 4: ssl_use_mutual_auth is true without ssl_root_cert, so no certificate of a client can be verified',
      code: 1,
    },
    {
      what: 'mutual TLS without TLS',
      checked: () => check('ssl_use_mutual_auth=true\n'),
      says: 'error    line 1: ssl_use_mutual_auth is true, and without a certificate and key there is no TLS to ask clients for theirs',
      code: 1,
    },
    {
      what: 'mutual TLS that is neither on nor off',
      checked: () => check('ssl_use_mutual_auth=yes\n'),
      says: 'error    line 1: ssl_use_mutual_auth is "yes", which is neither true nor false; write one of them',
      code: 1,
    },
    {
      what: 'a relative path',
      checked: () => check('ssl_server_cert=tls.crt\nssl_server_key=FOLDER/tls.key\n', { 'tls.crt': pem(good), 'tls.key': good.keyPem }),
      says: 'warning  line 1: ssl_server_cert is the relative path "tls.crt", and Docker mounts files by absolute ones',
      code: 0,
    },
    {
      what: 'no port',
      checked: () => check('riva_speech_api_port="5005l"\n'),
      says: 'error    line 1: riva_speech_api_port is "5005l", which is no port',
      code: 1,
    },
    {
      what: 'no service',
      checked: () => check('service_enabled_asr=false\n'),
      says: 'warning  service_enabled_… are all false, so the server has nothing to serve',
      code: 0,
    },
    {
      what: 'a service that is neither on nor off',
      checked: () => check('service_enabled_asr=1\n'),
      says: 'error    line 1: service_enabled_asr is "1", which is neither true nor false',
      code: 1,
    },
    {
      what: 'a file of a command’s output',
      checked: () => check('ssl_server_key=x\nssl_server_cert="$(touch FOLDER/ran; echo x)"\n'),
      says: 'error    line 2: cannot tell ssl_server_cert: it is the output of a command; nothing is run here; write the value itself',
      code: 2,
    },
    {
      what: 'a file under a condition',
      checked: () => check('if true; then\n  ssl_server_cert=/x\nfi\n'),
      says: 'error    line 2: cannot tell ssl_server_cert: it is set under a condition; nothing is run here; write the value itself',
      code: 2,
    },
    {
      what: 'another file',
      checked: () => check('ssl_server_cert=/x\nsource ./tls.sh\n'),
      says: 'error    line 2: cannot tell what the script sets: it reads another file; nothing is run here, so write the values themselves',
      code: 2,
    },
  ])('$what', async ({ checked, says, code }) => {
    const { code: given, out } = await checked();
    expect(out).toContain(says);
    expect(given).toBe(code);
  });
});

it.each([
  [
    'x=1\n',
    /^cannot check ".+": it sets none of ssl_server_cert, service_enabled_… and riva_…; is it the config.sh of a Riva quick start\?$/,
  ],
  [
    `ssl_server_cert=${'x'.repeat(64 * 1024)}`,
    /^cannot check ".+": it is longer than 65536 bytes, the limit of a script; is it a config.sh\?$/,
  ],
])('refuses what is no quick start', async (script, message) => {
  await expect(check(script)).rejects.toThrow(expect.objectContaining({ message: expect.stringMatching(message), exitCode: 2 }));
});

it('refuses a path that leads nowhere', async () => {
  const io = { stdout: () => undefined, stderr: () => undefined, stdin: nothing(), isTerminal: false, stop: new AbortController().signal };
  await expect(checkRivaQuickstart('/nowhere/config.sh', io)).rejects.toThrow(
    'cannot check "/nowhere/config.sh": there is no such file; give the path of a config.sh',
  );
});

it('is what plimsoll check does with a script, without the flags of other files', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'plimsoll-quickstart-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const path = join(folder, 'config.sh');
  await writeFile(path, 'ssl_server_key=/x\n');
  const { code, out } = await plimsoll(['check', path]);
  expect(out).toContain('ssl_server_cert is empty, so the server is insecure');
  expect(code).toBe(1);
  const { code: refused, err } = await plimsoll(['check', '--url', 'http://127.0.0.1:1', path]);
  expect([refused, err]).toEqual([2, expect.stringContaining('--url is about prometheus-adapter')]);
});
