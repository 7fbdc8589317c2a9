import { createRandom, generatedKid, oktaId, type Random } from './ids.ts';
import { type Curve, ecMaterial, rsaMaterial } from './key-material.ts';
import {
  type KeyMaterial,
  type LifecycleStatus,
  type OAuthClient,
  type Org,
  oktaTime,
  type SignOnMode,
  type SimulatedApp,
  type SimulatedKey,
} from './org.ts';

const DAY_MS = 86_400_000;

/** What ids, key material and times of seed data depend on. */
export interface SeedOptions {
  /** Ages count back from here. Default: now. */
  readonly now?: Date;
  /** Equal seeds give equal ids and keys. Default: 1. */
  readonly seed?: number;
}

/** A key to make. What is left out is an active RSA key for RS256 signatures with a generated kid. */
export interface KeyPlan {
  readonly ageDays: number;
  readonly status?: LifecycleStatus;
  readonly use?: 'enc' | 'sig' | null;
  readonly alg?: string | null;
  readonly kid?: string;
  readonly curve?: Curve;
  readonly material?: KeyMaterial;
}

/** An app to make. */
export interface AppPlan {
  readonly label: string;
  readonly name: string;
  readonly signOnMode: SignOnMode;
  readonly status?: LifecycleStatus;
  readonly appSettings?: SimulatedApp['appSettings'];
  readonly oauthClient?: OAuthClient;
  readonly keys?: readonly KeyPlan[];
  readonly signingDaysLeft?: number;
  readonly isUnassigned?: boolean;
}

/** Makes an org from plans, in their order. */
export function buildOrg(plans: readonly AppPlan[], { now = new Date(), seed = 1 }: SeedOptions): Org {
  const random = createRandom(`org ${seed}`);
  const id = oktaId(random, '00o');
  // Okta signs for all apps of an org with one key, unless an app was given its own.
  const signingKid = generatedKid(random);
  return { id, apps: plans.map((plan) => buildApp(plan, { random, now, signingKid })) };
}

interface Making {
  readonly random: Random;
  readonly now: Date;
  readonly signingKid: string;
}

function buildApp(plan: AppPlan, making: Making): SimulatedApp {
  const { label, name, signOnMode, status = 'ACTIVE', appSettings = {}, oauthClient, keys = [] } = plan;
  const ageDays = 30 + Math.max(0, ...keys.map((key) => key.ageDays));
  const signs = signOnMode === 'OPENID_CONNECT' || signOnMode === 'SAML_2_0';
  return {
    id: oktaId(making.random, '0oa'),
    name,
    label,
    status,
    created: timeAgo(making.now, ageDays),
    lastUpdated: timeAgo(making.now, ageDays / 2),
    signOnMode,
    ...(signs && { signingKid: making.signingKid }),
    ...(plan.signingDaysLeft !== undefined && { signingDaysLeft: plan.signingDaysLeft }),
    ...(plan.isUnassigned && { isUnassigned: true }),
    appSettings,
    ...(oauthClient && { oauthClient }),
    keys: keys.map((key) => buildKey(key, making)),
  };
}

function buildKey(plan: KeyPlan, { random, now }: Making): SimulatedKey {
  const { ageDays, status = 'ACTIVE', use = 'sig' } = plan;
  return {
    id: oktaId(random, 'pks'),
    created: timeAgo(now, ageDays),
    // An inactive key was deactivated half-way through its life.
    lastUpdated: timeAgo(now, status === 'ACTIVE' ? ageDays : ageDays / 2),
    status,
    alg: plan.alg === undefined ? usualAlg(plan) : plan.alg,
    kid: plan.kid ?? generatedKid(random),
    use,
    material: plan.material ?? (plan.curve ? ecMaterial(random, plan.curve) : rsaMaterial(random)),
  };
}

function usualAlg({ use, curve }: KeyPlan): string {
  if (use === 'enc') return 'RSA-OAEP';
  if (curve === undefined) return 'RS256';
  return curve === 'P-256' ? 'ES256' : 'ES384';
}

function timeAgo(now: Date, days: number): string {
  return oktaTime(new Date(now.getTime() - days * DAY_MS));
}
