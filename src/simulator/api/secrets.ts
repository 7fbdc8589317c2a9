import { noContent } from '../answer.ts';
import { invalid, notFound } from '../errors.ts';
import type { Item } from '../org/field-values.ts';
import { HASHED } from '../org/seeds-org.ts';
import { listAt, parentOf } from './api-org.ts';
import { type ApiCall, create, type Outcome, touched } from './crud.ts';

/** The rules of an application's client secrets and signing keys. UNVERIFIED: the words of the causes. */

const MOST_SECRETS = 2;

export function createSecret(call: ApiCall): Outcome {
  const app = call.org.backend.apps.get(call.match.values[0] ?? '');
  if (app?.oauthClient === undefined) return notFound(call.match.values[0] ?? '', 'OAuth2AppInstance');
  const cause = refuseSecret(call, app.oauthClient.authMethod);
  return cause === undefined ? { object: createListed(call) } : invalid('client_secret', cause);
}

function refuseSecret({ org, match, body }: ApiCall, authMethod: string): string | undefined {
  if (authMethod === 'private_key_jwt') return 'Client secrets are not allowed with private_key_jwt.';
  if (listAt(org, match).size >= MOST_SECRETS) return `You have reached the maximum number of ${MOST_SECRETS} secrets.`;
  const own = body['client_secret'];
  if (own === undefined || own === null) return undefined;
  const isFit = typeof own === 'string' && /^[\x20-\x7e]{14,100}$/.test(own);
  return isFit ? undefined : 'client_secret must have 14 to 100 printable ASCII characters.';
}

// What the client did not choose is generated, though the body could have named it.
function createListed(call: ApiCall): Item {
  const { org } = call;
  const secret = call.body['client_secret'] ?? org.backend.random.text(48, 'base64url');
  const secretHash = org.backend.random.text(16, 'base64url');
  return create({ ...call, body: { status: 'ACTIVE', ...call.body, client_secret: secret, secret_hash: secretHash } });
}

export function deleteSecret(call: ApiCall): Outcome | undefined {
  const secrets = secretsOf(call);
  const id = call.match.values[1] ?? '';
  const secret = secrets?.get(id);
  if (secrets === undefined || secret === undefined) return undefined;
  if (secret['status'] === 'ACTIVE')
    return invalid('OAuth2ClientSecretMediated', 'An active secret cannot be deleted.');
  secrets.delete(id);
  return noContent();
}

export function deactivateSecret(call: ApiCall): Outcome | undefined {
  const list = parentOf(parentOf(parentOf(call.match) ?? call.match) ?? call.match);
  const secrets = list && listAt(call.org, list);
  const id = call.match.values[1] ?? '';
  const secret = secrets?.get(id);
  if (secrets === undefined || secret === undefined) return undefined;
  const others = [...secrets.values()].filter((each) => each !== secret && each['status'] === 'ACTIVE');
  if (others.length === 0)
    return invalid('OAuth2ClientSecretMediated', 'The only active secret cannot be deactivated.');
  const changed = touched(call.org, { ...secret, status: 'INACTIVE' });
  secrets.set(id, changed);
  return { object: changed };
}

function secretsOf({ org, match }: ApiCall): Map<string, Item> | undefined {
  const list = parentOf(match);
  return list && listAt(org, list);
}

/** The specification: what a POST answers has the secret; it is not stored. */
export function createIntegration(call: ApiCall): Outcome {
  return { object: { ...create(call), clientSecret: generated(call) } };
}

export function createIntegrationSecret(call: ApiCall): Outcome {
  const stored = create({ ...call, body: { ...call.body, client_secret: HASHED, secret_hash: HASHED } });
  return { object: { ...stored, client_secret: generated(call) } };
}

function generated({ org }: ApiCall): string {
  return org.backend.random.text(30, 'base64url');
}
