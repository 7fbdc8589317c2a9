import { describe, expect, test } from 'vitest';

import { faults, type Simulator } from '../../../src/simulator/index.ts';
import { appLabelled, call, firstOf, itemsOf, jwksPath, makeRequest, rsaKey, simulate } from './client.ts';

const LIST = 'GET /api/v1/apps';

async function answer(sim: Simulator, request = LIST): Promise<Response> {
  return sim.handle(makeRequest(sim, request));
}

function linkTo(response: Response, rel: string): URL {
  const link = (response.headers.get('link') ?? '').split(', ').find((each) => each.endsWith(`rel="${rel}"`));
  return new URL(/<([^>]*)>/.exec(link ?? '')?.[1] ?? '');
}

describe('fixed answers', () => {
  test.each([
    ['serverError', faults.serverError(), 500, 'E0000009'],
    ['tooManyRequests', faults.tooManyRequests(), 429, 'E0000047'],
    ['oktaError', faults.oktaError({ status: 503, code: 'E0000010', summary: 'read-only' }), 503, 'E0000010'],
  ])('%s has the headers of Okta', async (_name, fault, status, code) => {
    const sim = simulate();
    sim.switches.faults = [fault];
    const { headers, ...reply } = await call(sim, LIST);
    expect([reply.status, reply.body.errorCode]).toEqual([status, code]);
    expect(headers.get('x-rate-limit-reset')).toMatch(/^\d{10}$/);
    expect(headers.get('x-okta-request-id')).toMatch(/^[0-9a-f]{32}$/);
  });

  test('tooManyRequests can look like the concurrency limit', async () => {
    const sim = simulate();
    sim.switches.faults = [faults.tooManyRequests({ 'x-rate-limit-limit': '0', 'x-rate-limit-remaining': '0' })];
    const { headers } = await answer(sim);
    expect([headers.get('x-rate-limit-limit'), headers.get('x-rate-limit-remaining')]).toEqual(['0', '0']);
  });

  test.each([
    ['badGateway', faults.badGateway(), 502],
    ['badGateway 504', faults.badGateway(504), 504],
    ['htmlPage', faults.htmlPage(), 200],
  ])('%s is HTML', async (_name, fault, status) => {
    const sim = simulate();
    sim.switches.faults = [fault];
    const response = await answer(sim);
    expect([response.status, response.headers.get('content-type')]).toEqual([status, 'text/html;charset=utf-8']);
    expect(await response.text()).toMatch(/^<html>/);
  });

  test('truncatedJson cannot be parsed', async () => {
    const sim = simulate();
    sim.switches.faults = [faults.truncatedJson()];
    const response = await answer(sim);
    expect([response.status, response.headers.get('content-type')]).toEqual([200, 'application/json']);
    await expect(response.json()).rejects.toThrow(SyntaxError);
  });

  test('vanishedApp is 404 below the app, which the list still names', async () => {
    const sim = simulate();
    const app = appLabelled(sim, 'Payroll Sync');
    sim.switches.faults = [faults.vanishedApp(app.id)];
    const { status, body } = await call(sim, `GET ${jwksPath(app)}`);
    expect([status, body.errorSummary]).toEqual([404, `Not found: Resource not found: ${app.id} (AppInstance)`]);
    expect((await call(sim, `${LIST}?limit=200`)).body).toHaveLength(sim.apps().length);
  });
});

describe('matching', () => {
  test('strikes as often as told, then the next fault, then none', async () => {
    const sim = simulate();
    sim.switches.faults = [faults.serverError({ times: 2 }), faults.badGateway(503, { times: 1 })];
    const statuses: number[] = [];
    for (let index = 0; index < 4; index += 1) statuses.push((await answer(sim)).status);
    expect(statuses).toEqual([500, 500, 503, 200]);
    expect(sim.journal.map(({ status }) => status)).toEqual([500, 500, 503, 200]);
  });

  test('only strikes the method and the path, query included', async () => {
    const sim = simulate();
    sim.switches.faults = [faults.serverError({ match: { method: 'GET', path: /limit=2$/ } })];
    expect((await answer(sim, `${LIST}?limit=1`)).status).toBe(200);
    expect((await answer(sim, `${LIST}?limit=2`)).status).toBe(500);
  });
});

describe('broken connections', () => {
  test.each([
    ['resetBefore', faults.resetBefore({ times: 1 }), 0],
    ['resetAfter', faults.resetAfter({ times: 1 }), 1],
  ])('%s rejects like fetch, with %i keys stored', async (_name, fault, stored) => {
    const sim = simulate();
    const app = appLabelled(sim, 'Onboarding Bot');
    sim.switches.faults = [fault];
    const request = makeRequest(sim, `POST ${jwksPath(app)}`, { body: rsaKey() });
    await expect(sim.handle(request)).rejects.toMatchObject({
      name: 'TypeError',
      message: 'fetch failed',
      cause: { code: 'ECONNRESET' },
    });
    expect(sim.keys(app.id)).toHaveLength(stored);
    expect(sim.journal[0]?.status).toBe(0);
  });
});

describe('bad paging', () => {
  test('emptyPage has a next, which holds the rows', async () => {
    const sim = simulate();
    sim.switches.faults = [faults.emptyPage()];
    const empty = await answer(sim, `${LIST}?limit=5`);
    expect(await empty.json()).toEqual([]);
    expect(linkTo(empty, 'self').search).toBe('?limit=5');
    const { body } = await call(sim, `GET ${linkTo(empty, 'next').href}`);
    expect(itemsOf(body).map(({ id }) => id)).toEqual(
      sim
        .apps()
        .slice(0, 5)
        .map(({ id }) => id),
    );
  });

  test('emptyPage in the middle loses nothing either', async () => {
    const sim = simulate();
    const first = await answer(sim, `${LIST}?limit=5`);
    sim.switches.faults = [faults.emptyPage()];
    const empty = await answer(sim, `GET ${linkTo(first, 'next').href}`);
    expect(await empty.json()).toEqual([]);
    expect(linkTo(empty, 'next').href).not.toBe(linkTo(first, 'next').href);
    const { body } = await call(sim, `GET ${linkTo(empty, 'next').href}`);
    expect(firstOf(body).id).toBe(sim.apps()[5]?.id);
  });

  test('repeatedCursor leads back to its own page', async () => {
    const sim = simulate();
    sim.switches.faults = [faults.repeatedCursor()];
    const first = await answer(sim, `${LIST}?limit=5`);
    const next = linkTo(first, 'next').href;
    const second = await answer(sim, `GET ${next}`);
    expect(linkTo(second, 'next').href).toBe(next);
  });

  test.each([
    ['nextOnOtherHost', faults.nextOnOtherHost('evil.example'), /^https:\/\/evil\.example\/api\/v1\/apps\?after=/],
    [
      'nextOnOtherPath',
      faults.nextOnOtherPath('/api/v1/users'),
      /^https:\/\/my-org\.okta\.com\/api\/v1\/users\?after=/,
    ],
    ['nextWithout', faults.nextWithout('q'), /^https:\/\/my-org\.okta\.com\/api\/v1\/apps\?after=[\w-]+&limit=1$/],
  ])('%s changes next and leaves self', async (_name, fault, expected) => {
    const sim = simulate();
    sim.switches.faults = [fault];
    const response = await answer(sim, `${LIST}?limit=1&q=b`);
    expect(linkTo(response, 'next').href).toMatch(expected);
    expect(linkTo(response, 'self').href).toBe('https://my-org.okta.com/api/v1/apps?limit=1&q=b');
  });
});
