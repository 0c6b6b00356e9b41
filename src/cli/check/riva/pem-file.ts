// A file that should hold certificates or a key in PEM, and what people put there instead.
import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto';
import { open } from 'node:fs/promises';

export type FileContent<Content> = { readonly kind: 'good'; readonly content: Content } | { readonly kind: 'bad'; readonly why: string };

/** More than any chain or bundle for one server has. */
const MOST_BYTES = 1024 * 1024;

/** The certificates of a file in the order written. */
export async function readCertificates(path: string): Promise<FileContent<readonly X509Certificate[]>> {
  const bytes = await readBytes(path);
  return bytes.kind === 'bad' ? bytes : certificatesIn(bytes.content);
}

/** The private key of a file. What is said of it names nothing that is in it. */
export async function readKey(path: string): Promise<FileContent<KeyObject>> {
  const bytes = await readBytes(path);
  return bytes.kind === 'bad' ? bytes : keyIn(bytes.content);
}

const CAUSES: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  ENOTDIR: 'there is no such file',
  EISDIR: 'it is a folder; Docker makes one where a file to be mounted is missing',
  EACCES: 'reading it is not permitted',
};

async function readBytes(path: string): Promise<FileContent<Buffer>> {
  try {
    await using file = await open(path);
    const bytes = Buffer.alloc(MOST_BYTES + 1);
    const { bytesRead } = await file.read(bytes, 0, bytes.length, 0);
    if (bytesRead > MOST_BYTES) return bad(`it is longer than ${MOST_BYTES} bytes, the limit of a file of certificates`);
    if (bytesRead === 0) return bad('it is empty');
    return { kind: 'good', content: bytes.subarray(0, bytesRead) };
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : 'unknown error';
    return bad(CAUSES[code] ?? code);
  }
}

const BLOCK = /-----BEGIN (?:X509 |TRUSTED )?CERTIFICATE-----[^-]*-----END (?:X509 |TRUSTED )?CERTIFICATE-----/g;
const KEY = /-----BEGIN [A-Z ]*PRIVATE KEY-----/;

function certificatesIn(bytes: Buffer): FileContent<readonly X509Certificate[]> {
  const text = bytes.toString('latin1');
  const blocks = text.match(BLOCK);
  if (blocks === null) return bad(insteadOfPem(bytes, { wanted: 'certificate', other: KEY.test(text) ? 'a private key' : undefined }));
  const certificates: X509Certificate[] = [];
  for (const [index, block] of blocks.entries()) {
    try {
      certificates.push(new X509Certificate(block));
    } catch {
      return bad(`its certificate ${index + 1} of ${blocks.length} is damaged; make the file anew`);
    }
  }
  return { kind: 'good', content: certificates };
}

function keyIn(bytes: Buffer): FileContent<KeyObject> {
  const text = bytes.toString('latin1');
  if (!KEY.test(text)) {
    return bad(insteadOfPem(bytes, { wanted: 'private key', other: text.includes('CERTIFICATE-----') ? 'certificates' : undefined }));
  }
  if (/BEGIN ENCRYPTED PRIVATE KEY|Proc-Type: 4,ENCRYPTED/.test(text)) {
    return bad('it is locked with a pass phrase, which nobody can type for a server; store it without: openssl pkey -in LOCKED -out KEY');
  }
  try {
    return { kind: 'good', content: createPrivateKey(text) };
  } catch {
    return bad('it is damaged; make it anew');
  }
}

/** A PFX in DER: a sequence, its length in one byte or more, then the version 3 (RFC 7292, section 4). */
function isPkcs12(bytes: Buffer): boolean {
  const length = bytes[1] ?? 0;
  const at = length < 0x80 ? 2 : 2 + (length % 0x80);
  return bytes[0] === 0x30 && bytes.subarray(at, at + 3).equals(Buffer.from([2, 1, 3]));
}

function insteadOfPem(bytes: Buffer, { wanted, other }: { readonly wanted: string; readonly other: string | undefined }): string {
  if (isPkcs12(bytes)) {
    return 'it is a PKCS#12 store, and PEM is needed; take it apart: openssl pkcs12 -in STORE -nokeys -out CERT, and -nocerts -nodes -out KEY';
  }
  if (bytes[0] === 0x30)
    return `it is DER, and PEM is needed; convert it: openssl ${wanted === 'certificate' ? 'x509' : 'pkey'} -inform DER -in FILE -out PEM`;
  if (/^\s*$/.test(bytes.toString('latin1'))) return 'it holds blank lines only';
  if (other !== undefined) return `it holds ${other}, and no ${wanted}; are the two files swapped?`;
  return `it holds no ${wanted} in PEM, which begins with -----BEGIN`;
}

function bad(why: string): { readonly kind: 'bad'; readonly why: string } {
  return { kind: 'bad', why };
}
