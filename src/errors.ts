/**
 * Every error that oktaql throws.
 *
 * Callers decide on `code` (or on the class) and on `status`, never on the text: texts are for people and may change.
 * The table {@link ERROR_FACTS} gives each code its SQLSTATE and the exit code of the command line.
 *
 * @module
 */

/** What went wrong, as a stable word. */
export type ErrorCode =
  | 'SYNTAX'
  | 'NOT_SUPPORTED'
  | 'UNFILLED_PLACEHOLDER'
  | 'UNKNOWN_PROVIDER'
  | 'UNKNOWN_SERVICE'
  | 'UNKNOWN_RESOURCE'
  | 'UNKNOWN_METHOD'
  | 'UNKNOWN_COLUMN'
  | 'BINDING'
  | 'NO_METHOD'
  | 'INVALID_VALUE'
  | 'READ_ONLY'
  | 'PROVIDER_DOCUMENT'
  | 'AUTH'
  | 'PERMISSION'
  | 'NOT_FOUND'
  | 'RATE_LIMIT'
  | 'HTTP'
  | 'UNUSABLE_RESPONSE'
  | 'NETWORK'
  | 'TIMEOUT'
  | 'CANCELLED'
  | 'EXECUTION'
  | 'RESOURCE_LIMIT'
  | 'ENGINE_CRASHED'
  | 'AUDIT_FILE'
  | 'INTERNAL';

/** How the command line ends: 1 the statement failed, 2 a file that it was given is wrong, 3 login or permission, 4 rate limit or network, 130 interrupted. */
export type ExitCode = 1 | 2 | 3 | 4 | 130;

export interface ErrorFacts {
  /** Five characters, as in the PostgreSQL manual's appendix A. */
  readonly sqlState: string;
  readonly exitCode: ExitCode;
}

/** https://www.postgresql.org/docs/current/errcodes-appendix.html; HV000 is the class of foreign-data errors. */
export const ERROR_FACTS: Readonly<Record<ErrorCode, ErrorFacts>> = {
  SYNTAX: { sqlState: '42601', exitCode: 1 },
  NOT_SUPPORTED: { sqlState: '0A000', exitCode: 1 },
  UNFILLED_PLACEHOLDER: { sqlState: '42601', exitCode: 1 },
  UNKNOWN_PROVIDER: { sqlState: '3F000', exitCode: 1 },
  UNKNOWN_SERVICE: { sqlState: '3F000', exitCode: 1 },
  UNKNOWN_RESOURCE: { sqlState: '42P01', exitCode: 1 },
  UNKNOWN_METHOD: { sqlState: '42883', exitCode: 1 },
  UNKNOWN_COLUMN: { sqlState: '42703', exitCode: 1 },
  BINDING: { sqlState: '42000', exitCode: 1 },
  NO_METHOD: { sqlState: 'HV000', exitCode: 1 },
  INVALID_VALUE: { sqlState: '22023', exitCode: 1 },
  READ_ONLY: { sqlState: '25006', exitCode: 1 },
  PROVIDER_DOCUMENT: { sqlState: 'HV000', exitCode: 1 },
  AUTH: { sqlState: '28000', exitCode: 3 },
  PERMISSION: { sqlState: '42501', exitCode: 3 },
  NOT_FOUND: { sqlState: '02000', exitCode: 1 },
  RATE_LIMIT: { sqlState: '53400', exitCode: 4 },
  HTTP: { sqlState: 'HV000', exitCode: 1 },
  UNUSABLE_RESPONSE: { sqlState: 'HV000', exitCode: 1 },
  NETWORK: { sqlState: '08006', exitCode: 4 },
  TIMEOUT: { sqlState: '57014', exitCode: 4 },
  CANCELLED: { sqlState: '57014', exitCode: 130 },
  EXECUTION: { sqlState: '22000', exitCode: 1 },
  RESOURCE_LIMIT: { sqlState: '53200', exitCode: 1 },
  ENGINE_CRASHED: { sqlState: '58000', exitCode: 1 },
  AUDIT_FILE: { sqlState: 'F0000', exitCode: 2 },
  INTERNAL: { sqlState: 'XX000', exitCode: 1 },
};

export interface QueryErrorOptions {
  /** What the reader can do about it, as a full sentence. */
  readonly hint?: string | undefined;
  readonly cause?: unknown;
  /** Default is false. */
  readonly mayHaveHappened?: boolean | undefined;
}

/** The base of all our errors. Anything else that escapes is a defect of ours. */
export abstract class QueryError extends Error {
  readonly code: ErrorCode;
  readonly sqlState: string;
  declare readonly hint?: string;
  /**
   * Whether the request that failed may have been carried out all the same: its answer was lost, or says nothing about
   * that. Where the request only reads, it does not matter.
   */
  readonly mayHaveHappened: boolean;

  constructor(code: ErrorCode, message: string, options: QueryErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = new.target.name;
    this.code = code;
    this.sqlState = ERROR_FACTS[code].sqlState;
    if (options.hint !== undefined) this.hint = options.hint;
    this.mayHaveHappened = options.mayHaveHappened ?? false;
  }
}

/** A place in the text that the user gave. */
export interface TextPosition {
  /** UTF-16 units from the start of the input. */
  readonly offset: number;
  /** Counted from 1. */
  readonly line: number;
  /** Counted from 1, in characters. */
  readonly column: number;
}

/** The text is no statement we know. `excerpt` is the line with a caret below; long strings in it are masked. */
export class SqlSyntaxError extends QueryError {
  declare readonly code: 'SYNTAX';
  readonly position: TextPosition;
  readonly excerpt: string;

  constructor(
    message: string,
    options: QueryErrorOptions & { readonly position: TextPosition; readonly excerpt: string },
  ) {
    super('SYNTAX', message, options);
    this.position = options.position;
    this.excerpt = options.excerpt;
  }
}

/** The statement is valid SQL (or a valid document), but this version does not do it. */
export class NotSupportedError extends QueryError {
  declare readonly code: 'NOT_SUPPORTED';
  constructor(message: string, options: QueryErrorOptions = {}) {
    super('NOT_SUPPORTED', message, options);
  }
}

/** `{{ name }}` stands in the text and no value was given for it. */
export class PlaceholderError extends QueryError {
  declare readonly code: 'UNFILLED_PLACEHOLDER';
  readonly placeholder: string;

  constructor(message: string, options: QueryErrorOptions & { readonly placeholder: string }) {
    super('UNFILLED_PLACEHOLDER', message, options);
    this.placeholder = options.placeholder;
  }
}

export type BindErrorCode = Extract<ErrorCode, `UNKNOWN_${string}` | 'BINDING'>;

/** A name means nothing here. `nearest` holds the known names that resemble it, best first. */
export class BindError extends QueryError {
  declare readonly code: BindErrorCode;
  readonly unknownName: string;
  readonly nearest: readonly string[];

  constructor(
    code: BindErrorCode,
    message: string,
    options: QueryErrorOptions & { readonly unknownName: string; readonly nearest?: readonly string[] },
  ) {
    super(code, message, options);
    this.unknownName = options.unknownName;
    this.nearest = options.nearest ?? [];
  }
}

/** No method of the resource can answer the statement. `missing` lists, per method tried, the parameters it lacks. */
export class PlanError extends QueryError {
  declare readonly code: 'NO_METHOD';
  readonly missing: Readonly<Record<string, readonly string[]>>;

  constructor(
    message: string,
    options: QueryErrorOptions & { readonly missing?: Readonly<Record<string, readonly string[]>> } = {},
  ) {
    super('NO_METHOD', message, options);
    this.missing = options.missing ?? {};
  }
}

/** A value that would be sent is not acceptable; nothing was sent. The message never repeats a secret value. */
export class InvalidValueError extends QueryError {
  declare readonly code: 'INVALID_VALUE';
  /** The parameter or column that held the value. */
  readonly subject: string;

  constructor(message: string, options: QueryErrorOptions & { readonly subject: string }) {
    super('INVALID_VALUE', message, options);
    this.subject = options.subject;
  }
}

/** The statement would change something at the provider, and the session is read-only. Nothing was sent. */
export class ReadOnlyError extends QueryError {
  declare readonly code: 'READ_ONLY';
  constructor(message: string, options: QueryErrorOptions = {}) {
    super('READ_ONLY', message, options);
  }
}

/** A provider document is wrong. `pointer` is a JSON pointer (RFC 6901) into `file`. */
export class ProviderDocumentError extends QueryError {
  declare readonly code: 'PROVIDER_DOCUMENT';
  readonly file: string;
  readonly pointer: string;

  constructor(message: string, options: QueryErrorOptions & { readonly file: string; readonly pointer: string }) {
    super('PROVIDER_DOCUMENT', message, options);
    this.file = options.file;
    this.pointer = options.pointer;
  }
}

/** What an HTTP answer said, without secrets. */
export interface HttpFailure {
  readonly status: number;
  readonly method: string;
  /** The URL without credentials. */
  readonly url: string;
  /** The provider's own error code, such as `E0000007`. */
  readonly providerCode?: string | undefined;
  readonly requestId?: string | undefined;
  /** Sends of the request, the last included. */
  readonly attempt?: number | undefined;
  /** Milliseconds since the first of them, waits in between included. */
  readonly elapsedMs?: number | undefined;
}

/** What the errors of an HTTP answer have in common. */
export abstract class HttpFailureError extends QueryError implements HttpFailure {
  readonly status: number;
  readonly method: string;
  readonly url: string;
  declare readonly providerCode?: string;
  declare readonly requestId?: string;
  declare readonly attempt?: number;
  declare readonly elapsedMs?: number;

  constructor(code: ErrorCode, message: string, options: QueryErrorOptions & HttpFailure) {
    super(code, message, options);
    this.status = options.status;
    this.method = options.method;
    this.url = options.url;
    if (options.providerCode !== undefined) this.providerCode = options.providerCode;
    if (options.requestId !== undefined) this.requestId = options.requestId;
    if (options.attempt !== undefined) this.attempt = options.attempt;
    if (options.elapsedMs !== undefined) this.elapsedMs = options.elapsedMs;
  }
}

/** The server did not accept who we are (401), or there is no credential for it at all (status 0, nothing sent). */
export class AuthError extends HttpFailureError {
  declare readonly code: 'AUTH';
  constructor(message: string, options: QueryErrorOptions & HttpFailure) {
    super('AUTH', message, options);
  }
}

/** The server knows us and refuses (403). */
export class PermissionError extends HttpFailureError {
  declare readonly code: 'PERMISSION';
  constructor(message: string, options: QueryErrorOptions & HttpFailure) {
    super('PERMISSION', message, options);
  }
}

/** 429. `resetAt` is when the window ends, if the answer said so. */
export class RateLimitError extends HttpFailureError {
  declare readonly code: 'RATE_LIMIT';
  declare readonly resetAt?: Date;

  constructor(message: string, options: QueryErrorOptions & HttpFailure & { readonly resetAt?: Date | undefined }) {
    super('RATE_LIMIT', message, options);
    if (options.resetAt !== undefined) this.resetAt = options.resetAt;
  }
}

/** The API knows no such object (a 404 that says so in the API's own words). A SELECT by id takes it as no rows. */
export class NotFoundError extends HttpFailureError {
  declare readonly code: 'NOT_FOUND';
  constructor(message: string, options: QueryErrorOptions & HttpFailure) {
    super('NOT_FOUND', message, options);
  }
}

/** Any other answer that is no success. */
export class HttpError extends HttpFailureError {
  declare readonly code: 'HTTP';
  constructor(message: string, options: QueryErrorOptions & HttpFailure) {
    super('HTTP', message, options);
  }
}

/**
 * The server answered with success, but the body is not what the method returns: never taken as "no rows". What was asked
 * for may well have been done, so that is the default of `mayHaveHappened`.
 */
export class UnusableResponseError extends HttpFailureError {
  declare readonly code: 'UNUSABLE_RESPONSE';
  constructor(message: string, options: QueryErrorOptions & HttpFailure) {
    super('UNUSABLE_RESPONSE', message, { ...options, mayHaveHappened: options.mayHaveHappened ?? true });
  }
}

/** The connection failed: no answer, or half of one. */
export class NetworkError extends QueryError {
  declare readonly code: 'NETWORK';
  readonly method: string;
  readonly url: string;
  /** Milliseconds since the request was first sent, waits between the attempts included. */
  readonly elapsedMs: number;
  /** How many times it was sent, or tried to be. */
  readonly attempt: number;

  constructor(
    message: string,
    options: QueryErrorOptions & Attempts & { readonly method: string; readonly url: string },
  ) {
    super('NETWORK', message, options);
    this.method = options.method;
    this.url = options.url;
    this.elapsedMs = options.elapsedMs;
    this.attempt = options.attempt ?? 1;
  }
}

export interface Attempts {
  readonly elapsedMs: number;
  readonly attempt?: number;
}

/** No answer within the time allowed for one request, or not all of them within the time allowed for the statement. */
export class TimeoutError extends QueryError {
  declare readonly code: 'TIMEOUT';
  readonly elapsedMs: number;
  readonly attempt: number;
  /** Whose time it was that ended: that of one answer, after which another request may succeed, or the statement's. */
  readonly scope: 'answer' | 'statement';

  constructor(message: string, options: QueryErrorOptions & Attempts & { readonly scope?: 'answer' | 'statement' }) {
    super('TIMEOUT', message, options);
    this.scope = options.scope ?? 'statement';
    this.elapsedMs = options.elapsedMs;
    this.attempt = options.attempt ?? 1;
  }
}

/** The caller's `AbortSignal` fired. */
export class CancelledError extends QueryError {
  declare readonly code: 'CANCELLED';
  constructor(message = 'The statement was cancelled.', options: QueryErrorOptions = {}) {
    super('CANCELLED', message, options);
  }
}

/** The engine could not compute the answer: a cast that fails, a division that overflows. */
export class ExecutionError extends QueryError {
  declare readonly code: 'EXECUTION';
  constructor(message: string, options: QueryErrorOptions = {}) {
    super('EXECUTION', message, options);
  }
}

/** The statement needs more than the engine may have: memory, as far as is known today. */
export class ResourceLimitError extends QueryError {
  declare readonly code: 'RESOURCE_LIMIT';

  constructor(message: string, options: QueryErrorOptions = {}) {
    super('RESOURCE_LIMIT', message, options);
  }
}

/**
 * The process of the engine ended while the statement ran in it (`isolation: 'process'`). The session goes on with a new
 * one; requests that change something may have been sent before.
 */
export class EngineCrashedError extends QueryError {
  declare readonly code: 'ENGINE_CRASHED';

  constructor(message: string, options: QueryErrorOptions = {}) {
    super('ENGINE_CRASHED', message, options);
  }
}

/** A control, a pack, a baseline or evidence is not as it has to be. Nothing was sent. */
export class AuditFileError extends QueryError {
  declare readonly code: 'AUDIT_FILE';
  /** As it was named. */
  readonly file: string;
  /** Where in the file, if the fault is at one place of it. */
  declare readonly position?: Pick<TextPosition, 'line' | 'column'>;

  /** @param problem what is wrong, without the file's name in front */
  constructor(
    problem: string,
    options: QueryErrorOptions & {
      readonly file: string;
      readonly position?: Pick<TextPosition, 'line' | 'column'> | undefined;
    },
  ) {
    const { file, position } = options;
    const place = position === undefined ? '' : `:${position.line}:${position.column}`;
    super('AUDIT_FILE', `${file}${place}: ${problem}.`, options);
    this.file = file;
    if (position !== undefined) this.position = position;
  }
}

/** Something we believed is not so. A defect of ours; please report it. */
export class InternalError extends QueryError {
  declare readonly code: 'INTERNAL';
  constructor(message: string, options: QueryErrorOptions = {}) {
    super('INTERNAL', message, options);
  }
}

/** All classes, so that `switch (error.code)` narrows. */
export type AnyQueryError =
  | SqlSyntaxError
  | NotSupportedError
  | PlaceholderError
  | BindError
  | PlanError
  | InvalidValueError
  | ReadOnlyError
  | ProviderDocumentError
  | AuthError
  | PermissionError
  | NotFoundError
  | RateLimitError
  | HttpError
  | UnusableResponseError
  | NetworkError
  | TimeoutError
  | CancelledError
  | ExecutionError
  | ResourceLimitError
  | EngineCrashedError
  | AuditFileError
  | InternalError;

/**
 * Whether an error is one of ours: after that, `switch (error.code)` narrows it to its class.
 *
 * @example
 * if (isQueryError(error) && error.code === 'RATE_LIMIT') console.warn(error.resetAt);
 */
export function isQueryError(error: unknown): error is AnyQueryError {
  return error instanceof QueryError;
}

/** Ends an exhaustive `switch`. */
export function assertNever(value: never): never {
  throw new InternalError(`Unexpected variant: ${JSON.stringify(value)}`);
}
