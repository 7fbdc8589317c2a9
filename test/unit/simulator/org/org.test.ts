import { createPublicKey, type JsonWebKey } from 'node:crypto';
import { describe, expect, test } from 'vitest';

import {
  createSimulator,
  demoOrg,
  type SimulatedApp,
  type SimulatedKey,
  uniformOrg,
} from '../../../../src/simulator/index.ts';
import { appLabelled, call, jwksPath, NOW, rsaKey, simulate } from '../client.ts';

const DAY_MS = 86_400_000;
const { apps } = demoOrg({ now: NOW });
const keys = apps.flatMap((app) => app.keys);

function ageDays({ created }: SimulatedKey): number {
  return (NOW.getTime() - Date.parse(created)) / DAY_MS;
}

function count<Item>(items: readonly Item[], test: (item: Item) => boolean): number {
  return items.filter(test).length;
}

describe('demoOrg', () => {
  test('has about forty apps of every kind', () => {
    expect(apps).toHaveLength(42);
    expect(new Set(apps.map(({ signOnMode }) => signOnMode)).size).toBe(6);
    expect(new Set(apps.map(({ oauthClient }) => oauthClient?.authMethod)).size).toBe(5);
    expect(count(apps, ({ status }) => status === 'INACTIVE')).toBeGreaterThan(4);
    expect(new Set(apps.map(({ label }) => label)).size).toBe(apps.length);
    expect(new Set([...apps, ...keys].map(({ id }) => id)).size).toBe(apps.length + keys.length);
    expect([...apps, ...keys].filter(({ id }) => id.length !== 20)).toEqual([]);
  });

  const signing = ({ use, status }: SimulatedKey): boolean => use !== 'enc' && status === 'ACTIVE';
  const cases: readonly [string, () => boolean][] = [
    ['keys past 90 days', () => keys.some((key) => ageDays(key) > 90 && ageDays(key) < 180)],
    ['keys past 180 days', () => keys.some((key) => ageDays(key) > 180 && ageDays(key) < 365)],
    ['keys past 365 days', () => keys.some((key) => ageDays(key) > 365)],
    ['apps with one, two and three keys', () => [1, 2, 3].every((n) => apps.some((app) => app.keys.length === n))],
    ['two active signing keys', () => apps.some((app) => count(app.keys, signing) === 2)],
    ['a key without use', () => keys.some(({ use }) => use === null)],
    ['an active and an inactive encryption key', () => apps.some((app) => hasBothEncryptionKeys(app))],
    ['one key in two apps', () => new Set(keys.map(({ kid }) => kid)).size === keys.length - 1],
    ['kids like those of Okta', () => keys.every(({ kid }) => /^[\w-]{43}$/.test(kid ?? ''))],
  ];

  test.each(cases)('has %s', (_name, holds) => {
    expect(holds()).toBe(true);
  });

  test('shares the material along with the kid', () => {
    const [left, right] = apps.filter(({ label }) => label.startsWith('Billing Reconciler'));
    expect(left?.keys[0]?.material).toEqual(right?.keys[0]?.material);
    expect(left?.keys[0]?.id).not.toBe(right?.keys[0]?.id);
  });

  test('has keys that can be imported, of 2,048 bits or on their curve', () => {
    const details = keys.map(({ material }) => {
      return createPublicKey({ key: material as JsonWebKey, format: 'jwk' }).asymmetricKeyDetails;
    });
    expect(new Set(details.map((each) => each?.modulusLength ?? each?.namedCurve))).toEqual(
      new Set([2048, 'prime256v1', 'secp384r1']),
    );
  });
});

function hasBothEncryptionKeys({ keys: own }: SimulatedApp): boolean {
  const statuses = own.filter(({ use, alg }) => use === 'enc' && alg === 'RSA-OAEP').map(({ status }) => status);
  return statuses.includes('ACTIVE') && statuses.includes('INACTIVE');
}

describe('uniformOrg', () => {
  test('has as many apps and keys as asked, a third of them inactive', () => {
    const org = uniformOrg({ apps: 500, keysPerApp: 3, now: NOW });
    expect(org.apps).toHaveLength(500);
    const all = org.apps.flatMap((app) => app.keys);
    expect([all.length, count(all, ({ status }) => status === 'INACTIVE')]).toEqual([1500, 500]);
    expect(new Set(all.map(({ kid }) => kid)).size).toBe(1500);
  });
});

describe('determinism', () => {
  const session = async (seed: number): Promise<unknown> => {
    const sim = createSimulator({ now: () => NOW, seed });
    const app = appLabelled(sim, 'Onboarding Bot');
    const replies = [
      await call(sim, 'GET /api/v1/apps?limit=200'),
      await call(sim, 'GET /api/v1/apps?limit=3'),
      await call(sim, `POST ${jwksPath(app)}`, { body: rsaKey() }),
      await call(sim, 'GET /api/v1/nowhere'),
    ];
    return replies.map(({ body, headers }) => [body, [...headers]]);
  };

  test('equal seeds give equal answers', async () => {
    expect(await session(7)).toEqual(await session(7));
  });

  test('other seeds give other ones', async () => {
    expect(demoOrg({ now: NOW, seed: 2 }).apps[0]?.id).not.toBe(apps[0]?.id);
  });

  test('one org can seed many simulators', async () => {
    const org = demoOrg({ now: NOW });
    const [left, right] = [simulate({ org }), simulate({ org })];
    const app = appLabelled(left, 'Onboarding Bot');
    await call(left, `POST ${jwksPath(app)}`, { body: rsaKey() });
    expect([left.keys(app.id).length, right.keys(app.id).length]).toEqual([1, 0]);
    expect(left.violations).toEqual([]);
  });
});
