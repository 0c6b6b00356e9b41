import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { readCertificate } from '../../src/auth/certificate.ts';
import { make } from './support/authority.ts';

describe('readCertificate', () => {
  it.each([
    ['one of each', [{ CN: ['u'] }, { O: ['g'] }], 'u', ['g']],
    ['several groups', [{ O: ['g'] }, { CN: ['u'] }, { O: ['h'] }], 'u', ['g', 'h']],
    [
      'parts that look like more',
      [{ CN: ['u\nO=system:masters, O=x'] }, { O: ['a, b\nCN=v'] }],
      'u\nO=system:masters, O=x',
      ['a, b\nCN=v'],
    ],
    ['other letters', [{ CN: ['jürgen'] }], 'jürgen', []],
    ['no common name', [{ O: ['g'] }], undefined, ['g']],
    ['two common names name nobody', [{ CN: ['u'] }, { CN: ['v'] }], undefined, []],
  ])('reads the name: %s', async (_, name, commonName, organizations) => {
    const { der } = await make({ name });
    const certificate = readCertificate(der);
    expect(certificate.commonName).toBe(commonName);
    expect(certificate.organizations).toEqual(organizations);
  });

  it('knows a key again in every certificate of it', async () => {
    const one = await make();
    const again = await make({ keys: one.keys, name: [{ CN: ['other'] }] });
    const other = await make();
    expect(readCertificate(again.der).keyId).toBe(readCertificate(one.der).keyId);
    expect(readCertificate(other.der).keyId).not.toBe(readCertificate(one.der).keyId);
  });

  it('throws for what is none', () => {
    expect(() => readCertificate(Buffer.from('junk'))).toThrow();
  });

  it('leaves node:tls whole in a process that has not loaded it before', async () => {
    const { der } = await make();
    const module = new URL('../../src/auth/certificate.ts', import.meta.url);
    const code = `
      const { readCertificate } = await import(${JSON.stringify(module.href)});
      readCertificate(Buffer.from('${der.toString('base64')}', 'base64'));
      console.log(typeof (await import('node:tls')).createSecureContext);`;
    expect(execFileSync(process.execPath, ['--input-type=module', '--eval', code], { encoding: 'utf8' })).toBe('function\n');
  });
});
