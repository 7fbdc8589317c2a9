import { request as httpRequest } from 'node:http';
import { connect } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import { faults, listen, type RunningServer, type Simulator } from '../../../src/simulator/index.ts';
import { appLabelled, jwksPath, rsaKey, simulate } from './client.ts';

let sim: Simulator;
let server: RunningServer;

beforeEach(async () => {
  sim = simulate();
  server = await listen(sim);
});

afterEach(async () => {
  await server.close().catch(() => undefined);
});

async function send(method: string, path: string, body?: object): Promise<Response> {
  return fetch(server.url + path, {
    method,
    headers: {
      authorization: `SSWS ${sim.token}`,
      ...(body && { 'content-type': 'application/json' }),
    },
    ...(body && { body: JSON.stringify(body) }),
  });
}

/** Sends bytes as they are, and returns everything that comes back. */
function raw(text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(server.port, '127.0.0.1', () => socket.write(text));
    let received = '';
    socket.on('data', (chunk) => {
      received += chunk.toString();
    });
    socket.on('end', () => resolve(received));
    socket.on('error', reject);
  });
}

describe('over a real connection', () => {
  test('adds, deactivates and deletes a key', async () => {
    const app = appLabelled(sim, 'Identity Sync');
    const added = await send('POST', jwksPath(app), rsaKey());
    const { id } = (await added.json()) as { id: string };
    expect(added.status).toBe(201);
    expect((await send('POST', `${jwksPath(app)}/${id}/lifecycle/deactivate`)).status).toBe(200);
    const deleted = await send('DELETE', `${jwksPath(app)}/${id}`);
    expect([deleted.status, await deleted.text()]).toEqual([204, '']);
    expect(sim.violations).toEqual([]);
  });

  test('sends two Link fields on its own origin', async () => {
    const links = await new Promise<string[]>((resolve, reject) => {
      const headers = { authorization: `SSWS ${sim.token}` };
      const request = httpRequest(`${server.url}/api/v1/apps?limit=3`, { headers }, (response) => {
        const { rawHeaders } = response;
        resolve(rawHeaders.filter((_, index) => rawHeaders[index - 1]?.toLowerCase() === 'link' && index % 2 === 1));
        response.resume();
      });
      request.on('error', reject).end();
    });
    expect(links).toHaveLength(2);
    expect(links[0]).toBe(`<${server.url}/api/v1/apps?limit=3>; rel="self"`);
    expect(links[1]?.startsWith(`<${server.url}/api/v1/apps?after=`)).toBe(true);
  });

  test('sends each header once, and the Date of the simulated clock', async () => {
    const reply = await raw(
      'GET /api/v1/apps HTTP/1.1\r\nHost: localhost\r\nAuthorization: SSWS sim-token\r\nConnection: close\r\n\r\n',
    );
    expect(reply.match(/^date: .*$/gim)).toEqual(['date: Mon, 23 Nov 2026 08:00:00 GMT']);
  });

  test('sees what a URL parser would hide', async () => {
    const head = 'Host: localhost\r\nAuthorization: SSWS sim-token\r\nConnection: close\r\n';
    await raw(`GET /api/v1/%2e%2e/v1/apps HTTP/1.1\r\n${head}\r\n`);
    await raw(`GET //api/v1/apps HTTP/1.1\r\n${head}\r\n`);
    await raw(`GET /api/v1/apps HTTP/1.1\r\n${head}Content-Length: 2\r\n\r\n{}`);
    const reply = await raw(`POST /api/v1/apps/a/credentials/jwks/b/lifecycle/activate HTTP/1.1\r\n${head}\r\n`);
    expect(reply).toMatch(/^HTTP\/1\.1 411 /);
    expect(sim.violations).toEqual([
      'GET /api/v1/%2e%2e/v1/apps: the path has a dot segment',
      'GET //api/v1/apps: the path has an empty segment',
      'GET /api/v1/apps: a GET with a body',
      'POST /api/v1/apps/a/credentials/jwks/b/lifecycle/activate: an empty POST without Content-Length',
    ]);
  });

  test('breaks the connection before and after the effect', async () => {
    const app = appLabelled(sim, 'Onboarding Bot');
    sim.switches.faults = [faults.resetBefore({ times: 1 }), faults.resetAfter({ times: 1 })];
    await expect(send('POST', jwksPath(app), rsaKey())).rejects.toThrow('fetch failed');
    expect(sim.keys(app.id)).toHaveLength(0);
    await expect(send('POST', jwksPath(app), rsaKey())).rejects.toThrow('fetch failed');
    expect(sim.keys(app.id)).toHaveLength(1);
  });

  test('a client that hangs up changes nothing', async () => {
    sim.switches.latencyMs = 10_000;
    const app = appLabelled(sim, 'Onboarding Bot');
    const hangUp = new AbortController();
    const headers = { authorization: `SSWS ${sim.token}`, 'content-type': 'application/json' };
    const body = JSON.stringify(rsaKey());
    const pending = fetch(server.url + jwksPath(app), { method: 'POST', headers, body, signal: hangUp.signal });
    while (sim.journal.length === 0) await new Promise((resolve) => setTimeout(resolve, 1));
    hangUp.abort();
    await expect(pending).rejects.toMatchObject({ name: 'AbortError' });
    await server.close();
    expect([sim.keys(app.id), sim.journal[0]?.status]).toEqual([[], 0]);
  });

  test('survives an answer that throws', async () => {
    sim.switches.faults = [
      {
        match: {},
        times: 1,
        answer: () => {
          throw new Error('a mistake in a test');
        },
      },
    ];
    expect((await send('GET', '/api/v1/apps')).status).toBe(500);
    expect((await send('GET', '/api/v1/apps')).status).toBe(200);
  });
});

describe('close', () => {
  test('ends idle connections, and the port is free again', async () => {
    await (await send('GET', '/api/v1/apps')).text();
    await server.close();
    const again = await listen(sim, { port: server.port });
    expect(again.url).toBe(server.url);
    await again.close();
  });

  test('waits for a request that is running, and leaves no connection behind', async () => {
    sim.switches.latencyMs = 50;
    const pending = send('GET', '/api/v1/apps');
    while (sim.journal.length === 0) await new Promise((resolve) => setTimeout(resolve, 1));
    const closed = server.close();
    expect((await pending).status).toBe(200);
    await closed;
    expect(process.getActiveResourcesInfo().filter((name) => name === 'TCPServerWrap')).toEqual([]);
  });

  test('refuses a port that is taken', async () => {
    await expect(listen(sim, { port: server.port })).rejects.toMatchObject({ code: 'EADDRINUSE' });
  });
});
