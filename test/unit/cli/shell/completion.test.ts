import { describe, expect, test } from 'vitest';
import { type Catalogue, documentNames } from '../../../../src/cli/shell/catalogue.ts';
import { commonBeginning, complete } from '../../../../src/cli/shell/completion.ts';
import { builtInRegistry } from '../../../../src/registry/registry.ts';

const CATALOGUE: Catalogue = {
  ...documentNames(builtInRegistry()),
  tables: [
    { name: '_', columns: [{ name: 'n', type: 'BIGINT' }] },
    {
      name: 'owners',
      columns: [
        { name: 'app_id', type: 'VARCHAR' },
        { name: 'order', type: 'VARCHAR' },
      ],
    },
  ],
  functions: ['count', 'count_if', 'json_extract'],
  keywords: ['CASE', 'COUNT', 'FROM', 'GROUP', 'WHERE'],
};

/** The candidates at `|`. */
function at(marked: string, catalogue: Catalogue = CATALOGUE): readonly string[] {
  const cursor = marked.indexOf('|');
  const text = marked.slice(0, cursor) + marked.slice(cursor + 1);
  return complete(text, cursor, catalogue).candidates.map((candidate) => candidate.text);
}

test.each<[marked: string, candidates: readonly string[]]>([
  ['INS|', ['INSERT']],
  ['SELECT 1; del|', ['DELETE']],
  ['SELECT cou|', ['COUNT', 'count(', 'count_if(']],
  ['SELECT * FROM ow|', ['owners', 'okta.groups.owners']],
  ['SELECT * FROM jwk|', ['okta.apps.jwks']],
  ['SELECT * FROM |', ['_', 'owners', 'okta.']],
  ['SELECT * FROM okta.app|', ['apps.']],
  ['SELECT * FROM okta.apps.jw|', ['jwks']],
  ['SELECT * FROM okta.apps.jw| WHERE status', ['jwks']],
  ['SELECT * FROM owners o, okta.apps.jw|', ['jwks']],
  ['SELECT * FROM okta.apps.jwks wh|', ['WHERE']],
  ['WITH old AS (SELECT 1) SELECT * FROM ol|', ['old']],
  ['SELECT ki| FROM okta.apps.jwks', ['kid']],
  ['SELECT j.ki| FROM okta.apps.jwks AS j', ['kid']],
  ['SELECT J.KI| FROM okta.apps.jwks j', ['kid']],
  ['SELECT jwks.ki| FROM okta.apps.jwks', ['kid']],
  ['SELECT okta.apps.jwks.ki| FROM okta.apps.jwks', ['kid']],
  ['SELECT o.ord| FROM owners o', ['"order"']],
  ['SELECT n| FROM _', ['n']],
  ['SELECT * FROM okta.apps.jwks j JOIN okta.apps.applications a ON j.appI|', ['appId']],
  [
    'SELECT a.label FROM okta.apps.applications a WHERE EXISTS (SELECT 1 FROM okta.apps.jwks j WHERE a.lab|)',
    ['label'],
  ],
  // Neither the tables inside a subquery nor those of the other side of a UNION can be named here.
  ['SELECT j.ki| FROM (SELECT 1 FROM okta.apps.jwks j) x', []],
  ['SELECT j.kid FROM okta.apps.jwks j UNION SELECT j.ki| FROM owners', []],
  ['SELECT * FROM okta.users.users WHERE profile.log|', ['login']],
  ['SELECT u.profile.log| FROM okta.users.users u', ['login']],
  ['SELECT PROFILE.log| FROM okta.users.users', ['login']],
  ['EXEC okta.apps.jwks.deac|', ['deactivate_oauth2_client_json_web_key']],
  ['EXEC okta.apps.jw|', ['jwks.']],
  ['EXEC okta.apps.jwks.get_jwk |', ['@appId', '@keyId', '@subdomain']],
  ['EXEC okta.apps.jwks.get_jwk @k|', ['@keyId']],
  ["EXEC okta.apps.jwks.get_jwk @appId = 'x', @|", ['@keyId', '@subdomain']],
  ['DESCRIBE okta.apps.jw|', ['jwks']],
  ['DESCRIBE METHOD okta.apps.jwks.get_j|', ['get_jwk']],
  ['SHOW METHODS IN okta.apps.jw|', ['jwks']],
  ['INSERT INTO okta.apps.jw|', ['jwks']],
  ['INSERT INTO okta.apps.jwks (appI|', ['appId']],
  ['INSERT IN|', ['INTO']],
  ['SET |', ['okta.']],
  ['SET okta.pu|', ['pushdown']],
  ['UPDATE okta.apps.jwks SET stat|', ['status']],
  ['\\d okta.apps.jw|', ['jwks']],
  ['\\d jwk|', ['okta.apps.jwks']],
  ['\\wat|', ['watch']],
  ["SELECT 'jw|", []],
  ["SELECT 'jw|'", []],
  ['SELECT 1 -- jw|', []],
  ['SELECT /* jw| */ 1', []],
  ['SELECT * FROM nothing.here.jw|', []],
  ['SELECT * FROM okta.nothing.|', []],
  ['SELECT __proto__.| FROM okta.users.users', []],
  ['SELECT profile.constructor.| FROM okta.users.users', []],
])('%s', (marked, candidates) => {
  expect(at(marked)).toEqual(candidates);
});

describe('behind WHERE', () => {
  test('what requests need comes first, until it is given', () => {
    const jwks = at('SELECT * FROM okta.apps.jwks WHERE |');
    expect(jwks.slice(0, 2).toSorted()).toEqual(['appId', 'subdomain']);
    expect(at("SELECT * FROM okta.apps.jwks WHERE subdomain = 'acme' AND |").slice(0, 2)).toEqual(['appId', 'keyId']);
    expect(at("SELECT * FROM okta.apps.jwks WHERE appId IN ('a') AND subdomain = 'acme' AND |")[0]).toBe('keyId');
  });

  test('names that more than one table has say whose they are', () => {
    const names = at('SELECT * FROM okta.apps.jwks j JOIN okta.apps.applications a ON true WHERE |');
    expect(names).toContain('j.appId');
    expect(names).toContain('a.subdomain');
  });

  test('DELETE and UPDATE need what they name objects by', () => {
    expect(at('DELETE FROM okta.apps.jwks WHERE |').slice(0, 3).toSorted()).toEqual(['appId', 'keyId', 'subdomain']);
  });
});

test('required parameters of a call go before the others', () => {
  const details = complete('EXEC okta.users.users.list_users @', 34, CATALOGUE).candidates.map(({ detail = '' }) =>
    detail.endsWith('required'),
  );
  expect(details.indexOf(false)).toBe(details.lastIndexOf(true) + 1);
});

test('the beginning that all candidates have is certain', () => {
  const completion = complete('SELECT coun', 11, { ...CATALOGUE, keywords: [] });
  expect(commonBeginning(completion, 'coun')).toBe('count');
  expect(commonBeginning(complete('SELECT * FROM jwk', 17, CATALOGUE), 'jwk')).toBe('jwk');
});

test('a service is read when it is named, and once', () => {
  const registry = builtInRegistry();
  const read: string[] = [];
  const counting = documentNames({
    ...registry,
    service: (provider, service) => {
      read.push(service);
      return registry.service(provider, service);
    },
  });
  const catalogue = { ...CATALOGUE, ...counting };
  at('SELECT * FROM okta.|', catalogue);
  expect(read).toEqual([]);
  at('SELECT * FROM okta.apps.jw|', catalogue);
  expect(new Set(read)).toEqual(new Set(['apps']));
  at('SELECT * FROM jw|', catalogue);
  const count = read.length;
  at('SELECT * FROM jwk|', catalogue);
  expect(read).toHaveLength(count);
});
