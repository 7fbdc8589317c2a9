/**
 * How to log in to an API, in StackQL's words: the `config.auth` of a provider document, and `--auth`.
 *
 * @module
 */

/** StackQL's keys. Which of them count depends on `type`. */
export interface AuthConfig {
  /** `api_key`, `bearer`, `basic`, `custom`, `oauth2`, `private_key_jwt` or `null_auth`; StackQL's other types are refused when used. */
  readonly type: string;
  /** Names of environment variables and paths of files that hold the credential, in the order in which they count. */
  readonly credentialsenvvar?: string;
  readonly credentialsfilepathenvvar?: string;
  readonly credentialsfilepath?: string;
  readonly valuePrefix?: string;
  readonly username_var?: string;
  readonly password_var?: string;
  readonly username?: string;
  readonly password?: string;
  readonly api_key_var?: string;
  readonly api_secret_var?: string;
  readonly api_key?: string;
  readonly api_secret?: string;
  /** Of `custom`: the header or query parameter. */
  readonly name?: string;
  readonly location?: string;
  /** Of `custom`: what is sent besides, such as a second header. */
  readonly successor?: AuthConfig;
  /** The `kid` of a `private_key_jwt`, our own type: its credential is the private key. */
  readonly key_id?: string;
  /** Of `oauth2`. */
  readonly grant_type?: string;
  readonly token_url?: string;
  readonly client_id?: string;
  readonly client_secret?: string;
  readonly client_id_env_var?: string;
  readonly client_secret_env_var?: string;
  readonly account_id?: string;
  readonly account_id_var?: string;
  /** 1: the client's secret goes into the form, not into a header. */
  readonly auth_style?: number;
  readonly scopes?: readonly string[];
  /** More members of the form. */
  readonly values?: Readonly<Record<string, readonly string[]>>;
}

const TEXTS = [
  'type',
  'credentialsenvvar',
  'credentialsfilepathenvvar',
  'credentialsfilepath',
  'valuePrefix',
  'username_var',
  'password_var',
  'username',
  'password',
  'api_key_var',
  'api_secret_var',
  'api_key',
  'api_secret',
  'name',
  'location',
  'grant_type',
  'token_url',
  'client_id',
  'client_secret',
  'client_id_env_var',
  'client_secret_env_var',
  'account_id',
  'account_id_var',
  'key_id',
] as const;

/**
 * The settings in their checked form. Names of keys are taken in any case, as StackQL's JSON reader does; keys that are
 * not known are let through, since other types have their own.
 *
 * @param refuse called with what is wrong and where, such as `successor.name`; never with a value, which may be a secret
 */
export function readAuth(value: unknown, refuse: (problem: string, at: string) => never, at = ''): AuthConfig {
  if (!isRecord(value)) return refuse('expected an object with a type', at);
  const given = new Map(Object.entries(value).map(([key, member]) => [key.toLowerCase(), member]));
  const texts = TEXTS.flatMap((key) => {
    const text = given.get(key.toLowerCase());
    if (text === undefined || text === null) return [];
    return typeof text === 'string' ? [[key, text]] : refuse(`${key} is no text`, join(at, key));
  });
  const { type = '', ...rest } = Object.fromEntries(texts) as Partial<AuthConfig>;
  if (type === '') return refuse('type is missing', at);
  return { type: type.toLowerCase(), ...rest, ...structured(given, refuse, at) };
}

function structured(
  given: ReadonlyMap<string, unknown>,
  refuse: (problem: string, at: string) => never,
  at: string,
): Partial<AuthConfig> {
  const [successor, scopes, values, style] = ['successor', 'scopes', 'values', 'auth_style'].map((key) =>
    given.get(key),
  );
  if (scopes !== undefined && !isTexts(scopes)) refuse('scopes is no list of texts', join(at, 'scopes'));
  if (style !== undefined && typeof style !== 'number') refuse('auth_style is no number', join(at, 'auth_style'));
  return {
    ...(successor !== undefined && { successor: readAuth(successor, refuse, join(at, 'successor')) }),
    ...(isTexts(scopes) && { scopes }),
    ...(values !== undefined && { values: readValues(values, refuse, join(at, 'values')) }),
    ...(typeof style === 'number' && { auth_style: style }),
  };
}

function readValues(
  values: unknown,
  refuse: (problem: string, at: string) => never,
  at: string,
): Readonly<Record<string, readonly string[]>> {
  if (!isRecord(values)) return refuse('values is no object', at);
  const entries = Object.entries(values).map(([name, value]) => {
    const list = typeof value === 'string' ? [value] : value;
    return [name, isTexts(list) ? list : refuse('expected a text or a list of texts', join(at, name))] as const;
  });
  return Object.fromEntries(entries);
}

function isTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((text) => typeof text === 'string');
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function join(at: string, key: string): string {
  return at === '' ? key : `${at}.${key}`;
}
