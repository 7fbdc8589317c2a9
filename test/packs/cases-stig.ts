/** One change of the org in which all hold, by which each control of the pack fails. */

import type { Change } from './cases-credentials.ts';
import { type Item, idsOf, policiesOf, rulesOf, set, setPolicies, VERIFY } from './org.ts';

/** Changes the first rule of the default policy of a type. */
const rule =
  (type: string, members: Item): Change =>
  (org) =>
    set(org, rulesOf(policiesOf(org, type)[1]), members, 0);

const password =
  (settings: Item): Change =>
  (org) =>
    setPolicies(org, 'PASSWORD', { settings: { password: settings } });

const complexity = (members: Item): Change => password({ complexity: members });

const session = (members: Item): Change => rule('OKTA_SIGN_ON', { actions: { signon: { session: members } } });

const method = (members: Item): Item => ({ actions: { appSignOn: { verificationMethod: members } } });

const console = (members: Item): Change => {
  return (org) => set(org, rulesOf(policiesOf(org, 'ACCESS_POLICY')[0]), members, 0);
};

const anywhere = { conditions: { network: { connection: 'ANYWHERE' } } };

export const STIG: ReadonlyMap<string, Change> = new Map<string, Change>([
  ['v-273186', session({ maxSessionIdleMinutes: 16 })],
  ['v-273187', (org) => set(org, '/api/v1/first-party-app-settings/admin-console', { sessionIdleTimeoutMinutes: 16 })],
  ['v-273189', password({ lockout: { maxAttempts: 4 } })],
  ['v-273190', rule('ACCESS_POLICY', method({ constraints: [] }))],
  ['v-273191', console(method({ constraints: [] }))],
  ['v-273193', console(method({ factorMode: '1FA' }))],
  ['v-273194', rule('ACCESS_POLICY', method({ factorMode: '1FA' }))],
  ['v-273195', complexity({ minLength: 14 })],
  ['v-273196', complexity({ minUpperCase: 0 })],
  ['v-273197', complexity({ minLowerCase: 0 })],
  ['v-273198', complexity({ minNumber: 0 })],
  ['v-273199', complexity({ minSymbol: 0 })],
  ['v-273200', password({ age: { minAgeMinutes: 1439 } })],
  ['v-273201', password({ age: { maxAgeDays: 61 } })],
  ['v-273202', (org) => set(org, '/api/v1/logStreams', { status: 'INACTIVE' })],
  ['v-273203', session({ maxSessionLifetimeMinutes: 0 })],
  ['v-273204', (org) => org.edit('/api/v1/authenticators', (all) => all.filter(({ key }) => key !== 'smart_card_idp'))],
  ['v-273205', (org) => set(org, '/api/v1/authenticators', { settings: { compliance: { fips: 'OPTIONAL' } } }, VERIFY)],
  ['v-273206', session({ usePersistentCookie: true })],
  ['v-273208', complexity({ dictionary: { common: { exclude: false } } })],
  ['v-273209', password({ age: { historyCount: 4 } })],
  ['v-279689', (org) => set(org, '/api/v1/api-tokens', { network: { connection: 'ANYWHERE' } }, 0)],
  ['v-279690', (org) => set(org, '/api/v1/api-tokens', { userId: idsOf(org, '/api/v1/users')[0] }, 0)],
  ['v-279691', rule('OKTA_SIGN_ON', anywhere)],
  ['v-279692', (org) => org.edit('/api/v1/zones', (zones) => zones.filter(({ usage }) => usage !== 'BLOCKLIST'))],
  ['v-279693', rule('ACCESS_POLICY', anywhere)],
]);
