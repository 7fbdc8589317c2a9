/**
 * The server over HTTP on loopback: whoever has the token. A page in a browser on this machine has it not, and comes from another origin,
 * and a name that leads here is not our host. https://modelcontextprotocol.io/specification asks for all three.
 *
 * @module
 */

import { createHash, timingSafeEqual } from 'node:crypto';
import { createServer as createHttpServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { localhostHostValidation, localhostOriginValidation, toNodeHandler } from '@modelcontextprotocol/node';
import { createMcpHandler } from '@modelcontextprotocol/server';
import type { Workspace } from './contract.ts';
import { createServer } from './server.ts';

export interface HttpTerms {
  /** 0 takes a free one. */
  readonly port: number;
  /** What clients have to show. */
  readonly token: string;
  readonly onError: (error: Error) => void;
}

export interface HttpServer {
  /** Such as `http://127.0.0.1:4000/mcp`. */
  readonly url: string;
  close(): Promise<void>;
}

const PATH = '/mcp';

/** @throws Error where the port cannot be had */
export async function serveOverHttp(workspace: Workspace, { port, token, onError }: HttpTerms): Promise<HttpServer> {
  const handler = createMcpHandler(() => createServer(workspace), { onerror: onError });
  const answer = toNodeHandler(handler, { onerror: onError });
  const guards = [localhostHostValidation(), localhostOriginValidation(), tokenValidation(token), pathValidation];
  const server = createHttpServer((request, response) => {
    if (!guards.every((isAllowed) => isAllowed(request, response))) return;
    // Their types take no member that may be undefined.
    answer(request as Parameters<typeof answer>[0], response).catch((error: unknown) => {
      onError(error instanceof Error ? error : new Error(String(error)));
      response.destroy();
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  const { port: own } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${own}${PATH}`,
    close: async () => {
      await handler.close();
      await new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      });
    },
  };
}

/** Whether a request may go on; where not, it has been answered. */
type Guard = (request: IncomingMessage, response: ServerResponse) => boolean;

function tokenValidation(token: string): Guard {
  // Digests have one length, which the comparison needs and which tells nothing.
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  const wanted = digest(token);
  return ({ headers }, response) => {
    const [, shown = ''] = /^Bearer +(\S+)$/i.exec(headers.authorization ?? '') ?? [];
    if (timingSafeEqual(digest(shown), wanted)) return true;
    refuse(response, 401, 'A bearer token is required: the one that oktaql mcp was started with.', {
      'WWW-Authenticate': 'Bearer',
    });
    return false;
  };
}

const pathValidation: Guard = ({ url = '' }, response) => {
  if (url.split('?')[0] === PATH) return true;
  refuse(response, 404, `There is ${PATH} and nothing else.`);
  return false;
};

function refuse(response: ServerResponse, status: number, message: string, headers: Record<string, string> = {}): void {
  response.writeHead(status, { 'Content-Type': 'application/json', ...headers });
  response.end(JSON.stringify({ jsonrpc: '2.0', error: { code: -32_000, message }, id: null }));
}
