import { type Answer, noContent, success } from '../answer.ts';
import { invalidKey, malformedBody, notFound } from '../errors.ts';
import { oktaId } from '../org/ids.ts';
import { type LifecycleStatus, oktaTime, type SimulatedApp, type SimulatedKey } from '../org/org.ts';
import { keyJson, keyListJson } from './key-json.ts';
import { isActiveEncryptionKey, refuseAdd, refuseDeactivate, refuseDelete } from './key-rules.ts';
import { foreignMembers, parseObject, readNewKey } from './new-key.ts';
import type { Backend, Call } from './operation.ts';

/** The six operations below `/api/v1/apps/{appId}/credentials/jwks`. */

export function listKeys(backend: Backend, call: Call): Answer {
  return withApp(backend, call, ({ keys, id }) => {
    const { listShape, keyOrder } = backend.switches;
    return success(200, keyListJson(keys, jwksUrl(call, id), listShape, keyOrder));
  });
}

export function getKey(backend: Backend, call: Call): Answer {
  return withKey(backend, call, (_app, key) => answerKey(200, call, key));
}

export function addKey(backend: Backend, call: Call): Answer {
  return withApp(backend, call, (app) => {
    const body = parseObject(call.body);
    if (body === undefined || reportForeignMembers(body, call)) return malformedBody();
    const sent = readNewKey(body);
    if (sent === undefined) return malformedBody();
    const cause = refuseAdd(app, sent);
    if (cause !== undefined) return invalidKey(cause);
    const now = oktaTime(backend.now());
    const key = { id: oktaId(backend.random, 'pks'), created: now, lastUpdated: now, ...sent };
    storeKeys(backend, app, [...app.keys, key]);
    return answerKey(201, call, key);
  });
}

export function deleteKey(backend: Backend, call: Call): Answer {
  return withKey(backend, call, (app, key) => {
    const cause = refuseDelete(app, key);
    if (cause !== undefined) return invalidKey(cause);
    storeKeys(
      backend,
      app,
      app.keys.filter(({ id }) => id !== key.id),
    );
    return noContent();
  });
}

/** Activating an encryption key deactivates the one that was active, so one call can change two keys. */
export function activateKey(backend: Backend, call: Call): Answer {
  return withKey(backend, call, (app, key) => {
    const loser = key.use === 'enc' ? app.keys.find(isActiveEncryptionKey) : undefined;
    const isRepeated = key.status === 'ACTIVE';
    if (!isRepeated && loser !== undefined) setStatus(backend, app.id, loser.id, 'INACTIVE');
    return answerKey(200, call, setStatus(backend, app.id, key.id, 'ACTIVE') ?? key);
  });
}

export function deactivateKey(backend: Backend, call: Call): Answer {
  return withKey(backend, call, (app, key) => {
    const cause = key.status === 'ACTIVE' ? refuseDeactivate(app, key) : undefined;
    if (cause !== undefined) return invalidKey(cause);
    return answerKey(200, call, setStatus(backend, app.id, key.id, 'INACTIVE') ?? key);
  });
}

/**
 * The app of the path. Only OIDC apps with a client of their own have keys.
 * UNVERIFIED: the 404 for other apps; its resource type was seen in answers of neighbouring endpoints.
 */
function withApp(backend: Backend, call: Call, answer: (app: SimulatedApp) => Answer): Answer {
  const app = backend.apps.get(call.appId);
  if (app === undefined) return notFound(call.appId, 'AppInstance');
  if (app.oauthClient === undefined) return notFound(call.appId, 'OAuth2AppInstance');
  return answer(app);
}

function withKey(backend: Backend, call: Call, answer: (app: SimulatedApp, key: SimulatedKey) => Answer): Answer {
  return withApp(backend, call, (app) => {
    const key = app.keys.find(({ id }) => id === call.keyId);
    return key === undefined ? notFound(call.keyId, 'JsonWebKey') : answer(app, key);
  });
}

// UNVERIFIED: Okta's own answer to such members; its document does not say that it refuses them.
function reportForeignMembers(body: object, call: Call): boolean {
  const names = foreignMembers(body);
  for (const name of names) call.violate(`the body has the unknown member "${name}"`);
  return names.length > 0;
}

/**
 * Changes the status and with it `lastUpdated`, and returns the changed key; returns undefined if nothing changes.
 * UNVERIFIED: that activating an active key, or deactivating an inactive one, is answered like a change.
 */
function setStatus(backend: Backend, appId: string, keyId: string, status: LifecycleStatus): SimulatedKey | undefined {
  const app = backend.apps.get(appId);
  const key = app?.keys.find(({ id }) => id === keyId);
  if (app === undefined || key === undefined || key.status === status) return undefined;
  const changed = { ...key, status, lastUpdated: oktaTime(backend.now()) };
  storeKeys(
    backend,
    app,
    app.keys.map((each) => (each.id === keyId ? changed : each)),
  );
  return changed;
}

function storeKeys(backend: Backend, app: SimulatedApp, keys: readonly SimulatedKey[]): void {
  backend.apps.set(app.id, { ...app, keys });
}

function answerKey(status: 200 | 201, call: Call, key: SimulatedKey): Answer {
  return success(status, keyJson(key, jwksUrl(call, call.appId)));
}

function jwksUrl(call: Call, appId: string): string {
  return `${call.url.origin}/api/v1/apps/${appId}/credentials/jwks`;
}
