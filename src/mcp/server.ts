/**
 * The tools as a server of the Model Context Protocol, by its official SDK: both eras of the protocol from one definition. The only
 * file besides its transports that knows the SDK.
 *
 * @module
 */

import {
  CLIENT_CAPABILITIES_META_KEY,
  CLIENT_INFO_META_KEY,
  type ClientCapabilities,
  inputRequired,
  inputResponse,
  McpServer,
  ProtocolError,
  ProtocolErrorCode,
  type ServerContext,
} from '@modelcontextprotocol/server';
import { QueryError } from '../errors.ts';
import { visibleText } from '../output/visible-text.ts';
import { version } from '../session/version.ts';
import type { Answer, Call, Reply, Workspace } from './contract.ts';
import { listPages, PAGE_TEMPLATE, readPage } from './documents/pages.ts';
import { listPrompts, promptText } from './documents/questions.ts';
import { instructionsFor } from './instructions.ts';
import { callTool, listedTools } from './tools.ts';

/** The key of the one question that a call may ask. */
const QUESTION = 'confirm';

/** A server of one connection. */
export function createServer(workspace: Workspace): McpServer {
  const mcp = new McpServer(
    { name: 'oktaql', title: 'oktaql: Okta as SQL', version: version() },
    {
      capabilities: { tools: {}, resources: {}, prompts: {} },
      instructions: instructionsFor(workspace.terms),
      cacheHints: {
        'tools/list': KEPT,
        'prompts/list': KEPT,
        'resources/list': KEPT,
        'resources/templates/list': KEPT,
        'resources/read': KEPT,
      },
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
      client: clientOf(context, () => server.getClientVersion()),
      ...(onProgress !== undefined && { onProgress }),
      ...(reply !== undefined && { reply }),
    };
    return resultOf(await callTool(params.name, params.arguments ?? {}, call));
  });
  offerDocuments(server, workspace);
  return mcp;
}

/** What comes with the package stays as it is while it runs. */
const KEPT = { ttlMs: 3_600_000, cacheScope: 'public' } as const;

function offerDocuments(server: McpServer['server'], workspace: Workspace): void {
  const { registry, terms } = workspace;
  server.setRequestHandler('resources/list', ({ params }) =>
    asked(async () => {
      const { pages, ...rest } = listPages(registry, params?.cursor);
      return { resources: pages.map((page) => ({ ...page })), ...rest };
    }),
  );
  server.setRequestHandler('resources/templates/list', () => ({
    resourceTemplates: [{ uriTemplate: PAGE_TEMPLATE, name: 'table', mimeType: 'text/markdown' }],
  }));
  server.setRequestHandler('resources/read', ({ params: { uri } }) =>
    asked(async () => ({ contents: [{ uri, mimeType: 'text/markdown', text: await readPage(uri, workspace) }] })),
  );
  server.setRequestHandler('prompts/list', () =>
    asked(async () => ({
      prompts: (await listPrompts(terms)).map((prompt) => ({
        ...prompt,
        arguments: prompt.arguments.map((each) => ({ ...each })),
      })),
    })),
  );
  server.setRequestHandler('prompts/get', ({ params }) =>
    asked(async () => {
      const { description, text } = await promptText(params.name, params.arguments ?? {}, terms);
      return { description, messages: [{ role: 'user' as const, content: { type: 'text' as const, text } }] };
    }),
  );
}

/** What was asked for wrongly is said in the protocol's way. */
async function asked<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof QueryError)) throw error;
    const hint = error.hint === undefined ? '' : ` ${error.hint}`;
    throw new ProtocolError(ProtocolErrorCode.InvalidParams, visibleText(`${error.message}${hint}`));
  }
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

/** What it says of itself is for the record, and decides nothing. */
function clientOf({ mcpReq: { envelope } }: ServerContext, atStart: () => { name: string } | undefined): string {
  const own = (envelope as Readonly<Record<string, unknown>> | undefined)?.[CLIENT_INFO_META_KEY];
  const info = (own as { readonly name?: unknown } | undefined) ?? atStart();
  return typeof info?.name === 'string' ? visibleText(info.name.slice(0, 100)) : 'unknown';
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
