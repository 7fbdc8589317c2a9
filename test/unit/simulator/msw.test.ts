import { http } from 'msw';
import { setupServer } from 'msw/node';
import { afterEach, expect, test } from 'vitest';

import { faults, mswHandlers } from '../../../src/simulator/index.ts';
import { appLabelled, jwksPath, ORIGIN, rsaKey, simulate } from './client.ts';

const sim = simulate();
const server = setupServer(...mswHandlers(sim, http));
server.listen({ onUnhandledRequest: 'error' });
afterEach(() => {
  sim.switches.faults = [];
});

const authorization = `SSWS ${sim.token}`;

test('fetch reaches the simulator', async () => {
  const response = await fetch(`${ORIGIN}/api/v1/apps?limit=2`, { headers: { authorization } });
  expect(await response.json()).toHaveLength(2);
  expect(response.headers.get('link')?.split(', ')).toHaveLength(2);
  const app = appLabelled(sim, 'Onboarding Bot');
  const headers = { authorization, 'content-type': 'application/json' };
  const added = await fetch(ORIGIN + jwksPath(app), { method: 'POST', headers, body: JSON.stringify(rsaKey()) });
  expect(added.status).toBe(201);
  expect(sim.violations).toEqual([]);
});

test('a broken connection makes fetch reject', async () => {
  sim.switches.faults = [faults.resetBefore()];
  await expect(fetch(`${ORIGIN}/api/v1/apps`, { headers: { authorization } })).rejects.toThrow(TypeError);
});

test('a request to another host is answered, and is a violation', async () => {
  const response = await fetch('https://evil.example/api/v1/apps', { headers: { authorization } });
  expect(response.status).toBe(404);
  expect(sim.violations).toHaveLength(1);
});
