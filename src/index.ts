/**
 * oktaql as a library. Every type that stands in the signature of an export is exported too.
 *
 * @module
 */

export type { DuckDbOptions, EnginePool, EnginePoolOptions } from './engine/options.ts';
export * from './errors.ts';
export type { DeniedCall } from './exec/denied.ts';
export type { Outcome, PlannedChange, PlannedRequest } from './exec/outcome.ts';
export type { CallCounts, ProgressEvent, ScanProgress } from './exec/progress.ts';
export type { OnProvenance, Provenance } from './exec/provenance.ts';
export type {
  CachedLists,
  Invocation,
  InvokeOptions,
  PreparedCall,
  Provider,
  ReadSplitOptions,
  RequestOptions,
  ResourceScan,
  ScanKeys,
  ScanOptions,
  ScanSplit,
  SplitOptions,
} from './exec/provider.ts';
export type { Open, SharedLists } from './exec/shared-lists.ts';
export type { Fetch, HttpResponse, StatementTerms } from './http/contract.ts';
export { Secret } from './http/login/secret.ts';
export type { Clock } from './http/pacing/clock.ts';
export type { LimitState, Wait } from './http/pacing/governor.ts';
export type { RateReading } from './http/pacing/rate-headers.ts';
export type { Page } from './http/paging/pages.ts';
export type { ExchangeRecord, Pairs, RecordedAnswer } from './http/trace/record.ts';
export type { ProxySettings, TlsSettings } from './http/transport/undici.ts';
export type { HostPolicy } from './okta/host.ts';
export type { Assignment } from './plan/assignments.ts';
export type { ListSizes, PlanSettings } from './plan/draft.ts';
export type {
  Exactness,
  Identity,
  JudgedQual,
  ParentScan,
  RequestEstimate,
  Scan,
  ScanOrder,
  ScanQual,
} from './plan/plan.ts';
export type { RequestPrice } from './plan/price.ts';
export type { AuthConfig } from './registry/auth.ts';
export type { DocumentFault } from './registry/fault.ts';
export type { Registry } from './registry/registry.ts';
export type {
  Absence,
  Confirm,
  Cut,
  Embedded,
  Field,
  Filter,
  FilterOperator,
  HttpMethod,
  JsonObject,
  MemberType,
  MemberTypes,
  Method,
  Names,
  Once,
  Order,
  OtherName,
  Paging,
  Parameter,
  Parent,
  ProviderInfo,
  Range,
  Replaces,
  RequestBody,
  Resource,
  ResponseShape,
  RetryPolicy,
  Service,
  TableColumn,
  TokenSource,
  TokenTarget,
  Verb,
  View,
  Withheld,
} from './registry/resource.ts';
export type { HttpRequest, MethodCall } from './request/build.ts';
export type { Change, Difference } from './request/replacement.ts';
export type { CheckDepth, ScriptProblem } from './session/checking.ts';
export type { StatementDescription } from './session/describing.ts';
export { createEnginePool } from './session/engine-pool.ts';
export type { Explanation, TableRead } from './session/explanation.ts';
export { loadRegistry } from './session/load-registry.ts';
export type { CredentialSettings, Environment, OktaFacts } from './session/login/credentials.ts';
export type { OktaLoginSettings } from './session/login/okta-logins.ts';
export type { OktaLogin, OrgSettings, Orgs, PrivateKeyLogin } from './session/login/orgs.ts';
export type { CheckOptions, Confirmation, Isolation, QueryOptions, SessionOptions } from './session/options.ts';
export type { ConnectedProvider, LoginFacts, ProviderOptions } from './session/provider/options.ts';
export { createProvider } from './session/provider.ts';
export { createSession, type QueryResult, type ScriptStatement, type Session } from './session/session.ts';
export type { CommandTag, Comparison, Literal, ParameterValue } from './sql/statement.ts';
export type { ParameterTypes } from './sql/text/typed-parameters.ts';
export {
  type ColumnType,
  type JsonValue,
  type ResultColumn,
  type ResultSet,
  type ResultStream,
  type Row,
  toObjects,
  type Value,
} from './values.ts';
