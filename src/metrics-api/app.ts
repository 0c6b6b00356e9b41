// The metrics API as an express application: HTTP in, a reply, HTTP out.
import express, { type Express, type Request, type Response } from 'express';
import { type ApiReply, type ApiRequest, createReplies } from './handler.ts';
import type { MetricsApiServices } from './services.ts';
import { apiTelemetry } from './telemetry.ts';

/** An application that kube-apiserver can aggregate; once `admit` lets the asker. */
export function createMetricsApi(services: MetricsApiServices): Express {
  const telemetry = apiTelemetry(services.meter);
  const replyTo = createReplies(services);
  const app = express();
  app.disable('x-powered-by');
  app.use(async (request, response) => {
    const startMs = services.clock.nowMs();
    const target = request.originalUrl;
    const asked = apiRequest(request, abortedWhenGone(response));
    const admission = await services.admit?.({ ...asked, socket: request.socket, rawHeaders: request.rawHeaders });
    const reply =
      admission?.kind === 'refused'
        ? await replyTo({ ...asked, refused: admission })
        : (healthReply(asked, services) ?? (await replyTo({ ...asked, ...(admission && { user: admission.user }) })));
    response.writeHead(reply.code, {
      ...reply.headers,
      'X-Content-Type-Options': 'nosniff',
      'Cache-Control': 'no-cache, private',
      ...(reply.code !== 304 && { 'Content-Length': Buffer.byteLength(reply.body) }),
      ...(hasBody(request) && { Connection: 'close' }),
    });
    releaseWhenSent(response, reply);
    response.end(reply.body);
    telemetry.answered({ target, code: reply.code, seconds: (services.clock.nowMs() - startMs) / 1000 });
  });
  return app;
}

/** Kubelet may know no other port of the pod. */
function healthReply({ method, target }: ApiRequest, { health }: MetricsApiServices): ApiReply | undefined {
  const report = method === 'GET' || method === 'HEAD' ? health?.(target) : undefined;
  return report && { ...report, headers: { 'Content-Type': 'text/plain; charset=utf-8' } };
}

function apiRequest(request: Request, abortSignal: AbortSignal): ApiRequest {
  return {
    method: request.method,
    target: request.originalUrl,
    accept: request.get('accept'),
    userAgent: request.get('user-agent'),
    ifNoneMatch: request.get('if-none-match'),
    hasBody: hasBody(request),
    abortSignal,
  };
}

/** RFC 9112 section 6: a request has a body when one of these headers says so. */
function hasBody(request: Request): boolean {
  return request.get('transfer-encoding') !== undefined || Number(request.get('content-length') ?? 0) > 0;
}

/** An answer that was sent is closed too, and then there is nobody to tell. */
function abortedWhenGone(response: Response): AbortSignal {
  const controller = new AbortController();
  response.once('close', () => {
    if (!response.writableFinished) controller.abort();
  });
  return controller.signal;
}

/** Node may read the bytes of a body until its response is closed. */
function releaseWhenSent(response: Response, reply: ApiReply): void {
  if (reply.release === undefined) return;
  // A client that went away before its answer was there: no event is to come, and nothing is sent.
  if (response.closed) reply.release();
  else response.once('close', () => reply.release?.());
}
