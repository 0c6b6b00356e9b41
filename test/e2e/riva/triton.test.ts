// The gRPC port of a real Triton, which is the server inside Riva: in plaintext, with TLS and with mutual TLS.
import 'reflect-metadata';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { makeCertificates } from '../../sources/riva/support/certificates.ts';
import { PLAIN } from '../triton/models.ts';
import { NEWEST } from '../triton/releases.ts';
import { startTriton, type TritonServer } from '../triton/server.ts';
import { describeTriton } from '../triton/suite.ts';
import { askByPlimsoll } from './ask.ts';

await describeTriton(NEWEST, 'a probe of its gRPC port', (install) => {
  describe('in plaintext', () => {
    let triton: TritonServer;
    beforeAll(async () => {
      triton = await startTriton(install, { models: [PLAIN] });
      return () => triton[Symbol.asyncDispose]();
    });

    it('serves, and calls on one channel are quicker than those on new ones', async () => {
      const told = await askByPlimsoll(`127.0.0.1:${triton.ports.grpc}`, ['--compare']);
      expect(told).toMatchObject({ reason: 'ok', isReachable: true, health: [{ service: '', isServing: true }] });
      expect(told.comparison?.stream?.what).toBe('messages on one stream (Triton’s ModelStreamInfer, for no model)');
      expect(told.comparison?.newChannels.p50Ms).toBeGreaterThan(told.comparison?.oneChannel.p50Ms ?? Number.POSITIVE_INFINITY);
    });

    it('does not speak TLS, and HTTP/2 at no other port', async () => {
      expect(await askByPlimsoll(`127.0.0.1:${triton.ports.grpc}`, ['--tls'])).toMatchObject({ reason: 'server-plaintext' });
      expect(await askByPlimsoll(`127.0.0.1:${triton.ports.http}`)).toMatchObject({ isReachable: false });
    });
  });

  it('with mutual TLS', async () => {
    const made = await makeCertificates();
    const folder = await mkdtemp(join(tmpdir(), 'plimsoll-triton-tls-'));
    const { root, good, client, otherClient, otherRoot } = made;
    for (const [name, one] of Object.entries({ root, good, client, otherClient, otherRoot })) {
      await writeFile(join(folder, `${name}.pem`), one.certPem);
      await writeFile(join(folder, `${name}.key`), one.keyPem);
    }
    const file = (name: string): string => join(folder, name);
    const flags = [
      '--grpc-use-ssl=true',
      '--grpc-use-ssl-mutual=true',
      `--grpc-server-cert=${file('good.pem')}`,
      `--grpc-server-key=${file('good.key')}`,
      `--grpc-root-cert=${file('root.pem')}`,
    ];
    await using triton = await startTriton(install, { models: [PLAIN], flags });
    const ask = async (trusts: string, shows?: string): Promise<string> => {
      const own = shows === undefined ? [] : ['--cert', file(`${shows}.pem`), '--key', file(`${shows}.key`)];
      return (await askByPlimsoll(`127.0.0.1:${triton.ports.grpc}`, ['--ca', file(`${trusts}.pem`), ...own])).reason;
    };
    expect(await ask('root', 'client')).toBe('ok');
    expect(await ask('root')).toBe('client-certificate-required');
    expect(await ask('root', 'otherClient')).toBe('client-certificate-refused');
    expect(await ask('otherRoot', 'client')).toBe('unknown-ca');
    expect((await askByPlimsoll(`127.0.0.1:${triton.ports.grpc}`)).reason).toBe('server-tls');
    await rm(folder, { recursive: true });
  });
});
