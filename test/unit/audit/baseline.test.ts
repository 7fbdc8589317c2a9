import { readFileSync, writeFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { readBaseline, withEntry } from '../../../src/audit/baseline.ts';
import { choose } from '../../../src/audit/selection.ts';
import { freshPath, packOf, removeAfterwards, runPack, verdicts } from './packs.ts';

removeAfterwards();

const TODAY = '2026-11-30';
const pack = packOf({
  one: { sql: verdicts(['a', 'alarm', 'wrong'], ['b', 'alarm', 'wrong too'], ['c', 'ok', '']) },
  two: { sql: verdicts(['a', 'alarm', 'wrong']) },
});
const chosen = choose([pack], {});

function fileOf(...entries: readonly string[]): string {
  const file = freshPath('baseline.yaml');
  writeFileSync(file, `# ours\naccepted:\n${entries.map((entry) => `  - ${entry}\n`).join('')}`);
  return file;
}

const entry = (more: string): string => `{ owner: Ada, reason: known, expires: 2026-11-30, ${more} }`;

describe('a baseline', () => {
  it('takes what it accepts out of the alarms, and out of nothing else', async () => {
    const file = fileOf(entry('control: ours/one, resource: a'), entry('control: two, resource: a, org: elsewhere'));
    const acceptances = readBaseline(file, chosen, TODAY);
    const { results } = await runPack(pack, { acceptances });
    expect(results.map(({ status, counts, accepted }) => [status, counts.alarm, accepted])).toEqual([
      ['alarm', 1, 1],
      ['alarm', 1, 0],
    ]);
    expect(results[0]?.findings[0]?.acceptance).toEqual({ owner: 'Ada', reason: 'known', expires: TODAY });
  });

  it('makes no control ok: all that is left is accepted', async () => {
    const acceptances = readBaseline(fileOf(entry('control: two, resource: a')), chosen, TODAY);
    const { results } = await runPack(pack, { acceptances, choice: { only: ['two'] } });
    expect(results).toMatchObject([{ status: 'info', reason: '1 finding accepted, and no other' }]);
  });

  it('ends with its day, and says where that stands', async () => {
    const file = fileOf(entry('control: two, resource: b'), entry('control: two, resource: a').replace('-30', '-29'));
    const acceptances = readBaseline(file, chosen, TODAY);
    expect(acceptances.expired).toMatchObject([{ code: 'AUDIT_FILE', file, position: { line: 4, column: 34 } }]);
    expect(acceptances.expired[0]?.message).toMatch(/two on a has expired on 2026-11-29/);
    const { results } = await runPack(pack, { acceptances, choice: { only: ['two'] } });
    expect(results).toMatchObject([{ status: 'alarm', accepted: 0 }]);
    expect(acceptances.unused(results)).toMatchObject([{ resource: 'b' }]);
  });

  it.each<[what: string, text: string, problem: RegExp]>([
    ['no YAML', 'accepted: [', /:1:1\d: not YAML/],
    [
      'an entry without owner',
      'accepted:\n  - { control: two, resource: a, reason: x, expires: 2026-12-01 }',
      /:2:5: accepted\.0\.owner: it is missing/,
    ],
    [
      'no day',
      `accepted:\n  - ${entry('control: two, resource: a').replace('2026-11-30', 'soon')}`,
      /:2:34: accepted\.0\.expires: it has to be a day/,
    ],
    [
      'a day that there is not',
      `accepted:\n  - ${entry('control: two, resource: a').replace('11-30', '02-30')}`,
      /accepted\.0\.expires: it has to be a day/,
    ],
    [
      'a control that the pack does not have',
      `accepted:\n  - ${entry('control: ours/tow, resource: a')}`,
      /:2:55: the pack ours has no control tow/,
    ],
    ['an unknown key', `accepted: []\nrejected: []`, /:2:1: rejected: nothing is called so here/],
  ])('is refused with %s', (_what, text, problem) => {
    const file = freshPath('baseline.yaml');
    writeFileSync(file, text);
    expect(() => readBaseline(file, chosen, TODAY)).toThrow(problem);
  });

  it('is refused where there is none', () => {
    expect(() => readBaseline(freshPath('none.yaml'), chosen, TODAY)).toThrow('there is no such baseline');
  });
});

describe('an entry that is added', () => {
  const added = { control: 'ours/two', resource: 'a: b', owner: 'Ada', reason: '# none', expires: '2027-01-01' };
  let file: string;
  beforeAll(() => {
    file = freshPath('baseline.yaml');
    writeFileSync(file, withEntry(file, added));
  });

  it('begins a baseline', () => {
    expect(readBaseline(file, chosen, TODAY).of('ours/two', 'my-org')('a: b')).toMatchObject({ reason: '# none' });
  });

  it('leaves what was there as it was', () => {
    writeFileSync(file, withEntry(file, { ...added, resource: 'c' }));
    const known = fileOf(entry('control: two, resource: a'));
    writeFileSync(known, withEntry(known, added));
    expect(readFileSync(known, 'utf8')).toMatch(/^# ours\naccepted:\n {2}- \{ owner: Ada/);
    const accept = readBaseline(file, chosen, TODAY).of('ours/two', 'my-org');
    expect([accept('a: b'), accept('c'), accept('d')]).toEqual([expect.anything(), expect.anything(), undefined]);
  });
});
