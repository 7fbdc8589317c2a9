/**
 * What a provider's document may have sent. Whoever writes a document chooses both the servers and what is sent to them, so one
 * that names variables and files could have any secret of this machine sent anywhere.
 *
 * @module
 */

import { InvalidValueError } from '../../errors.ts';
import type { AuthConfig } from '../../registry/auth.ts';

/** The keys of a login whose values are names of variables. */
const VARIABLES = [
  'credentialsenvvar',
  'credentialsfilepathenvvar',
  'username_var',
  'password_var',
  'api_key_var',
  'api_secret_var',
  'client_id_env_var',
  'client_secret_env_var',
  'account_id_var',
] as const;

/** The variables in the template of a `token_url`, as `credentials.ts` fills it. */
const IN_TEMPLATE = /\.__env__(\w+)/g;

/**
 * Checks a login that a document asks for: it may hold whatever it says itself, but name no variable and no file.
 *
 * @param server where its credential would go, as the document writes it, if that is known
 * @throws InvalidValueError that shows how to allow it
 */
export function checkOwnLogin(provider: string, config: AuthConfig, server?: string): void {
  const named = namedBy(config);
  if (named.length === 0) return;
  const to = server === undefined ? 'to its own servers' : `to ${server.slice(0, 200)}`;
  throw new InvalidValueError(
    `The document of ${provider} would send ${named.join(' and ')} ${to}, which no document may by itself. Nothing was sent.`,
    {
      subject: `auth.${provider}`,
      hint:
        `If that is meant, write --auth ${asArgument({ [provider]: config })} (auth), or --trust-registry (trustRegistry) ` +
        'for all documents of the registry.',
    },
  );
}

/** In words, for a message. */
function namedBy(config: AuthConfig): readonly string[] {
  const { credentialsfilepath: file, token_url: tokenUrl = '', successor } = config;
  const variables = VARIABLES.flatMap((key) => config[key] ?? []);
  const templated = [...tokenUrl.matchAll(IN_TEMPLATE)].map(([, name = '']) => name);
  return [
    ...[...variables, ...templated].map((name) => `the variable ${name}`),
    ...(file === undefined ? [] : [`the file ${file}`]),
    ...(successor === undefined ? [] : namedBy(successor)),
  ];
}

/** For a shell: what the document says must not end the quotes and become a command of its own. */
function asArgument(value: unknown): string {
  return `'${JSON.stringify(value).replaceAll("'", "'\\''")}'`;
}
