import { X509Certificate } from 'node:crypto';
import { createServer, get } from 'node:https';
import { describe, expect, it } from 'vitest';
import { selfSignedCertificate } from '../../src/tls/self-signed.ts';

const REQUEST = { hosts: ['localhost', 'plimsoll.monitoring.svc', '127.0.0.1', '::1'], notBefore: new Date(), days: 2 };

describe('selfSignedCertificate', () => {
  it('names every host, and is valid for exactly the days asked', async () => {
    const notBefore = new Date('2026-01-01T00:00:00Z');
    const { certPem } = await selfSignedCertificate({ ...REQUEST, notBefore });
    const certificate = new X509Certificate(certPem);
    expect(certificate.subjectAltName).toBe('DNS:localhost, DNS:plimsoll.monitoring.svc, IP Address:127.0.0.1, IP Address:0:0:0:0:0:0:0:1');
    expect(certificate.validFromDate).toEqual(notBefore);
    expect(certificate.validToDate).toEqual(new Date('2026-01-03T00:00:00Z'));
    expect(certificate.ca).toBe(false);
    expect(certificate.publicKey.asymmetricKeyDetails?.namedCurve).toBe('prime256v1');
    expect(certificate.verify(certificate.publicKey)).toBe(true);
  });

  it('makes another key each time', async () => {
    const [one, other] = await Promise.all([selfSignedCertificate(REQUEST), selfSignedCertificate(REQUEST)]);
    expect(one.keyPem).not.toBe(other.keyPem);
  });

  it.each([
    { name: 'a client that trusts it', trusts: true, servername: 'plimsoll.monitoring.svc', outcome: 'hello' },
    { name: 'a client that asks another name', trusts: true, servername: 'other.svc', outcome: 'ERR_TLS_CERT_ALTNAME_INVALID' },
    { name: 'a client that does not trust it', trusts: false, servername: 'localhost', outcome: 'DEPTH_ZERO_SELF_SIGNED_CERT' },
  ])('serves HTTPS to $name: $outcome', async ({ trusts, servername, outcome }) => {
    const { keyPem, certPem } = await selfSignedCertificate(REQUEST);
    const server = createServer({ key: keyPem, cert: certPem }, (_request, response) => response.end('hello'));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    const said = await new Promise<string>((resolve) => {
      const options = { host: '127.0.0.1', port, servername, agent: false, ...(trusts && { ca: certPem }) };
      get(options, (response) => response.setEncoding('utf8').on('data', resolve)).on('error', (error: NodeJS.ErrnoException) =>
        resolve(error.code ?? ''),
      );
    });
    server.close();
    expect(said).toBe(outcome);
  });
});
