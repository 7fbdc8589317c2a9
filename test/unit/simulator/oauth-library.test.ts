import * as oauth from 'oauth4webapi';
import { describe, expect, test } from 'vitest';

import { createSimulator, listen, type Simulator } from '../../../src/simulator/index.ts';
import { CLIENT_ID, keyNamed, SCOPES } from './oauth-client.ts';

/** A client that knows the RFCs and nothing of the simulator, over a real connection and by the real clock. */
describe('oauth4webapi', () => {
  test.each([
    ['DPoP', true],
    ['Bearer', false],
  ] as const)('gets a %s token and calls the API with it', async (tokenType, dpopBound) => {
    const { jwk, privateKey } = await keyNamed('first');
    const service = { clientId: CLIENT_ID, publicKeys: [jwk], scopes: SCOPES, dpopBound };
    const sim = createSimulator({ serviceApps: [service] });
    const server = await listen(sim);
    try {
      const as: oauth.AuthorizationServer = { issuer: server.url, token_endpoint: `${server.url}/oauth2/v1/token` };
      const client: oauth.Client = { client_id: CLIENT_ID };
      // Its own audience is the issuer, which Okta refuses.
      const auth = oauth.PrivateKeyJwt(
        { key: privateKey, kid: jwk.kid },
        {
          [oauth.modifyAssertion]: (_header, payload) => {
            payload['aud'] = as.token_endpoint;
          },
        },
      );
      const DPoP = oauth.DPoP(client, await oauth.generateKeyPair('ES256'));
      const ask = async (): Promise<oauth.TokenEndpointResponse> => {
        const parameters = { scope: SCOPES.join(' ') };
        const options = { DPoP, [oauth.allowInsecureRequests]: true };
        const response = await oauth.clientCredentialsGrantRequest(as, client, auth, parameters, options);
        return oauth.processClientCredentialsResponse(as, client, response);
      };
      const token = await ask().catch((error: unknown) =>
        oauth.isDPoPNonceError(error) ? ask() : Promise.reject(error),
      );
      expect(token).toMatchObject({ token_type: tokenType.toLowerCase(), expires_in: 3600, scope: SCOPES.join(' ') });
      const url = new URL(`${server.url}/api/v1/apps?limit=5`);
      const options = { ...(dpopBound && { DPoP }), [oauth.allowInsecureRequests]: true };
      const response = await oauth.protectedResourceRequest(token.access_token, 'GET', url, undefined, null, options);
      expect([response.status, await response.json()]).toEqual([200, expect.any(Array)]);
      expect(pathsOf(sim)).toEqual([...(dpopBound ? [TOKEN, TOKEN] : [TOKEN]), '/api/v1/apps']);
      expect(sim.violations).toEqual([]);
    } finally {
      await server.close();
    }
  });
});

const TOKEN = '/oauth2/v1/token';

function pathsOf(sim: Simulator): readonly string[] {
  return sim.journal.map(({ path }) => path);
}
