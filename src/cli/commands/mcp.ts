/**
 * The arguments of `oktaql mcp`.
 *
 * @module
 */

import type { Command } from 'commander';
import { addHttpHelp } from '../help.ts';
import { addHttpFlags } from '../http-flags.ts';
import { createLog } from '../log.ts';
import type { McpSettings } from '../mcp-command.ts';
import { type CommandContext, optionsFor, orUsage, wholeNumber } from './command.ts';
import { addOrgFlags, registryOption } from './statement-flags.ts';

export function addMcp(program: Command, context: CommandContext): void {
  const command = program
    .command('mcp')
    .description('Serve the org to an AI agent by the Model Context Protocol, on standard input and output or HTTP.')
    .option('--demo', 'on a simulated org in this process: no network, no tenant')
    .option('--http <port>', 'on this machine by HTTP, for clients with the token of OKTAQL_MCP_TOKEN', wholeNumber)
    .option('--max-requests <n>', 'requests that a query may cost unless its call allows more', wholeNumber, 20)
    .option('--allow-changes', 'let statements change something, each once a person has confirmed it in the client')
    .option('--max-changes <n>', 'changes that one statement may make; more stop it (default: 10)', wholeNumber)
    .option('--audit-file <file>', 'where decisions about changes are written, one line of JSON each')
    .addOption(registryOption());
  addHttpHelp(addHttpFlags(addOrgFlags(command)), context.io)
    .addHelpText('after', MCP_HELP)
    .action((settings: McpSettings) => context.finish(startMcp(settings, context)));
}

const MCP_HELP = `
Clients start it by a command, such as {"command": "oktaql", "args": ["mcp", "--subdomain", "acme"]} (docs/mcp.md).`;

async function startMcp(settings: McpSettings, context: CommandContext): Promise<number> {
  const { io, surroundings } = context;
  const options =
    settings.demo === true
      ? (await import('../demo-command.ts')).demoOptions()
      : await orUsage(optionsFor(settings, context), createLog(io.stderr, settings));
  if (typeof options === 'number') return options;
  const { serveMcp } = await import('../mcp-command.ts');
  return serveMcp({ settings, options, surroundings, io });
}
