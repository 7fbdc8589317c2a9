import { type AppPlan, buildOrg, type KeyPlan, type SeedOptions } from './builder.ts';
import { createRandom, generatedKid } from './ids.ts';
import { rsaMaterial } from './key-material.ts';
import type { OAuthClient, Org } from './org.ts';

/**
 * Okta's two built-in applications and forty more of all kinds, with the credential mistakes that audits look for: keys past 90, 180 and 365 days,
 * a last active key, two active signing keys, one key shared by two apps, a key without `use`, keys fetched over plain http, a SAML certificate in
 * use that ends soon, and two applications that nobody has.
 */
export function demoOrg(options: SeedOptions = {}): Org {
  const shared = sharedKey(options.seed ?? 1);
  return buildOrg([...builtInApps, ...serviceApps(shared), ...clientApps(), ...otherApps()], options);
}

const builtInApps: readonly AppPlan[] = [
  { label: 'Okta Admin Console', name: 'saasure', signOnMode: 'OPENID_CONNECT' },
  { label: 'Okta Dashboard', name: 'okta_enduser', signOnMode: 'OPENID_CONNECT' },
];

function sharedKey(seed: number): KeyPlan {
  const random = createRandom(`shared key ${seed}`);
  return { ageDays: 150, kid: generatedKid(random), material: rsaMaterial(random) };
}

function serviceApps(shared: KeyPlan): readonly AppPlan[] {
  const INACTIVE = 'INACTIVE';
  return [
    // Its only key is its last active one, and more than a year old.
    service('Payroll Sync', [{ ageDays: 400 }]),
    service('Build Pipeline', [{ ageDays: 200, status: INACTIVE }, { ageDays: 20 }]),
    service('Audit Log Export', [{ ageDays: 380, status: INACTIVE }, { ageDays: 190 }, { ageDays: 10 }]),
    service('Warehouse Loader', [{ ageDays: 95 }]),
    service('Device Inventory', [{ ageDays: 60, curve: 'P-256' }]),
    service('Edge Gateway', [
      { ageDays: 300, curve: 'P-256', status: INACTIVE },
      { ageDays: 120, curve: 'P-384' },
    ]),
    service('Billing Reconciler', [shared]),
    service('Billing Reconciler (staging)', [shared]),
    service('Legacy Ticket Bridge', [{ ageDays: 730, use: null, alg: null }]),
    service('Identity Sync', [{ ageDays: 100 }, { ageDays: 2 }]),
    service('Terraform Runner', [{ ageDays: 91 }]),
    service('Secrets Rotator', [
      { ageDays: 366, status: INACTIVE },
      { ageDays: 181, status: INACTIVE },
      { ageDays: 88 },
    ]),
    service('Deploy Approver', [{ ageDays: 3 }]),
    service('Onboarding Bot', []),
    { ...service('Metrics Collector', [{ ageDays: 500 }]), status: INACTIVE },
    { ...service('Notification Relay', [{ ageDays: 250 }, { ageDays: 240, status: INACTIVE }]), status: INACTIVE },
    oidc('Claims Portal', { applicationType: 'web', authMethod: 'private_key_jwt' }, [
      { ageDays: 45 },
      { ageDays: 210, use: 'enc', status: INACTIVE },
      { ageDays: 30, use: 'enc' },
    ]),
    oidc('Fraud Scoring', { applicationType: 'web', authMethod: 'private_key_jwt', requestObjectSigningAlg: 'RS256' }, [
      { ageDays: 80 },
      { ageDays: 12, curve: 'P-256' },
    ]),
  ];
}

function clientApps(): readonly AppPlan[] {
  const basic: OAuthClient = { applicationType: 'web', authMethod: 'client_secret_basic' };
  const post: OAuthClient = { applicationType: 'web', authMethod: 'client_secret_post' };
  const browser: OAuthClient = { applicationType: 'browser', authMethod: 'none' };
  const native: OAuthClient = { applicationType: 'native', authMethod: 'none' };
  return [
    oidc('Employee Portal', basic),
    oidc('Expense Reports', {
      applicationType: 'web',
      authMethod: 'private_key_jwt',
      jwksUri: 'http://expenses.example.net/keys.json',
    }),
    oidc('Travel Booking', basic),
    oidc('Partner Dashboard', post),
    oidc('Support Console', post),
    { ...oidc('Intranet Wiki', basic), status: 'INACTIVE' },
    oidc('Status Page', browser),
    oidc('Field Service Mobile', native),
    oidc('Warehouse Scanner', native),
    { ...oidc('Meeting Rooms', native), status: 'INACTIVE' },
  ];
}

function otherApps(): readonly AppPlan[] {
  return [
    saml('Customer CRM'),
    saml('Source Control'),
    { ...saml('HR Suite'), signingDaysLeft: 12 },
    saml('Data Warehouse'),
    { ...saml('Learning Platform'), status: 'INACTIVE' },
    bookmark('Cafeteria Menu'),
    { ...bookmark('Brand Guidelines'), isUnassigned: true },
    bookmark('Company Handbook'),
    { label: 'Utility Billing', name: 'org_utilitybilling_1', signOnMode: 'AUTO_LOGIN' },
    { label: 'Shipping Desk', name: 'org_shippingdesk_1', signOnMode: 'AUTO_LOGIN', status: 'INACTIVE' },
    passwordForm('Bank Portal', 'template_swa', 'BROWSER_PLUGIN'),
    { ...passwordForm('Legacy Timesheets', 'template_sps', 'SECURE_PASSWORD_STORE'), isUnassigned: true },
  ];
}

function oidc(label: string, oauthClient: OAuthClient, keys: readonly KeyPlan[] = []): AppPlan {
  return { label, name: 'oidc_client', signOnMode: 'OPENID_CONNECT', oauthClient, keys };
}

function service(label: string, keys: readonly KeyPlan[]): AppPlan {
  return oidc(label, { applicationType: 'service', authMethod: 'private_key_jwt' }, keys);
}

function saml(label: string): AppPlan {
  return { label, name: `org_${slug(label)}_1`, signOnMode: 'SAML_2_0' };
}

function bookmark(label: string): AppPlan {
  const url = `https://example.com/${slug(label)}`;
  return { label, name: 'bookmark', signOnMode: 'BOOKMARK', appSettings: { requestIntegration: false, url } };
}

function passwordForm(label: string, name: string, signOnMode: AppPlan['signOnMode']): AppPlan {
  const url = `https://example.com/${slug(label)}`;
  const appSettings = { url, usernameField: 'username', passwordField: 'password' };
  return { label, name, signOnMode, appSettings };
}

function slug(label: string): string {
  return label.toLowerCase().replaceAll(/[^a-z0-9]/g, '');
}
