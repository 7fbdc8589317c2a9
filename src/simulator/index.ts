/**
 * An Okta to run against: one function from `Request` to `Response` with the rules, errors, paging, rate limits and
 * faults of the real one. Applications and their public keys are simulated by hand, all other operations of the provider
 * after its documents.
 *
 * @module
 */

export { demoOrg } from './demo-org.ts';
export type { Fault, FaultAnswer, FaultError, FaultMatch, FaultOptions, FaultTools } from './faults.ts';
export * as faults from './faults.ts';
export type { JournalEntry } from './journal.ts';
export type { KeyOrder, ListShape } from './key-json.ts';
export { type MswHttp, mswHandlers } from './msw.ts';
export type {
  KeyMaterial,
  LifecycleStatus,
  OAuthClient,
  Org,
  SignOnMode,
  SimulatedApp,
  SimulatedKey,
  TokenEndpointAuthMethod,
} from './org.ts';
export type { SeedOptions } from './org-builder.ts';
export type { RateHeaders } from './respond.ts';
export { type ListenOptions, listen, type RunningServer } from './server.ts';
export { createSimulator, type Simulator, type SimulatorOptions, type Switches } from './simulator.ts';
export { type UniformOrgOptions, uniformOrg } from './uniform-org.ts';
