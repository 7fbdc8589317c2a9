import { type AppPlan, buildOrg, type KeyPlan, type SeedOptions } from './builder.ts';
import type { Org } from './org.ts';

/** How large a uniform org is. */
export interface UniformOrgOptions extends SeedOptions {
  readonly apps: number;
  /** Keys of each app. Okta stores at most 50. */
  readonly keysPerApp: number;
}

/** Equal OIDC service apps, for measurements. Every third key is inactive, and a key is a day older than the one before it. */
export function uniformOrg({ apps, keysPerApp, ...options }: UniformOrgOptions): Org {
  const keys = Array.from({ length: keysPerApp }, (_, index): KeyPlan => {
    return { ageDays: keysPerApp - index, status: index % 3 === 1 ? 'INACTIVE' : 'ACTIVE' };
  });
  const plans = Array.from({ length: apps }, (_, index): AppPlan => {
    return {
      label: `Service ${String(index + 1).padStart(4, '0')}`,
      name: 'oidc_client',
      signOnMode: 'OPENID_CONNECT',
      oauthClient: { applicationType: 'service', authMethod: 'private_key_jwt' },
      keys,
    };
  });
  return buildOrg(plans, options);
}
