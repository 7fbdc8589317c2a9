/**
 * What is run while things go wrong.
 *
 * @module
 */

import type { Simulator } from '../../src/simulator/index.ts';

export interface Tried {
  readonly sql: string;
  /** How often its effect is there, of a statement that changes something in the org. */
  readonly effects?: (org: Simulator) => number;
  /** Heeds no interrupt: only a process can be ended. */
  readonly isStubborn?: boolean;
}

export const APPS = 11;

/** Of an org of {@link APPS} apps with three keys each. */
export function statementsOf(org: Simulator): readonly Tried[] {
  const app = org.apps()[1]?.id ?? '';
  const [key, inactive] = org.keys(app).map(({ id }) => id);
  const status = (id: string | undefined): string | undefined => org.keys(app).find((each) => each.id === id)?.status;
  const reads = [
    'SELECT id, label FROM okta.apps.applications WHERE "limit" = 4',
    'SELECT appId, id, created FROM okta.apps.jwks',
    `SELECT id, status FROM okta.apps.jwks WHERE appId = '${app}' AND keyId = '${key}'`,
    'SELECT a.label, count(*) AS n FROM okta.apps.applications a JOIN okta.apps.jwks j ON j.appId = a.id GROUP BY ALL',
    "SELECT id FROM okta.apps.applications WHERE status = 'ACTIVE' AND id IN (SELECT appId FROM okta.apps.jwks)",
    'SELECT id FROM okta.apps.applications ORDER BY id LIMIT 3',
    'CREATE OR REPLACE TABLE mine AS SELECT id, label FROM okta.apps.applications',
    'SELECT sum(i % 7) AS n FROM range(30000000) t(i)',
    'SELECT i, i * 2 AS j FROM range(100000) t(i)',
    // What is to be expected depends on what the session has read.
    "EXPLAIN SELECT * FROM okta.apps.jwks WHERE appId = '0oa00000000000000001'",
    'SELECT 42 AS answer',
  ].map((sql) => ({ sql }));
  return [
    ...reads,
    { sql: "SELECT levenshtein(repeat('a', 15000), repeat('b', 15000)) AS n", isStubborn: true },
    {
      sql: `DELETE FROM okta.apps.jwks WHERE appId = '${app}' AND keyId = '${inactive}'`,
      effects: () => (status(inactive) === undefined ? 1 : 0),
    },
    {
      sql: `UPDATE okta.apps.jwks SET status = 'INACTIVE' WHERE appId = '${app}' AND keyId = '${key}'`,
      effects: () => (status(key) === 'INACTIVE' ? 1 : 0),
    },
    {
      sql: `INSERT INTO okta.apps.jwks (appId, kty, crv, kid, x, y) SELECT '${app}' AS appId, 'EC' AS kty, 'P-256' AS crv, 'chaos' AS kid,
        'MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4' AS x, '4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM' AS y`,
      effects: () => org.keys(app).filter(({ kid }) => kid === 'chaos').length,
    },
  ];
}
