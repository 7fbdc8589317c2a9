/**
 * The arguments of `oktaql srv`.
 *
 * @module
 */

import { type Command, InvalidArgumentError, Option } from 'commander';
import type { ProviderOptions } from '../../session/provider/options.ts';
import { addHttpHelp, withExamples } from '../help.ts';
import { addHttpFlags } from '../http-flags.ts';
import { createLog, LOG_FORMATS } from '../log.ts';
import type { SrvSettings } from '../srv-command.ts';
import { type CommandContext, optionsFor, orUsage, wholeNumber } from './command.ts';
import { registryOption } from './statement-flags.ts';

/** StackQL's. */
const DEFAULT_PORT = 5466;

export function addSrv(program: Command, context: CommandContext): void {
  const command = program
    .command('srv')
    .description('Serve the org as a PostgreSQL database, until interrupted. Prints one line of JSON when ready.')
    .option('--port <n>', `port to listen on; 0 takes a free one (default: ${DEFAULT_PORT})`, port)
    .option('--listen <address>', 'address to listen on; beyond this machine only with TLS and a password', '127.0.0.1')
    .option('--demo', 'a simulated org in this process: no network, no tenant')
    .option(
      '--password-file <file>',
      'the password of user oktaql; else OKTAQL_SRV_PASSWORD, else one is made and printed',
    )
    .option('--tls-cert <file>', 'certificate (PEM) of this server, with those between it and its authority')
    .option('--tls-key <file>', 'its private key (PEM)')
    .option('--tls-client-ca <file>', 'certificates (PEM) of authorities, of which each client must show a certificate')
    .option('--allow-changes', 'run INSERT, UPDATE, DELETE and EXEC; without it, all statements only read')
    .option('--max-connections <n>', 'clients at once (default: 200)', wholeNumber)
    .option('--max-changes <n>', 'changes that one statement may make; more stop it (default: 10)', wholeNumber)
    .option('--max-requests <n>', 'requests that one statement may make (default: 10000)', wholeNumber)
    .option('--skip-denied', 'where SELECT makes many calls, leave out those that are denied (403), and say which')
    .option('--reveal-secrets', 'show secrets that Okta sends in clear, such as client secrets')
    .option('--grace <seconds>', 'how long running statements may go on when the server is ended', wholeNumber, 5)
    .addOption(new Option('--log-format <format>', 'the line for each statement, as text or JSON').choices(LOG_FORMATS))
    .option('--no-log', 'no line for each statement')
    .addOption(registryOption())
    .option('--subdomain <name>', 'the org of statements that name none')
    .option('--trust-registry', 'let the documents of --registry log in with the variables and files that they name')
    .option('--auth <json>', 'how to log in, by provider, in StackQL’s form')
    .option('--config <file>', 'an okta.yaml to read instead of ./okta.yaml and ~/.okta/okta.yaml')
    .option('--env.file <file>', 'environment variables from a file (dotenv); the environment goes before it');
  for (const option of stackqlOptions()) command.addOption(option.hideHelp());
  addHttpHelp(addHttpFlags(command), context.io);
  withExamples(
    command,
    'oktaql srv --demo --port 5466',
    'psql "host=127.0.0.1 port=5466 dbname=okta user=oktaql"',
  ).action((settings: SrvFlags) => context.finish(startServer(settings, context)));
}

type SrvFlags = SrvSettings & {
  readonly demo?: boolean;
  readonly 'pgsrv.port'?: number;
  readonly 'pgsrv.address'?: string;
  readonly 'pgsrv.tls'?: string;
};

/** Those of StackQL's srv. */
function stackqlOptions(): readonly Option[] {
  return [
    new Option('--pgsrv.port <n>', 'as --port').argParser(port),
    new Option('--pgsrv.address <address>', 'as --listen'),
    new Option(
      '--pgsrv.tls <json>',
      'as --tls-cert, --tls-key and --tls-client-ca: keyFilePath, certFilePath, clientCAs',
    ),
    new Option('--pgsrv.loglevel <level>', 'changes nothing here'),
    new Option('--pgsrv.sundry <json>', 'changes nothing here'),
    new Option('--pgsrv.debug.enable', 'changes nothing here'),
  ];
}

function port(text: string): number {
  const number = wholeNumber(text);
  if (number > 65_535) throw new InvalidArgumentError('A port is a number up to 65535.');
  return number;
}

async function startServer(flags: SrvFlags, context: CommandContext): Promise<number> {
  const { io, surroundings } = context;
  const log = createLog(io.stderr, flags);
  const settings = withStackqlFlags(flags);
  const options = flags.demo === true ? await demoOptions() : await orUsage(optionsFor(settings, context), log);
  if (typeof options === 'number') return options;
  const { serve } = await import('../srv-command.ts');
  return serve(settings, { options, password: surroundings.environment['OKTAQL_SRV_PASSWORD'], io, log });
}

async function demoOptions(): Promise<ProviderOptions> {
  return (await import('../demo-command.ts')).demoOptions();
}

/** What is said in both ways goes by ours. */
function withStackqlFlags(flags: SrvFlags): SrvSettings {
  const address = flags['pgsrv.address'];
  const isDefault = flags.listen === '127.0.0.1';
  return {
    ...flags,
    port: flags.port ?? flags['pgsrv.port'] ?? DEFAULT_PORT,
    listen: isDefault && address !== undefined ? address : flags.listen,
    ...(flags['pgsrv.tls'] !== undefined && { stackqlTls: flags['pgsrv.tls'] }),
  };
}
