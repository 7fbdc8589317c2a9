/**
 * The command line: its commands, whose arguments are in `commands/`, one file each. What a command needs is loaded when it
 * runs, so that a mistyped flag is told at once.
 *
 * @module
 */

import { Command, CommanderError, InvalidArgumentError } from 'commander';
import { CancelledError } from '../errors.ts';
import { version } from '../session/version.ts';
import type { CommandIo } from './command-io.ts';
import { addAudit } from './commands/audit.ts';
import { addAuth } from './commands/auth.ts';
import type { CommandContext } from './commands/command.ts';
import { addCompletion } from './commands/completion.ts';
import { addDemo } from './commands/demo.ts';
import { addExec } from './commands/exec.ts';
import { addDocs, addSearch } from './commands/find.ts';
import { addMcp } from './commands/mcp.ts';
import { addRegistry } from './commands/registry.ts';
import { addShell } from './commands/shell.ts';
import { addSim } from './commands/sim.ts';
import { addSrv } from './commands/srv.ts';
import { shapeArguments } from './compat/arguments.ts';
import { withConfigFile } from './compat/config-file.ts';
import { tellMistakes } from './complaints.ts';
import { addSpec, withExamples } from './help.ts';
import { describeError, EXIT, exitCodeOf } from './report.ts';
import type { Surroundings } from './session-options.ts';
import { markSql } from './sql-argument.ts';
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
  const program = createProgram({ surroundings, io, finish });
  tellMistakes(program, argv, io.stderr);
  try {
    await program.parseAsync(shapedArguments(program, markSql(meantBy(argv, io)), surroundings), { from: 'user' });
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

/** Whoever types nothing at a terminal wants to type statements. */
function meantBy(argv: readonly string[], { terminal }: CommandIo): readonly string[] {
  return argv.length === 0 && terminal !== undefined ? ['shell'] : argv;
}

/** The arguments of a command in the forms that StackQL's users write. */
function shapedArguments(program: Command, argv: readonly string[], { environment }: Surroundings): readonly string[] {
  const [name = '', ...rest] = argv;
  const command = program.commands.find((each) => each.name() === name);
  if (command === undefined) return argv;
  try {
    const given = withConfigFile(command, rest);
    const isCompat = environment['OKTAQL_COMPAT'] === 'stackql' || given.some((each) => /^--compat(?:=|$)/.test(each));
    return [name, ...shapeArguments(command, given, isCompat)];
  } catch (error) {
    if (error instanceof InvalidArgumentError) return command.error(`error: ${error.message}`);
    throw error;
  }
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

/** In the order of the help. */
const COMMANDS: readonly ((program: Command, context: CommandContext) => void)[] = [
  addExec,
  addShell,
  addSearch,
  addDocs,
  addAudit,
  addAuth,
  addRegistry,
  addDemo,
  addSim,
  addMcp,
  addSrv,
  addCompletion,
];

function createProgram(context: CommandContext): Command {
  const { stdout, stderr } = context.io;
  const program = new Command('oktaql')
    .description('SQL over the Okta Management API.')
    .version(version())
    .exitOverride()
    // What stands behind a command is that command's, also where commands have commands.
    .enablePositionalOptions()
    .configureOutput({ writeOut: stdout.write, writeErr: stderr.write });
  withExamples(
    program,
    'oktaql demo                    a simulated org: no network, no login',
    'oktaql exec "SELECT label FROM okta.apps.applications WHERE subdomain = \'acme\'"',
  ).addHelpText('after', PROGRAM_HELP);
  addSpec(program, version(), context.io);
  for (const add of COMMANDS) add(program, context);
  return program;
}

const PROGRAM_HELP = `
oktaql exec --help shows the flags of exec, and so on for each command.`;

/** The commands without anything to run them with. */
export function describedProgram(): Command {
  const nowhere = { isTerminal: false, write: () => undefined, drained: async () => undefined };
  const io = { stdout: nowhere, stderr: nowhere, stdin: process.stdin, signal: new AbortController().signal };
  const surroundings = { environment: {}, workingFolder: undefined, homeFolder: undefined };
  return createProgram({ surroundings, io, finish: async () => undefined });
}
