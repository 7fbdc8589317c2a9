import { describe, expect, test } from 'vitest';

import { AuthError } from '../../../../src/errors.ts';
import {
  bothAuthorizations,
  headerAuthorization,
  noCredential,
  ownedByOneOrigin,
} from '../../../../src/http/login/credential.ts';
import type { HttpRequest } from '../../../../src/request/build.ts';
import { createTestClient, everythingOf, failureOf, TOKEN } from '../http-client.contract.ts';

function get(url: string): HttpRequest {
  return { method: 'GET', url, headers: {} };
}

describe('a credential', () => {
  const send = (header: string | undefined) => {
    const sent: Request[] = [];
    const client = createTestClient(
      async (request) => {
        sent.push(request);
        return new Response('[]');
      },
      {
        authorize: ownedByOneOrigin(async (request) => {
          if (header === undefined) throw noCredential(request, 'Set OKTA_API_TOKEN.');
          return headerAuthorization(header);
        }),
      },
    );
    return { client, sent };
  };

  test('goes to the first origin that asks, again and again', async () => {
    const { client, sent } = send(`SSWS ${TOKEN}`);
    await client.send(get('https://acme.okta.com/api/v1/apps'));
    await client.send(get('https://acme.okta.com/api/v1/users'));
    expect(sent.map(({ headers }) => headers.get('authorization'))).toEqual([`SSWS ${TOKEN}`, `SSWS ${TOKEN}`]);
  });

  test.each([
    'https://other.okta.com/api/v1/apps',
    'https://acme.okta.com.evil.example/api/v1/apps',
    'http://acme.okta.com/api/v1/apps',
    'https://acme.okta.com:8443/api/v1/apps',
  ])('does not follow to %s: no request is made', async (url) => {
    const { client, sent } = send(`SSWS ${TOKEN}`);
    await client.send(get('https://acme.okta.com/api/v1/apps'));
    const failure = await failureOf(client.send(get(url)));
    expect(failure).toBeInstanceOf(AuthError);
    expect(failure).toMatchObject({ status: 0, url });
    expect(failure.message).toContain('https://acme.okta.com');
    expect(everythingOf(failure)).not.toContain(TOKEN);
    expect(sent).toHaveLength(1);
    const secretUrl = `${url}?token=s3cret-value`;
    expect(everythingOf(await failureOf(client.send(get(secretUrl))))).not.toContain('s3cret-value');
    // A refusal does not hand the credential over either.
    await client.send(get('https://acme.okta.com/api/v1/apps'));
    expect(sent).toHaveLength(2);
  });

  test('that was never configured is an error with a hint, and nothing is sent', async () => {
    const { client, sent } = send(undefined);
    const failure = await failureOf(client.send(get('https://acme.okta.com/api/v1/apps')));
    expect(failure).toMatchObject({ code: 'AUTH', status: 0, hint: 'Set OKTA_API_TOKEN.' });
    expect(sent).toEqual([]);
  });

  test('with a line break in it is not quoted by the error of whoever notices', async () => {
    const { client, sent } = send(`SSWS ${TOKEN}\nx`);
    const failure = await failureOf(client.send(get('https://acme.okta.com/api/v1/apps')));
    expect(failure).toHaveProperty('code');
    expect(everythingOf(failure)).not.toContain(TOKEN);
    expect(sent).toEqual([]);
  });
});

test('of two authorisations both are told of the answer, and each may ask for another send', () => {
  const seen: string[] = [];
  const watching = (name: string, wish: 'again' | undefined) => ({
    headers: {},
    secrets: [],
    observe: () => {
      seen.push(name);
      return wish;
    },
  });
  const both = bothAuthorizations(watching('first', undefined), watching('second', 'again'));
  const answer = { status: 401, headers: new Headers(), sentAt: 0, receivedAt: 0 };
  expect(both.observe?.(get('https://acme.okta.com/api/v1/apps'), answer)).toBe('again');
  expect(seen).toEqual(['first', 'second']);
});
