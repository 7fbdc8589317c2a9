/** Each control holds in an org that does all of it, and fails after one change. */

import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, test } from 'vitest';
import { createSimulator, demoOrg } from '../../src/simulator/index.ts';
import type { Change } from './cases-credentials.ts';
import { CREDENTIALS } from './cases-credentials.ts';
import { POSTURE } from './cases-posture.ts';
import { STIG } from './cases-stig.ts';
import { openDesk, statusesOf } from './desk.ts';
import { hardenedOrg } from './org.ts';
import { controls as controlsOfAll, packs } from './packs.ts';
import { QUESTIONS } from './questions.ts';

const now = new Date();
const desk = openDesk(now);
const org = hardenedOrg(now);
afterAll(async () => {
  await desk.close();
  expect(org.violations).toEqual([]);
});

const CASES: ReadonlyMap<string, ReadonlyMap<string, Change>> = new Map([
  ['credentials', CREDENTIALS],
  ['posture', POSTURE],
  ['okta-idaas-stig', STIG],
]);

/** What only tells, and neither holds nor fails. */
const TELLING: readonly string[] = ['policies-changed-lately', 'roles-granted-lately'];

/** What the API tells a part of: the rest is left to whoever reads it, so it holds nowhere. */
const PARTLY: readonly string[] = ['v-279690', 'v-279691'];

describe.each(packs)('$name', ({ name, controls }) => {
  const cases = CASES.get(name) ?? new Map<string, Change>();
  const judged = controls.filter(({ id, manual }) => manual === undefined && !TELLING.includes(id));

  test('every control that judges has a case', () => {
    expect([...cases.keys()].sort()).toEqual(judged.map(({ id }) => id).sort());
  });

  test.each(judged.map((control) => [control.id, control] as const))(
    '%s holds, and fails after one change',
    async (id, control) => {
      const before = statusesOf(await desk.judge(org, control));
      expect(before).toContain(PARTLY.includes(id) ? 'info' : 'ok');
      expect(before.filter((status) => !['ok', 'info', 'skip'].includes(status))).toEqual([]);
      const undo = cases.get(id)?.(org, now);
      const after = statusesOf(await desk.judge(org, control));
      undo?.();
      expect(after).toContain('alarm');
      expect(after.filter((status) => !['alarm', 'ok', 'info', 'skip'].includes(status))).toEqual([]);
    },
  );
});

describe('questions of docs/audit', () => {
  const demo = createSimulator({ org: demoOrg({ now }), now: () => now });
  const folder = fileURLToPath(new URL('../../docs/audit/', import.meta.url));

  test.each(QUESTIONS)('$file finds what its controls alarm at', async ({ file, days, found, judged, isFinding }) => {
    const alarms = new Set<unknown>();
    for (const [id, column] of Object.entries(judged)) {
      const control = controlsOfAll.find((each) => each.id === id);
      const answer = control === undefined ? [] : await desk.judge(demo, control);
      if ('code' in answer) throw new Error(answer.code);
      for (const { status, cells } of answer) if (status === 'alarm') alarms.add(cells[column]);
    }
    const variables = { subdomain: 'my-org', days: String(days) };
    const { columns, rows } = await desk.session.query(readFileSync(folder + file, 'utf8'), { variables });
    const findings = rows
      .map((row) => Object.fromEntries(columns.map(({ name }, place) => [name, row[place]])))
      .filter((row) => isFinding?.(row) ?? true);
    expect(findings.length).toBeGreaterThan(0);
    expect(new Set(findings.map((row) => row[found]))).toEqual(alarms);
  });
});

describe('what only tells', () => {
  const telling = packs.flatMap(({ controls }) => controls).filter(({ id }) => TELLING.includes(id));

  test.each(telling.map((control) => [control.id, control] as const))(
    '%s names what happened, and nothing else',
    async (_id, control) => {
      expect(statusesOf(await desk.judge(org, control))).toEqual(['info']);
      const undo = org.edit('/api/v1/logs', (events) =>
        events.filter(({ eventType }) => !/policy|privilege/.test(String(eventType))),
      );
      expect(await desk.judge(org, control)).toEqual([]);
      undo();
    },
  );
});
