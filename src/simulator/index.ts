/**
 * An Okta to run against: one function from `Request` to `Response` with the rules, errors, paging, rate limits and
 * faults of the real one. Applications, their public keys and the access tokens of service applications are simulated by
 * hand, all other operations of the provider after its documents.
 *
 * @module
 */

export type { KeyOrder, ListShape } from './apps/key-json.ts';
export type { Edition } from './apps/operation.ts';
export type { UngrantedScopes } from './desk.ts';
export type { Fault, FaultAnswer, FaultError, FaultMatch, FaultOptions, FaultTools } from './faults.ts';
export * as faults from './faults.ts';
export type { JournalEntry } from './journal.ts';
export { type MswHttp, mswHandlers } from './msw.ts';
export { OKTA_SCOPES } from './oauth/scopes.ts';
export type { ServiceApp } from './oauth/service-apps.ts';
export type { IssuedToken } from './oauth/tokens.ts';
export type { SeedOptions } from './org/builder.ts';
export { demoOrg } from './org/demo-org.ts';
export type { Item } from './org/field-values.ts';
export type {
  AdminRole,
  KeyMaterial,
  LifecycleStatus,
  OAuthClient,
  Org,
  SignOnMode,
  SimulatedApp,
  SimulatedKey,
  TokenEndpointAuthMethod,
} from './org/org.ts';
export { type UniformOrgOptions, uniformOrg } from './org/uniform-org.ts';
export type { RateHeaders } from './respond.ts';
export { type ListenOptions, listen, type RunningServer } from './server.ts';
export { createSimulator, type Simulator, type SimulatorOptions, type Switches } from './simulator.ts';
