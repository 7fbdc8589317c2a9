/**
 * The command line: arguments to commands. What a command needs is loaded when it runs, so that a mistyped flag is told at
 * once.
 *
 * @module
 */

import { Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import { CancelledError } from '../errors.ts';
import { visibleLines, visibleText } from '../output/visible-text.ts';
import { OUTPUT_FORMATS, type OutputFormat } from '../output/writers.ts';
import type { Isolation } from '../session/options.ts';
import type { ProviderOptions } from '../session/provider/options.ts';
import { version } from '../session/version.ts';
import type { AuthCheckSettings } from './auth-command.ts';
import type { CommandIo } from './command-io.ts';
import type { ExecSettings } from './exec-command.ts';
import { addHttpFlags, type HttpSettings, timeoutOption } from './http-flags.ts';
import { readPublicKeys } from './public-keys.ts';
import { describeError, EXIT, exitCodeOf } from './report.ts';
import type { ConfigurationFlags, Surroundings } from './session-options.ts';
import { collectVariable, NO_SQL, readSql } from './sql-text.ts';
import { ClosedPipe } from './streams.ts';

/** Runs a command line and returns its exit code. Never exits by itself, and never throws. */
export async function runCommandLine(
  argv: readonly string[],
  surroundings: Surroundings,
  io: CommandIo,
): Promise<number> {
  let exitCode = EXIT.done;
  const finish = async (code: Promise<number>): Promise<void> => {
    exitCode = await code;
  };
  const program = createProgram(surroundings, io, finish);
  try {
    await program.parseAsync(argv, { from: 'user' });
  } catch (error) {
    if (error instanceof ClosedPipe) return EXIT.closedPipe;
    if (error instanceof CancelledError) {
      io.stderr.write(describeError(error));
      return EXIT.interrupted;
    }
    if (!(error instanceof CommanderError)) {
      io.stderr.write(describeError(error));
      return EXIT.failed;
    }
    // Commander has printed its message. Help that was asked for is no error.
    return error.exitCode === 0 ? helped(io) : EXIT.usage;
  }
  return exitCode;
}

/** The exit code after help, or the version, was printed: whoever asked for it must get it. */
async function helped({ stdout, stderr, signal }: CommandIo): Promise<number> {
  try {
    await stdout.drained(signal);
    return EXIT.done;
  } catch (error) {
    if (error instanceof ClosedPipe) return EXIT.closedPipe;
    stderr.write(describeError(error));
    return exitCodeOf(error);
  }
}

/** Commander repeats what it does not understand, which may be a credential: `--token=00abc`, which is no flag. */
function withoutValues(message: string): string {
  return message
    .replace(/(unknown option '-[^=]*)=.*'/s, "$1=…'")
    .replace(/(?<= argument )'.{25,}'(?= is invalid\.)/s, "'…'");
}

type Finish = (code: Promise<number>) => Promise<void>;

function createProgram(surroundings: Surroundings, io: CommandIo, finish: Finish): Command {
  const program = new Command('oktaql')
    .description('SQL over the Okta Management API.')
    .version(version())
    .exitOverride()
    .configureOutput({
      writeOut: io.stdout.write,
      writeErr: io.stderr.write,
      outputError: (message, write) => write(visibleLines(withoutValues(message))),
    })
    .showHelpAfterError('(oktaql --help shows the commands)');
  addExec(program, surroundings, io, finish);
  addAuth(program, surroundings, io, finish);
  addDemo(program, io, finish);
  addSim(program, io, finish);
  return program;
}

function addExec(program: Command, surroundings: Surroundings, io: CommandIo, finish: Finish): void {
  const command = program
    .command('exec')
    .description('Run SQL statements. Rows go to standard output, everything else to standard error.')
    .argument('[sql]', 'statements, separated by semicolons');
  addStatementFlags(command)
    .option('--subdomain <name>', 'the org of statements that name none')
    .option('--trust-registry', 'let the documents of --registry log in with the variables and files that they name')
    .option('--auth <json>', 'how to log in, by provider, in StackQL’s form')
    .option('--config <file>', 'an okta.yaml to read instead of ./okta.yaml and ~/.okta/okta.yaml')
    .option('--env.file <file>', 'environment variables from a file (dotenv); the environment goes before it')
    .option('--database <file>', 'a DuckDB file that keeps tables and views of your own')
    .option('--allow-files <path>', 'a file that SQL may read; may be repeated', collectPath, []);
  addHttpFlags(command)
    .addHelpText('after', EXEC_HELP)
    .action((sql: string | undefined, settings: ExecSettings) => finish(runExec(sql, settings, surroundings, io)));
}

const EXEC_HELP = `
Environment:
  OKTA_API_TOKEN       API token of the org (SSWS); Okta's SDKs' OKTA_CLIENT_ORGURL, OKTA_CLIENT_TOKEN, … count too,
                       and so do ./okta.yaml and ~/.okta/okta.yaml (docs/credentials.md)
  OKTAQL_ENDPOINT_URL  where to send requests instead of Okta, such as a simulator:
                       http://{subdomain}.localhost:8080
  HTTPS_PROXY, HTTP_PROXY, ALL_PROXY, NO_PROXY
                       how requests leave this network; --http.proxy.host goes before them
  NODE_EXTRA_CA_CERTS  a file with certificates to trust besides the well-known ones

Exit codes: 0 done, 1 a statement failed, 2 usage, 3 login or permission, 4 rate limit or network, 130 interrupted.

Example:
  oktaql exec "SELECT kid, status FROM okta.apps.jwks WHERE subdomain = 'acme'"`;

async function runExec(
  sql: string | undefined,
  settings: ExecSettings,
  surroundings: Surroundings,
  io: CommandIo,
): Promise<number> {
  const text = await orUsage(readSql(sql, settings, io), io);
  if (typeof text === 'number') return text;
  const options = await orUsage(optionsFor(settings, surroundings, io), io);
  if (typeof options === 'number') return options;
  const { execute } = await import('./exec-command.ts');
  return execute(text, settings, options, io);
}

function addAuth(program: Command, surroundings: Surroundings, io: CommandIo, finish: Finish): void {
  const check = program
    .command('auth')
    .description('Find out about logins.')
    .command('check')
    .description(
      'Use the login of each org, with reads only: does it work, whose is it, what may it do, what is its limit?',
    )
    .argument('[orgs...]', 'orgs as statements name them; default: all that are configured')
    .addOption(new Option('-o, --output <format>', 'print rows instead of paragraphs').choices(OUTPUT_FORMATS))
    .option('--subdomain <name>', 'the org of statements that name none')
    .option('--auth <json>', 'how to log in, by provider, in StackQL’s form')
    .option('--config <file>', 'an okta.yaml to read instead of ./okta.yaml and ~/.okta/okta.yaml')
    .option('--env.file <file>', 'environment variables from a file (dotenv); the environment goes before it');
  addHttpFlags(check).action((orgs: readonly string[], settings: AuthCheckSettings) =>
    finish(runAuthCheck(orgs, settings, surroundings, io)),
  );
}

async function runAuthCheck(
  orgs: readonly string[],
  settings: AuthCheckSettings,
  surroundings: Surroundings,
  io: CommandIo,
): Promise<number> {
  const options = await orUsage(optionsFor(settings, surroundings, io), io);
  if (typeof options === 'number') return options;
  const { checkLogins } = await import('./auth-command.ts');
  return checkLogins(orgs, settings, options, io);
}

async function optionsFor(
  settings: ConfigurationFlags & HttpSettings,
  surroundings: Surroundings,
  io: CommandIo,
): Promise<ProviderOptions> {
  const { sessionOptions } = await import('./session-options.ts');
  return sessionOptions(settings, surroundings, io);
}

/** What was made of the arguments, or the exit code where nothing could be. */
async function orUsage<T>(work: Promise<T | undefined>, { stderr }: CommandIo): Promise<T | number> {
  try {
    const made = await work;
    if (made !== undefined) return made;
    stderr.write(NO_SQL.message);
  } catch (error) {
    if (!(error instanceof InvalidArgumentError)) throw error;
    stderr.write(`error: ${visibleText(error.message)}\n`);
  }
  return NO_SQL.exitCode;
}

function addDemo(program: Command, io: CommandIo, finish: Finish): void {
  const command = program
    .command('demo')
    .description('Run SQL on a simulated org in this process: no network, no tenant. Without SQL, tell a short story.')
    .argument('[sql]', 'statements, separated by semicolons');
  addStatementFlags(command)
    .addOption(timeoutOption())
    .action((sql: string | undefined, settings: ExecSettings) => finish(runDemo(sql, settings, io)));
}

async function runDemo(sql: string | undefined, settings: ExecSettings, io: CommandIo): Promise<number> {
  const { demo } = await import('./demo-command.ts');
  // Standard input alone is no wish to run it: without SQL, the story is told wherever that comes from.
  if (sql === undefined && settings.infile === undefined) return demo(undefined, settings, io);
  const text = await orUsage(readSql(sql, settings, io), io);
  return typeof text === 'number' ? text : demo(text, settings, io);
}

function addSim(program: Command, io: CommandIo, finish: Finish): void {
  program
    .command('sim')
    .description('Serve a simulated org on this machine, until interrupted. Prints one line of JSON when ready.')
    .option('--port <n>', 'port to listen on; 0 takes a free one', wholeNumber, 0)
    .option('--apps <n>', 'number of OIDC apps; without it, the org of the demo', wholeNumber)
    .option('--keys <n>', 'keys per app, with --apps', wholeNumber, 3)
    .option('--latency <ms>', 'milliseconds before each answer', wholeNumber, 0)
    .option('--rate-limit <n>', 'calls per window and bucket; 0 is no limit', wholeNumber, 0)
    .option('--rate-window <seconds>', 'length of a window', wholeNumber, 60)
    .option('--journal <file>', 'append one line of JSON per request')
    .option('--service-app <file>', 'a public JWK, or a set of them, whose owner may ask for tokens', readPublicKeys)
    .option('--dpop', 'bind the tokens of the service app to keys, by DPoP')
    .action(async (settings, command: Command) => {
      if (settings.dpop === true && settings.serviceApp === undefined)
        command.error('error: --dpop needs --service-app');
      const { simulate } = await import('./sim-command.ts');
      await finish(simulate(settings, io));
    });
}

/** What is about statements, wherever they run. */
function addStatementFlags(command: Command): Command {
  return command
    .addOption(formatOption())
    .addOption(infileOption())
    .addOption(variableOption())
    .option('--registry <where>', 'other provider documents: a folder with src/, a file:// URL, or StackQL’s JSON')
    .option('--max-changes <n>', 'changes that one statement may make; more stop it (default: 10)', wholeNumber)
    .option('--max-requests <n>', 'requests that one statement may make (default: 10000)', wholeNumber)
    .option('--dryrun', 'show the requests of statements that change something, and send none of them')
    .addOption(skipDeniedOption())
    .option('--continue-on-error', 'run the statements after one that failed too, and count them at the end')
    .option('--reveal-secrets', 'show secrets that Okta sends in clear, such as client secrets')
    .option('--secrets-to <file>', 'write secrets that Okta shows once, such as temporary passwords, to a new file')
    .addOption(isolationOption());
}

function infileOption(): Option {
  return new Option('-i, --infile <file>', 'read the statements from a file; - is standard input');
}

function isolationOption(): Option {
  return new Option(
    '--isolation <where>',
    'where SQL is computed: in a process that can be ended (default with --timeout), or in this one',
  ).choices(['none', 'process'] satisfies readonly Isolation[]);
}

function skipDeniedOption(): Option {
  return new Option(
    '--skip-denied',
    'where SELECT makes many calls, leave out those that are denied (403), and say which',
  );
}

function formatOption(): Option {
  return new Option('-o, --output <format>', 'how rows are printed')
    .choices(OUTPUT_FORMATS)
    .default('table' satisfies OutputFormat);
}

function variableOption(): Option {
  return new Option('--var <name=value>', 'fills {{ name }} in the statements; may be repeated')
    .argParser(collectVariable)
    .default({}, 'none');
}

function collectPath(path: string, previous: readonly string[]): readonly string[] {
  return [...previous, path];
}

function wholeNumber(text: string): number {
  if (!/^\d{1,6}$/.test(text)) throw new InvalidArgumentError('A whole number is needed.');
  return Number(text);
}
