import { expect, test } from 'vitest';
import { knownLimits } from '../../../../src/session/provider/limits.ts';

test('of each bucket the last word counts, until its window ends', () => {
  let now = 1_000;
  const limits = knownLimits({ now: () => now });
  const limit = { origin: 'https://acme.okta.com', bucket: '/api/v1/apps', limit: 100, remaining: 99, resetsAt: 2_000 };
  limits.learn(limit);
  limits.learn({ ...limit, remaining: 98 });
  limits.learn({ ...limit, origin: 'https://other.okta.com', resetsAt: 3_000 });
  expect(limits.all().map(({ remaining }) => remaining)).toEqual([98, 99]);
  now = 2_000;
  expect(limits.all().map(({ origin }) => origin)).toEqual(['https://other.okta.com']);
});
