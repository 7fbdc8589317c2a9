/** No control says ok of what it did not see: an empty org, a Classic one, a feature that is off, a call that is denied. */

import { afterAll, describe, expect, test } from 'vitest';

import { createSimulator, faults, type Simulator } from '../../src/simulator/index.ts';
import { openDesk, statusesOf } from './desk.ts';
import { hardenedOrg, put } from './org.ts';
import { type Control, queries } from './packs.ts';
import { pathsOf } from './plan.ts';

const now = new Date();
const desk = openDesk(now);
afterAll(() => desk.close());

let known: Promise<ReadonlyMap<Control, readonly string[]>> | undefined;

/** The paths of every control, planned once. */
function pathsOfAll(): Promise<ReadonlyMap<Control, readonly string[]>> {
  known ??= (async () => {
    const paths = new Map<Control, readonly string[]>();
    for (const control of queries) paths.set(control, await pathsOf(desk.session, control));
    return paths;
  })();
  return known;
}

const EMPTIED = ['users', 'groups', 'groups/rules', 'api-tokens', 'policies', 'authenticators', 'zones', 'logs'].concat(
  ['trustedOrigins', 'logStreams', 'behaviors', 'idps', 'eventHooks', 'inlineHooks', 'authorizationServers'],
);

/** Settings that every org has, so there is something to judge in an empty one, too. */
const SETTINGS = /\/(org\/|threats|attack-protection|bot-protection|first-party-app-settings)/;

test('an empty org: nothing is ok but its settings', async () => {
  const org = createSimulator({ org: { id: '00oEmpty', apps: [] }, now: () => now });
  for (const list of EMPTIED) put(org, `/api/v1/${list}`);
  const paths = await pathsOfAll();
  const wrong: string[] = [];
  for (const control of queries) {
    const statuses = statusesOf(await desk.judge(org, control));
    const isSetting = (paths.get(control) ?? []).some((path) => SETTINGS.test(path));
    if (statuses.includes('ok') && !isSetting) wrong.push(control.id);
    // What has to be there, and is not, is an alarm; all else was nothing to judge.
    if (statuses.some((status) => !['ok', 'alarm', 'skip'].includes(status))) wrong.push(`${control.id}: ${statuses}`);
  }
  expect(wrong).toEqual([]);
});

test('a Classic org: what needs policies of access or authenticators judges nothing', async () => {
  const org = createSimulator({ edition: 'classic', now: () => now });
  const needing = queries.filter(({ sql }) => /ACCESS_POLICY|okta\.authenticators/.test(sql));
  expect(needing.length).toBeGreaterThan(10);
  for (const control of needing) {
    const statuses = statusesOf(await desk.judge(org, control));
    expect([control.id, statuses.filter((status) => ['ok', 'alarm', 'info'].includes(status))]).toEqual([
      control.id,
      [],
    ]);
  }
});

const METHODS = '/api/v1/authenticators/{authenticatorId}/methods/{methodType}';

describe('what is refused', () => {
  const org = hardenedOrg(now);

  /** Each path with a control that asks it, one to which it is not the first where there is one: a refusal could be missed there. */
  const planned = async (): Promise<ReadonlyMap<string, Control>> => {
    const paths = await pathsOfAll();
    const last = queries.flatMap((control) => (paths.get(control) ?? []).map((path) => [path, control] as const));
    const behind = queries.flatMap((control) =>
      (paths.get(control) ?? []).slice(1).map((path) => [path, control] as const),
    );
    return new Map([...last, ...behind]);
  };

  /** What the simulator answers whatever is switched off, and what was seen besides: WebAuthn is active. */
  const SEEN: readonly string[] = ['/api/v1/apps/{appId}/credentials/jwks', METHODS];

  const refused = async (
    refuse: (simulator: Simulator, path: string) => void,
    seen: readonly string[] = [],
  ): Promise<readonly string[]> => {
    const wrong: string[] = [];
    for (const [path, control] of await planned()) {
      if (seen.includes(path)) continue;
      org.switches.faults = [];
      org.switches.missingFeatures = [];
      refuse(org, path);
      const statuses = statusesOf(await desk.judge(org, control));
      if (statuses.some((status) => ['ok', 'alarm', 'info'].includes(status)))
        wrong.push(`${control.id} ${path}: ${statuses}`);
    }
    return wrong;
  };

  test('a feature that is off is no verdict', async () => {
    const template = (path: string): string => path.replaceAll(/\{[^}]*\}/g, '{}');
    expect(await refused((simulator, path) => simulator.switches.missingFeatures.push(template(path)), SEEN)).toEqual(
      [],
    );
  });

  test('a call that is denied is no verdict', async () => {
    const match = (path: string): RegExp => new RegExp(`^${path.replaceAll(/\{[^}]*\}/g, '[^/?]+')}(\\?|$)`);
    const denied = { status: 403, code: 'E0000006', summary: 'You do not have permission' };
    expect(
      await refused((simulator, path) =>
        simulator.switches.faults.push(faults.oktaError(denied, { match: { path: match(path) } })),
      ),
    ).toEqual([]);
  });
});
