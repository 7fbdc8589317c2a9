/**
 * Statements of the tests with one to four changes: what people write, spoilt.
 *
 * @module
 */

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { readFile } from '../slt/records.ts';

/** Relative to the package, where npm starts its scripts. */
const FOLDER = 'test/slt';

/** All statements of the `.slt` files, and some whose forms stand in none. */
export function corpus(): readonly string[] {
  const files = readdirSync(FOLDER, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.slt'));
  const statements = files
    .toSorted()
    .flatMap((name) => readFile(readFileSync(join(FOLDER, name), 'utf8')).statements.map(({ sql }) => sql));
  return [...new Set([...statements, ...MORE])];
}

const MORE = [
  "SELECT status, count(*) FROM okta.apps.applications WHERE status = 'ACTIVE' AND profile->>'owner' IS NULL GROUP BY 1",
  "DELETE FROM okta.apps.applications WHERE status = 'INACTIVE' AND profile->>'owner' IS NULL",
  "UPDATE okta.apps.jwks SET status = 'INACTIVE' WHERE appId = '0oa' AND keyId = 'k' AND created < now() - INTERVAL 90 DAYS",
  "INSERT INTO okta.groups.groups (profile) SELECT json_object('name', g.profile->>'name') FROM okta.groups.groups g RETURNING id",
  'WITH RECURSIVE c AS (SELECT 1 n UNION ALL SELECT n + 1 FROM c WHERE n < 5) SELECT n, a.label.upper() FROM c, okta.apps.applications a',
  "SELECT list_transform(list(label), (x, i) -> x || '->' || i)[1:2], {'a': [1, 2]}.a[1] FROM okta.apps.applications",
  "SELECT x.* FROM (SELECT * FROM okta.users.users WHERE profile->>'login' ~* '^a') x QUALIFY row_number() OVER (ORDER BY id) = 1",
  'FROM okta.groups.groups SELECT id, CASE WHEN type = $$x$$ THEN 1 ELSE 2 END::VARCHAR COLLATE NOCASE ORDER BY ALL LIMIT 3',
  "PIVOT okta.apps.applications ON status IN ('ACTIVE', 'INACTIVE') USING count(*)",
  'SELECT * FROM okta.apps.applications a ASOF JOIN okta.apps.jwks j ON j.appId = a.id AND j.created <= a.created',
  "SHOW METHODS IN okta.apps.jwks WHERE SQLVerb = 'EXEC'",
  "EXEC okta.apps.jwks.activate_oauth2_client_json_web_key @appId = 'a', @keyId = 'k'",
  "SELECT u.profile.login, max(u._raw.created), u.credentials.provider->>'type' FROM okta.users.users u WHERE u.\"profile\".LASTNAME LIKE 'A%' GROUP BY ALL HAVING max((u.profile).login) > 'a' ORDER BY 1",
  "SELECT d.p.login FROM (SELECT profile AS p, id FROM okta.users.users) d JOIN okta.groups.users g ON g.id = d.id AND g.profile.department = d.p.department OR upper(g.profile.login) = 'X'",
  "SELECT count(*) FROM okta.apps.applications a WHERE a.settings.oauthClient.jwks.keys[0].kid IS NOT NULL AND (a.visibility.hide.web OR a.label = 'x' COLLATE NOCASE.NOACCENT)",
  "SELECT id FROM okta.users.users u WHERE profile->>'hireDate' = DATE '2026-01-05' OR u.profile.badge IN (UUID '0190e5f6-0000-7000-8000-000000000001') AND (u.profile->>'tenure') < INTERVAL '5 days'",
  "SELECT id FROM okta.policies.policies WHERE priority = '01' AND priority IN (1.0, 1e0, 1::HUGEINT) AND created BETWEEN TIMESTAMP '2026-01-01 00:00:00' AND DATE '2026-11-24' - 3 AND system IS NOT FALSE",
  "WITH c AS (SELECT id, profile FROM okta.groups.groups) SELECT c.profile.name, (SELECT count(*) FROM okta.apps.group_assignments t WHERE t.id = c.id AND t._raw.priority = 0) FROM c WHERE c.profile.name ILIKE '%e%'",
  "CREATE OR REPLACE VIEW v AS SELECT p->>'x' = 'y' AS z FROM (SELECT '{}'::JSON p)",
];

/** What a statement may be spoilt with. */
const PIECES = [
  ...`( ) [ ] { } , ; . : :: * + - / % ^ | || & ~ !~ ~* -> ->> = <> < >= @ ? $1 # -- /* */ ' " \` \\ ! ==`.split(' '),
  ...'select from where and or not is null in like between case when then else end group by having order limit'.split(
    ' ',
  ),
  ...'join left on using union all with as distinct exists lambda over filter unnest values table interval'.split(' '),
  ...`'x' "id" 1 1e1000 0x1F 99999999999999999999 -1 $$a$$ E'\\'' okta.apps.jwks okta okta.apps x->>'a' (select 1)`.split(
    ' ',
  ),
  '\u00a0',
  '\ufeff',
  '\u200b',
  '\u2028',
  '\u0000',
  '😀',
  'ü',
  'label.upper()',
  'profile->>',
  '{{ x }}',
  'x -> x',
  '((((((((((',
  '))))))))))',
  'group by *',
  'collate nocase',
  'COLLATE NOCASE.NOACCENT',
  'COLLATE "binary"',
  'u.profile.login',
  'profile."login"',
  '(u.profile).login',
  '_raw.created',
  '.x',
  '."a b"',
  '[0].kid',
  'a.settings.oauthClient.jwks.keys[0]',
  "profile->'a'->>'b'",
  "->>'$.a.b'",
  "DATE '2026-01-05'",
  "TIMESTAMP '2026-01-05 10:00:00'",
  "TIMESTAMPTZ '2026-01-05'",
  "UUID '0190e5f6-0000-7000-8000-000000000001'",
  "INTERVAL '5 days'",
  'interval 3 months',
  '1.0::HUGEINT',
  "'01'",
  "escape '!'",
];

interface Change {
  readonly kind: 'drop' | 'double' | 'swap' | 'insert' | 'replace' | 'splice' | 'cut' | 'wrap' | 'touch';
  /** Where, as a part of the whole. */
  readonly at: number;
  readonly to: number;
  readonly piece: string;
  readonly other: string;
}

/** Words, marks, strings and the blanks between them. */
const PARTS = /\s+|'(?:[^']|'')*'|"[^"]*"|[\p{L}\p{N}_]+|->>?|::|[^\s]/gu;

/** Statements of the corpus with one to four changes. */
export function mutants(statements: readonly string[]): fc.Arbitrary<string> {
  const share = fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true });
  const change: fc.Arbitrary<Change> = fc.record({
    kind: fc.constantFrom(
      'drop',
      'double',
      'swap',
      'insert',
      'insert',
      'replace',
      'replace',
      'splice',
      'cut',
      'wrap',
      'touch',
    ),
    at: share,
    to: share,
    piece: fc.constantFrom(...PIECES),
    other: fc.constantFrom(...statements),
  });
  return fc
    .tuple(fc.constantFrom(...statements), fc.oneof(fc.tuple(change), fc.array(change, { minLength: 2, maxLength: 4 })))
    .map(([statement, changes]) => changes.reduce(changed, statement));
}

function changed(text: string, { kind, at, to, piece, other }: Change): string {
  const parts: readonly string[] = text.match(PARTS) ?? [];
  const [start, end] = [Math.min(at, to), Math.max(at, to)].map((share) => Math.floor(share * parts.length)) as [
    number,
    number,
  ];
  switch (kind) {
    case 'drop':
      return parts.toSpliced(start, Math.min(end - start + 1, 3)).join('');
    case 'double':
      return parts.toSpliced(end, 0, ...parts.slice(start, Math.min(end, start + 6))).join('');
    case 'swap':
      return [
        ...parts.slice(0, start),
        parts[end],
        ...parts.slice(start + 1, end),
        parts[start],
        ...parts.slice(end + 1),
      ].join('');
    case 'insert':
      return parts.toSpliced(start, 0, ' ', piece, ' ').join('');
    case 'replace':
      return parts.toSpliced(start, 1, piece).join('');
    case 'splice': {
      const others: readonly string[] = other.match(PARTS) ?? [];
      const from = Math.floor(to * others.length);
      return parts.toSpliced(start, 1, ...others.slice(from, from + 8)).join('');
    }
    case 'cut':
      return parts.slice(0, start).join('');
    case 'wrap':
      return [...parts.slice(0, start), '(', ...parts.slice(start, end), ')', ...parts.slice(end)].join('');
    case 'touch':
      return parts.filter((part, index) => index < start || index > start + 4 || /\S/.test(part)).join('');
  }
}
