/**
 * oktaql as a library.
 *
 * @module
 */

export * from './errors.ts';
export type { DeniedCall } from './exec/denied.ts';
export type { Outcome } from './exec/outcome.ts';
export type {
  Invocation,
  InvokeOptions,
  PreparedCall,
  Provider,
  RequestOptions,
  ResourceScan,
  ScanOptions,
  ScanSplit,
} from './exec/provider.ts';
export { Secret } from './http/login/secret.ts';
export type { RequestEstimate } from './plan/estimate.ts';
export type { Exactness, ScanQual } from './plan/plan.ts';
export type { AuthConfig } from './registry/auth.ts';
export type { Registry } from './registry/registry.ts';
export type { Method, Parameter, Resource, TableColumn } from './registry/resource.ts';
export { loadRegistry } from './session/load-registry.ts';
export type { OktaLogin, OrgSettings, Orgs, PrivateKeyLogin } from './session/login/orgs.ts';
export type { ProviderOptions } from './session/provider/options.ts';
export { createProvider } from './session/provider.ts';
export {
  createSession,
  type QueryOptions,
  type QueryResult,
  type ScriptStatement,
  type Session,
  type SessionOptions,
} from './session/session.ts';
export type { CommandTag } from './sql/statement.ts';
export { type ResultColumn, type ResultSet, type ResultStream, type Row, toObjects, type Value } from './values.ts';
