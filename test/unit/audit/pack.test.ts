import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { checkPack } from '../../../src/audit/check-pack.ts';
import { controlsOf } from '../../../src/audit/control.ts';
import { loadPack, readPack } from '../../../src/audit/pack.ts';
import { createSession } from '../../../src/session/session.ts';

const root = mkdtempSync(join(tmpdir(), 'oktaql-pack-'));
const session = createSession({ token: 'none', subdomain: 'my-org', readOnly: true });
afterAll(async () => {
  await session.close();
  rmSync(root, { recursive: true });
});

const PACK = `title: Ours
version: "1.0"
groups:
  - { id: all, title: All, controls: [one] }
`;
const ONE = `-- id: one
-- title: Nobody is suspended
-- severity: low
-- parameters:
--   state: { default: SUSPENDED, description: the state to look for }
SELECT id AS resource, CASE WHEN status = $state THEN 'alarm' ELSE 'ok' END AS status, status AS reason
FROM okta.users.users WHERE subdomain = $subdomain
`;

/** A folder of its own for each pack; messages name files from there. */
let count = 0;
function packOf(files: Readonly<Record<string, string>>): string {
  count += 1;
  const folder = join(root, `pack-${count}`);
  for (const [name, text] of Object.entries({ 'pack.yaml': PACK, 'one.sql': ONE, ...files })) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  return folder;
}

async function problemsOf(files: Readonly<Record<string, string>>): Promise<readonly string[]> {
  const folder = packOf(files);
  const { problems } = await checkPack(folder, session, 'my-org');
  return problems.map(
    ({ message, hint }) => `${message.replaceAll(`${folder}/`, '')}${hint === undefined ? '' : ` ${hint}`}`,
  );
}

const without = (line: RegExp): string => ONE.replace(line, '');
const instead = (sql: string): string => `${ONE.split('SELECT')[0]}${sql}`;

describe('a pack', () => {
  it('is its groups of controls, with the defaults of the pack in place of theirs', () => {
    const folder = packOf({ 'pack.yaml': `${PACK}parameters: { state: LOCKED_OUT }\n`, 'README.md': 'not a control' });
    const pack = loadPack(folder);
    expect(controlsOf(pack)).toMatchObject([
      {
        id: 'one',
        severity: 'low',
        parameters: { state: { default: 'LOCKED_OUT', description: 'the state to look for' } },
        body: { kind: 'query', position: { line: 6, column: 1 }, namesOrg: true },
      },
    ]);
    const [{ body }] = controlsOf(pack) as readonly [ReturnType<typeof controlsOf>[number]];
    expect(body.kind === 'query' && body.text.split('\n').slice(0, 6)).toEqual([
      '',
      '',
      '',
      '',
      '',
      expect.any(String),
    ]);
  });

  it('has manual controls, which have no query', async () => {
    const manual = `${ONE.split('-- parameters')[0]}-- manual: Ask the help desk how it knows a caller.\n`;
    expect(await problemsOf({ 'one.sql': manual })).toEqual([]);
    expect(controlsOf(loadPack(packOf({ 'one.sql': manual })))[0]?.body).toEqual({
      kind: 'manual',
      look: 'Ask the help desk how it knows a caller.',
    });
  });

  it('keeps a control whose file is wrong, as one that is broken', () => {
    const [control] = controlsOf(loadPack(packOf({ 'one.sql': without(/-- severity.*\n/) })));
    expect(control).toMatchObject({
      id: 'one',
      title: 'Nobody is suspended',
      severity: 'critical',
      body: { kind: 'broken' },
    });
  });
});

describe('what is wrong with a pack is told with line and column', () => {
  it.each<[what: string, files: Readonly<Record<string, string>>, problems: readonly (string | RegExp)[]]>([
    ['nothing', {}, []],
    ['a head that is no YAML', { 'one.sql': `-- id: [one\n${ONE}` }, [/^one\.sql:\d:\d+: not YAML: /]],
    ['no title', { 'one.sql': without(/-- title.*\n/) }, ['one.sql:1:4: title: it is missing.']],
    [
      'an unknown severity',
      { 'one.sql': ONE.replace('low', 'lowish') },
      [/^one\.sql:3:4: severity: it has to be one of critical, /],
    ],
    [
      'an unknown key',
      { 'one.sql': ONE.replace('-- title', '-- tittle: x\n-- title') },
      ['one.sql:2:4: tittle: nothing is called so here.'],
    ],
    ['a key twice', { 'one.sql': `-- id: one\n${ONE}` }, [/^one\.sql:2:4: not YAML: the key "id" comes twice/]],
    [
      'several things at once',
      { 'one.sql': ONE.replace('low', 'x').replace('default', 'defalt') },
      [
        /^one\.sql:3:4: severity/,
        /^one\.sql:5:6: parameters\.state\.default: it is missing/,
        /^one\.sql:5:15: .*defalt: nothing/,
      ],
    ],
    [
      'a subdomain of the file',
      { 'one.sql': ONE.replace('state:', 'subdomain:') },
      [/^one\.sql:5:6: .*subdomain comes from the session/],
    ],
    ['no SELECT', { 'one.sql': ONE.split('SELECT')[0] ?? '' }, [/there is no SELECT behind the head/]],
    [
      'two statements',
      { 'one.sql': `${ONE};\nSELECT 1` },
      ['one.sql:9:1: a control is one SELECT, and this is a second statement.'],
    ],
    [
      'a statement that changes something',
      { 'one.sql': instead("DELETE FROM okta.users.users WHERE id = 'x'") },
      ['one.sql:6:1: a control only reads: it is a SELECT, and this is DELETE.'],
    ],
    [
      'one that hides behind WITH',
      { 'one.sql': instead("WITH x AS (SELECT 1) DELETE FROM okta.users.users WHERE id = 'x'") },
      ['one.sql:6:1: a control only reads: it is a SELECT, and this is DELETE.'],
    ],
    ['a table of its own', { 'one.sql': instead('CREATE TABLE t AS SELECT 1') }, [/this is CREATE\.$/]],
    [
      'manual and a SELECT',
      { 'one.sql': `-- manual: look\n${ONE}` },
      [/^one\.sql:7:1: a control has either manual or a SELECT/],
    ],
    ['an open string', { 'one.sql': instead("SELECT 'x") }, [/^one\.sql:6:8: /]],
    ['bad syntax', { 'one.sql': instead('SELECT resource,\n  FROM WHERE') }, [/^one\.sql:7:/]],
    [
      'an unknown table',
      { 'one.sql': ONE.replace('users.users', 'users.usrs') },
      [/^one\.sql:6:1: .*usrs.*Did you mean/],
    ],
    ['an unknown column', { 'one.sql': ONE.replace('SELECT id', 'SELECT idd') }, [/^one\.sql:6:1: .*idd/]],
    [
      'other columns',
      { 'one.sql': ONE.replace('AS reason', 'AS why') },
      [/^one\.sql:6:1: the query has no column reason/],
    ],
    [
      'a chart of nothing',
      { 'one.sql': `-- chart: days\n${ONE}` },
      ['one.sql:7:1: chart: the query has no column days.'],
    ],
    [
      'an unknown parameter',
      { 'one.sql': ONE.replace('$state', '$stat') },
      [/^one\.sql:6:43: \$stat is no parameter of this control\. There are \$subdomain, \$state/],
    ],
    [
      'a placeholder',
      { 'one.sql': ONE.replace('$state', "'{{ state }}'") },
      [/^one\.sql:6:44: a control has parameters such as \$days, .* There are \$subdomain, \$state/],
    ],
    ['equal ids', { 'two.sql': ONE }, [/^two\.sql:1:4: the id one is that of .*one\.sql too/]],
    [
      'a control that is nowhere',
      { 'pack.yaml': PACK.replace('[one]', '[one, onne]') },
      ['pack.yaml:4:44: there is no control onne. Did you mean one?'],
    ],
    [
      'a control in two places',
      { 'pack.yaml': PACK.replace('[one]', '[one, one]') },
      ['pack.yaml:4:44: the control one is in two places.'],
    ],
    [
      'a control in no group',
      { 'two.sql': ONE.replace('id: one', 'id: two') },
      [/^pack\.yaml:3:1: no group has the control two/],
    ],
    [
      'an unknown parameter of the pack',
      { 'pack.yaml': `${PACK}parameters: { stat: 1 }\n` },
      [/^pack\.yaml:5:15: no control has the parameter stat\. Did you mean state\?/],
    ],
    [
      'no groups',
      { 'pack.yaml': 'title: x\nversion: 1\ngroups: []\n' },
      ['pack.yaml:3:1: groups: there is no group in it.'],
    ],
    ['a pack that is a list', { 'pack.yaml': '- x\n' }, ['pack.yaml:1:1: it has to have title, version and groups.']],
  ])('%s', async (_what, files, expected) => {
    const problems = await problemsOf(files);
    expect(problems).toHaveLength(expected.length);
    for (const [index, each] of expected.entries()) expect(problems[index]).toMatch(each);
  });

  it('of a pack that is not there too', () => {
    expect(() => loadPack(join(root, 'nowhere'))).toThrow('there is no such pack and no such folder');
    expect(readPack(root).problems).toMatchObject([
      { code: 'AUDIT_FILE', message: `${root}: there is no pack.yaml in it.` },
    ]);
  });
});
