/**
 * The tools as a server of the Model Context Protocol, by its official SDK: both eras of the protocol from one definition. The only
 * file besides its transports that knows the SDK.
 *
 * @module
 */

import {
  CLIENT_CAPABILITIES_META_KEY,
  type ClientCapabilities,
  inputRequired,
  inputResponse,
  McpServer,
  type ServerContext,
} from '@modelcontextprotocol/server';
import { version } from '../session/version.ts';
import type { Answer, Call, Reply, Workspace } from './contract.ts';
import { instructionsFor } from './instructions.ts';
import { callTool, listedTools } from './tools.ts';

/** The key of the one question that a call may ask. */
const QUESTION = 'confirm';

/** A server of one connection. */
export function createServer(workspace: Workspace): McpServer {
  const mcp = new McpServer(
    { name: 'oktaql', title: 'oktaql: Okta as SQL', version: version() },
    {
      capabilities: { tools: {} },
      instructions: instructionsFor(workspace.terms),
      cacheHints: { 'tools/list': { ttlMs: 3_600_000, cacheScope: 'public' } },
    },
  );
  const { server } = mcp;
  server.setRequestHandler('tools/list', () => ({ tools: [...listedTools()] }));
  server.setRequestHandler('tools/call', async ({ params }, context) => {
    const capabilities = capabilitiesOf(context, () => server.getClientCapabilities());
    const reply = replyOf(context);
    const onProgress = progressOf(context);
    const call: Omit<Call, 'session'> = {
      workspace,
      signal: context.mcpReq.signal,
      canAsk: canAsk(capabilities),
      client: server.getClientVersion()?.name ?? 'unknown',
      ...(onProgress !== undefined && { onProgress }),
      ...(reply !== undefined && { reply }),
    };
    return resultOf(await callTool(params.name, params.arguments ?? {}, call));
  });
  return mcp;
}

function resultOf({ text, isError, structured, ask }: Answer) {
  if (ask !== undefined) {
    const { message, state } = ask;
    return inputRequired({
      inputRequests: { [QUESTION]: inputRequired.elicit({ message, requestedSchema: CONFIRMATION }) },
      requestState: state,
    });
  }
  return {
    content: [{ type: 'text' as const, text }],
    ...(isError === true && { isError }),
    ...(structured !== undefined && { structuredContent: structured }),
  };
}

const CONFIRMATION = {
  type: 'object' as const,
  properties: { apply: { type: 'boolean' as const, title: 'Make these changes', default: false } },
  required: ['apply'],
};

/** What the request itself says, and on an older connection what it began with. */
function capabilitiesOf(
  { mcpReq: { envelope } }: ServerContext,
  atStart: () => ClientCapabilities | undefined,
): ClientCapabilities | undefined {
  const own = (envelope as Readonly<Record<string, unknown>> | undefined)?.[CLIENT_CAPABILITIES_META_KEY];
  return envelope === undefined ? atStart() : (own as ClientCapabilities | undefined);
}

/** A form is shown to a person. A client that declares no kind shows forms; one that only opens addresses cannot. */
function canAsk(capabilities: ClientCapabilities | undefined): boolean {
  const elicitation = capabilities?.elicitation;
  if (elicitation === undefined) return false;
  return elicitation.form !== undefined || elicitation.url === undefined;
}

/** Accepted is only what says so in so many words. */
function replyOf({ mcpReq: { inputResponses, requestState } }: ServerContext): Reply | undefined {
  const state = requestState<unknown>();
  if (typeof state !== 'string') return undefined;
  const response = inputResponse(inputResponses, QUESTION);
  if (response.kind !== 'elicit') return { state, decision: 'cancel' };
  const { action, content } = response;
  if (action !== 'accept') return { state, decision: action };
  return { state, decision: content?.['apply'] === true ? 'accept' : 'decline' };
}

/** Between two notifications, in requests: a scan of a thousand pages needs no thousand of them. */
const STEP = 5;

function progressOf({ mcpReq }: ServerContext): Call['onProgress'] {
  const progressToken = mcpReq._meta?.progressToken;
  if (progressToken === undefined) return undefined;
  let told = 0;
  return ({ requests, message }) => {
    if (requests < told + STEP) return;
    told = requests;
    // Whoever is gone is not told.
    mcpReq
      .notify({ method: 'notifications/progress', params: { progressToken, progress: requests, message } })
      .catch(() => undefined);
  };
}
