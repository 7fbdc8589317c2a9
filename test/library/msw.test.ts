import { HttpResponse, http } from 'msw';
import { setupServer } from 'msw/node';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { createSession } from '../../src/index.ts';

// docs/library.md tells msw's users to hand the global fetch over, which is looked up when it is called.
const server = setupServer();
beforeAll(() => server.listen({ onUnhandledRequest: 'error' }));
afterEach(() => server.resetHandlers());
afterAll(() => server.close());

const session = createSession({ token: 'test', subdomain: 'acme', fetch: (request) => globalThis.fetch(request) });
afterAll(() => session.close());

test('msw answers in place of the org', async () => {
  const seen: (string | null)[] = [];
  server.use(
    http.get('https://acme.okta.com/api/v1/groups', ({ request }) => {
      seen.push(request.headers.get('authorization'));
      return HttpResponse.json([{ id: '00g1' }]);
    }),
  );
  expect((await session.query('SELECT id FROM okta.groups.groups')).rows).toEqual([['00g1']]);
  expect(seen).toEqual(['SSWS test']);
});

test('what msw has no handler for fails, and reaches no org', async () => {
  await expect(session.query('SELECT id FROM okta.groups.groups')).rejects.toMatchObject({ code: 'NETWORK' });
});
