// Requests that two readers could understand in two ways, byte by byte: whatever they say, nobody becomes somebody else.
import { once } from 'node:events';
import { connect } from 'node:tls';
import { describe, expect, it, onTestFinished } from 'vitest';
import { authority, client, type Made } from './support/authority.ts';
import { cluster, type Face, openFace } from './support/secure-face.ts';

const clients = await authority('clients');
const proxies = await authority('proxies');
const proxy = await client(proxies, 'front-proxy-client');
const user = await client(clients, 'u');

const DATA = {
  'client-ca-file': clients.certPem,
  'requestheader-client-ca-file': proxies.certPem,
  'requestheader-allowed-names': '["front-proxy-client"]',
  'requestheader-username-headers': '["X-Remote-User"]',
  'requestheader-uid-headers': '["X-Remote-Uid"]',
  'requestheader-group-headers': '["X-Remote-Group"]',
  'requestheader-extra-headers-prefix': '["X-Remote-Extra-"]',
};
const USERS = { good: { username: 'bearer' }, other: { username: 'other' } };

/** Every answer to these bytes, until the server closes: the user who was admitted, or a code. */
async function answers(
  { listener }: Face,
  { shows, bytes }: { readonly shows?: Made | undefined; readonly bytes: string },
): Promise<string[]> {
  const { port } = new URL(listener.url);
  const credentials = shows && { cert: shows.certPem, key: shows.keyPem };
  const socket = connect({ host: '127.0.0.1', port: Number(port), rejectUnauthorized: false, ...credentials });
  onTestFinished(() => void socket.destroy());
  socket.on('error', () => {});
  await once(socket, 'secureConnect');
  let text = '';
  socket.setEncoding('latin1').on('data', (chunk: string) => {
    text += chunk;
  });
  socket.write(bytes, 'latin1');
  await once(socket, 'close');
  return text.split(/(?=HTTP\/1\.1 \d{3} )/).map((answer) => {
    const said = /"user":"(?<user>[^"]*)"|"code":(?<code>\d+)/.exec(answer)?.groups;
    return said?.['user'] ?? said?.['code'] ?? `${/^HTTP\/1\.1 (?<status>\d+)/.exec(answer)?.groups?.['status']} unread`;
  });
}

const request = (lines: readonly string[], { line = 'GET /metrics HTTP/1.1', body = '' } = {}): string =>
  `${[line, 'Host: a', ...lines, 'Connection: close'].join('\r\n')}\r\n\r\n${body}`;

describe('two Authorization headers', () => {
  it.each([
    ['of two users', ['Authorization: Bearer good', 'Authorization: Bearer other']],
    ['the same twice', ['Authorization: Bearer good', 'authorization: Bearer good']],
    ['a second one of another scheme', ['Authorization: Bearer good', 'Authorization: Basic YTpi']],
    ['a second one that is empty', ['Authorization: Bearer good', 'Authorization:']],
  ])('%s: nobody', async (_, lines) => {
    const face = await openFace(cluster(DATA, USERS));
    expect(await answers(face, { bytes: request(lines) })).toEqual(['401']);
    expect(face.server.asked.filter(({ path }) => path.endsWith('/tokenreviews'))).toEqual([]);
  });

  it('mean nothing beside a certificate', async () => {
    const face = await openFace(cluster(DATA, USERS));
    const lines = ['Authorization: Bearer good', 'Authorization: Bearer other'];
    expect(await answers(face, { shows: user, bytes: request(lines) })).toEqual(['u']);
    expect(await answers(face, { shows: proxy, bytes: request([...lines, 'X-Remote-User: named']) })).toEqual(['named']);
    expect(await answers(face, { shows: proxy, bytes: request(lines) })).toEqual(['401']);
  });
});

describe('headers that look like those of the front proxy', () => {
  const LOOKALIKES = [
    'X_Remote_User: admin',
    'X-Remote_User: admin',
    'X-Remote-User-: admin',
    'X-Remote-User2: admin',
    'X.Remote.User: admin',
    'XRemote-User: admin',
  ];

  it.each(LOOKALIKES)('%s names nobody, from the front proxy neither', async (line) => {
    const face = await openFace(cluster(DATA, USERS));
    expect(await answers(face, { shows: proxy, bytes: request([line]) })).toEqual(['401']);
    expect(await answers(face, { shows: proxy, bytes: request([line, 'X-Remote-User: named']) })).toEqual(['named']);
  });

  it.each([
    [undefined, '401'],
    [user, 'u'],
  ] as const)('all of them, and the right ones, from somebody who is none', async (shows, expected) => {
    const face = await openFace(cluster(DATA, USERS));
    const lines = [...LOOKALIKES, 'X-Remote-User: admin', 'X-REMOTE-GROUP: system:masters', 'X-Remote-Extra-A: b', 'X-Remote-Uid: 0'];
    expect(await answers(face, { shows, bytes: request(lines) })).toEqual([expected]);
    const reviews = face.server.asked.filter(({ path }) => path.endsWith('/subjectaccessreviews'));
    expect(reviews.map(({ body }) => body)).toEqual(
      shows === undefined
        ? []
        : [expect.objectContaining({ spec: expect.objectContaining({ user: 'u', groups: ['system:authenticated'] }) })],
    );
  });

  it.each([
    ['X-Remote-User : admin', '400'],
    [' X-Remote-User: admin', '400'],
    ['X-Remote-User\t: admin', '400'],
    ['X-Remote-\0User: admin', '400'],
    ['A: b\r\n X-Remote-User: admin', '400'],
    ['A: b\nX-Remote-User: admin', '400'],
    ['A: b\rX-Remote-User: admin', '400'],
    ['X-Remote-User: a\0dmin', '400'],
  ])('%j are no request', async (lines, status) => {
    const face = await openFace(cluster(DATA, USERS));
    expect(await answers(face, { shows: proxy, bytes: request([lines]) })).toEqual([`${status} unread`]);
  });

  it('two users of the front proxy: the first, as in Kubernetes; groups: all', async () => {
    const face = await openFace(cluster(DATA, USERS));
    const lines = ['X-Remote-User: named', 'X-Remote-Group: g', 'x-remote-user: admin', 'x-remote-group: h'];
    expect(await answers(face, { shows: proxy, bytes: request(lines) })).toEqual(['named']);
    expect(face.server.asked.at(-1)?.body).toMatchObject({ spec: { user: 'named', groups: ['g', 'h', 'system:authenticated'] } });
  });

  it('name nobody after the body', async () => {
    const face = await openFace(cluster(DATA, USERS));
    const lines = ['Transfer-Encoding: chunked', 'Trailer: X-Remote-User, Authorization'];
    const body = '1\r\na\r\n0\r\nX-Remote-User: admin\r\nAuthorization: Bearer good\r\n\r\n';
    expect(await answers(face, { shows: proxy, bytes: request(lines, { body, line: 'POST /metrics HTTP/1.1' }) })).toEqual(['401']);
  });
});

describe('where a request ends', () => {
  const HIDDEN = 'GET /hidden HTTP/1.1\r\nHost: a\r\nX-Remote-User: admin\r\n\r\n';

  it('is where its length says: what looks like another one is its body', async () => {
    const face = await openFace(cluster(DATA, USERS));
    const bytes = request([`Content-Length: ${HIDDEN.length}`, 'X-Remote-User: named'], { body: HIDDEN });
    expect(await answers(face, { shows: proxy, bytes })).toEqual(['named']);
  });

  it.each([
    ['a length and chunks', ['Content-Length: 5', 'Transfer-Encoding: chunked'], `0\r\n\r\n${HIDDEN}`],
    ['chunks and a length', ['Transfer-Encoding: chunked', `Content-Length: ${HIDDEN.length}`], `0\r\n\r\n${HIDDEN}`],
    ['two lengths', ['Content-Length: 0', `Content-Length: ${HIDDEN.length}`], HIDDEN],
    ['two lengths in one', [`Content-Length: 0, ${HIDDEN.length}`], HIDDEN],
    ['a length with a sign', ['Content-Length: +5'], HIDDEN],
    ['a length that is none', ['Content-Length: 0x5'], HIDDEN],
    ['chunks that are not the last coding', ['Transfer-Encoding: chunked, identity'], `0\r\n\r\n${HIDDEN}`],
    ['a coding with a trick', ['Transfer-Encoding: xchunked'], `0\r\n\r\n${HIDDEN}`],
    ['a chunk with a sign', ['Transfer-Encoding: chunked'], `+1\r\na\r\n0\r\n\r\n${HIDDEN}`],
  ])('cannot be read in two ways: %s', async (_, lines, body) => {
    const face = await openFace(cluster(DATA, USERS));
    const found = await answers(face, {
      shows: proxy,
      bytes: request([...lines, 'X-Remote-User: named'], { body, line: 'POST /a HTTP/1.1' }),
    });
    expect(found).not.toContain('admin');
    expect(found.at(-1)).toMatch(/^400 unread$|^named$/);
    expect(found.length).toBe(1);
  });
});
