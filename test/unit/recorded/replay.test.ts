import { describe, expect, test } from 'vitest';
import { createProvider } from '../../../src/index.ts';
import { createSimulator } from '../../../src/simulator/index.ts';
import { readExchanges } from '../../../tools/recorded/exchanges.ts';
import { findOperation, operationsOf } from '../../../tools/recorded/operations.ts';
import { type Replay, replay } from '../../../tools/recorded/replay.ts';

const operations = operationsOf(createProvider().registry);

async function replayed(line: object): Promise<Replay> {
  const [exchange] = readExchanges(JSON.stringify({ status: 200, headers: {}, body: null, ...line }));
  const found = exchange && findOperation(operations, exchange);
  if (exchange === undefined || found === undefined) throw new Error('There is no such operation.');
  return replay(() => createSimulator(), exchange, found);
}

const error = (summary: string): object => ({
  errorCode: 'E0000007',
  errorSummary: summary,
  errorLink: 'E0000007',
  errorId: 'oaehu5F5OZUT9qx-T0kj9p6yw',
  errorCauses: [],
});

describe('replay', () => {
  test('recorded ids are replaced by those of objects that exist', async () => {
    const { request, reply } = await replayed({ request: 'GET /api/v1/zones/nzo00000000000000000' });
    expect(request).not.toContain('nzo00000000000000000');
    expect(reply.status).toBe(200);
  });

  test('of several objects the one most like the recorded one is taken', async () => {
    const body = { id: 'x', label: 'x', status: 'INACTIVE', signOnMode: 'SAML_2_0' };
    const { reply } = await replayed({ request: 'GET /api/v1/apps/0oa00000000000000000', body });
    expect(reply.body).toMatchObject({ signOnMode: 'SAML_2_0', status: 'INACTIVE' });
  });

  test('parents are looked for until the call succeeds', async () => {
    const request = 'GET /api/v1/apps/0oa00000000000000000/credentials/jwks/pks00000000000000000';
    const { reply } = await replayed({ request, body: { kty: 'RSA' } });
    expect(reply).toMatchObject({ status: 200, body: { kty: 'RSA' } });
  });

  test('what was not found then is not found now', async () => {
    const { request, differences } = await replayed({
      request: 'GET /api/v1/zones/nobody',
      status: 404,
      body: error('Not found: Resource not found: nobody (NetworkZone)'),
    });
    expect(request).toBe('GET /api/v1/zones/nobody');
    expect(differences).toEqual([]);
  });

  test('a write sends what was sent, or else what the answer repeats', async () => {
    const body = { id: 'bhv0', name: 'Far away', type: 'VELOCITY' };
    const made = await replayed({ request: 'POST /api/v1/behaviors', body });
    expect(made.reply.body).toMatchObject({ name: 'Far away' });
    const sent = await replayed({ request: 'POST /api/v1/behaviors', requestBody: { name: 'Sent' }, body });
    expect(sent.reply.body).toMatchObject({ name: 'Sent' });
  });

  test('a list that is shorter here is asked for a page of one, to see its next', async () => {
    const link = ['self', 'next'].map(
      (rel) => `<https://my-org.okta.com/api/v1/idps?${rel === 'next' ? 'after=1&' : ''}limit=20>; rel="${rel}"`,
    );
    const { differences } = await replayed({ request: 'GET /api/v1/idps', headers: { link }, body: [] });
    expect(differences).toEqual([]);
  });
});
