// The end of connections on which a client showed a certificate, over real TLS.
import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { Agent, request } from 'node:https';
import type { Socket } from 'node:net';
import { expect, it, onTestFinished } from 'vitest';
import { type Listener, type ListenerOptions, listen } from '../../../src/app/listener/listener.ts';
import { silentLog } from '../../../src/model/log.ts';
import { selfSignedCertificate } from '../../../src/tls/self-signed.ts';
import { authority, client } from '../../auth/support/authority.ts';
import { timed } from '../support/wait.ts';

/** Below the five seconds after which Node ends whatever is idle. */
const SOON_MS = 2_500;

const shown = await client(await authority('clients'), 'u');
const tls = await selfSignedCertificate({ hosts: ['127.0.0.1'], notBefore: new Date(Date.now() - 1000), days: 1 });

async function open(handler: ListenerOptions['handler']): Promise<Listener> {
  const address = { host: '127.0.0.1', port: 0 };
  const listener = await listen({ handler, address, tls, asksCertificates: true, log: silentLog, flag: 'listen' });
  onTestFinished(() => listener.close(0));
  return listener;
}

function agentOf({ isKnown }: { readonly isKnown: boolean }): Agent {
  const credentials = isKnown ? { cert: shown.certPem, key: shown.keyPem } : {};
  const agent = new Agent({ keepAlive: true, maxSockets: 1, rejectUnauthorized: false, ...credentials });
  onTestFinished(() => agent.destroy());
  return agent;
}

interface Answered {
  readonly response: IncomingMessage;
  readonly socket: Socket;
}

async function ask({ url }: Listener, agent: Agent): Promise<Answered> {
  const [response] = await once(request(url, { agent }).end(), 'response');
  return { response, socket: response.socket };
}

async function bodyOf({ response }: Answered): Promise<string> {
  let text = '';
  for await (const chunk of response.setEncoding('utf8')) text += chunk;
  return text;
}

async function closed({ socket }: Answered): Promise<void> {
  if (!socket.closed) await timed(once(socket, 'close'), SOON_MS);
}

/** A handler whose answers the test gives. */
function held(): { readonly handler: ListenerOptions['handler']; next(): Promise<ServerResponse> } {
  let asked = Promise.withResolvers<ServerResponse>();
  return {
    handler: (_request, response) => asked.resolve(response),
    next: async () => {
      const response = await asked.promise;
      asked = Promise.withResolvers();
      return response;
    },
  };
}

it('comes at once to idle ones; those without a certificate, and those that come later, go on', async () => {
  const listener = await open((_request, response) => void response.end('hello'));
  const [known, unknown] = [agentOf({ isKnown: true }), agentOf({ isKnown: false })];
  const [one, other] = [await ask(listener, known), await ask(listener, unknown)];
  expect([await bodyOf(one), await bodyOf(other)]).toEqual(['hello', 'hello']);
  listener.endCertified();
  await closed(one);
  const again = await ask(listener, known);
  await bodyOf(again);
  const third = await ask(listener, known);
  expect([await bodyOf(third), third.socket === again.socket, again.socket === one.socket]).toEqual(['hello', true, false]);
  expect([other.socket.closed, await bodyOf(await ask(listener, unknown))]).toEqual([false, 'hello']);
});

it('waits for an answer that has not begun, and says that it is the last', async () => {
  const { handler, next } = held();
  const listener = await open(handler);
  const asked = ask(listener, agentOf({ isKnown: true }));
  const response = await next();
  listener.endCertified();
  response.end('late');
  const answered = await asked;
  expect([answered.response.headers.connection, await bodyOf(answered)]).toEqual(['close', 'late']);
  await closed(answered);
});

it('waits for an answer that has begun', async () => {
  const { handler, next } = held();
  const listener = await open(handler);
  const asked = ask(listener, agentOf({ isKnown: true }));
  const response = await next();
  response.writeHead(200, { 'Content-Length': 10 }).write('first');
  const answered = await asked;
  listener.endCertified();
  listener.endCertified();
  response.end('later');
  expect([answered.response.headers.connection, await bodyOf(answered)]).toEqual(['keep-alive', 'firstlater']);
  await closed(answered);
});

it('is none without TLS', async () => {
  const handler: ListenerOptions['handler'] = (_request, response) => void response.end();
  const listener = await listen({ handler, address: { host: '127.0.0.1', port: 0 }, log: silentLog, flag: 'listen' });
  onTestFinished(() => listener.close(0));
  expect(() => listener.endCertified()).not.toThrow();
});
