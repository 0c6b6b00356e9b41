// What is below /api/plimsoll, asked over HTTP.
import { once } from 'node:events';
import { createServer } from 'node:http';
import express from 'express';
import { afterEach, expect, it } from 'vitest';
import { ApiError, createPlimsollApi } from '../../src/explain/app.ts';

const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

async function served(): Promise<string> {
  const app = express();
  const echo = { path: '/echo', usage: '/echo?word=WORD' };
  app.use(
    '/api/plimsoll',
    createPlimsollApi([
      {
        ...echo,
        answer: async ({ query }) => {
          const word = query.get('word');
          if (word === null) throw new ApiError(400, 'cannot echo: word is missing; say one');
          return { word };
        },
      },
    ]),
  );
  const server = createServer(app).listen(0, '127.0.0.1');
  await once(server, 'listening');
  closing.push(async () => {
    server.close();
    await once(server, 'close');
  });
  const address = server.address();
  return `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`;
}

it.each([
  { path: '/api/plimsoll/echo?word=a%26b', code: 200, body: { word: 'a&b' } },
  { path: '/api/plimsoll/echo', code: 400, body: { error: 'cannot echo: word is missing; say one' } },
  {
    path: '/api/plimsoll/Echo',
    code: 404,
    body: { error: 'cannot find "/Echo": there is no such path; the paths are /echo?word=WORD' },
  },
])('answers $path', async ({ path, code, body }) => {
  const response = await fetch(`${await served()}${path}`, { headers: { connection: 'close' } });
  expect([response.status, response.headers.get('content-type'), await response.json()]).toEqual([code, 'application/json', body]);
});
