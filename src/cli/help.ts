/**
 * Help: short, with an example first. What few people need has a page of its own.
 *
 * @module
 */

import { type Command, CommanderError, Option } from 'commander';
import type { CommandIo } from './command-io.ts';
import { commandsOf, EXIT_CODES } from './command-tree.ts';

const HTTP_HELP = '--help-http';

/** The examples of a command, before all else. */
export function withExamples(command: Command, ...examples: readonly string[]): Command {
  const lines = examples.map((each) => `  ${each}\n`).join('');
  return command.addHelpText('before', `${examples.length === 1 ? 'Example' : 'Examples'}:\n${lines}`);
}

/** Gives a command that has flags about requests the page of those, `--help-http`. */
export function addHttpHelp(command: Command, { stdout }: CommandIo): Command {
  const hidden = command.options.filter((option) => option.hidden);
  command.addOption(new Option(HTTP_HELP, 'flags about limits, proxies, certificates and logs'));
  command.on(`option:${HTTP_HELP.slice(2)}`, () => {
    stdout.write(pageOf(command, hidden));
    // As commander ends its own help.
    throw new CommanderError(0, 'commander.help', '(outputHelp)');
  });
  return command;
}

function pageOf(command: Command, options: readonly Option[]): string {
  const helper = command.createHelp();
  helper.prepareContext({ helpWidth: WIDTH });
  const width = Math.max(...options.map((option) => helper.optionTerm(option).length));
  const items = options.map((option) =>
    helper.formatItem(helper.optionTerm(option), width, helper.optionDescription(option), helper),
  );
  return `${HTTP_HEAD}\n${items.join('\n')}\n${HTTP_END}`;
}

const WIDTH = 100;

const HTTP_HEAD = 'Flags about requests, proxies, certificates and logs (docs/http.md):\n';

const HTTP_END = `
Environment:
  OKTAQL_ENDPOINT_URL  where to send requests instead of Okta, such as a simulator: http://{subdomain}.localhost:8080
  HTTPS_PROXY, HTTP_PROXY, ALL_PROXY, NO_PROXY
                       how requests leave this network; --http.proxy.host goes before them
  NODE_EXTRA_CA_CERTS  a file with certificates to trust besides the well-known ones
`;

/** `oktaql --spec`: the commands, flags and exit codes for programs (docs/spec.schema.json). */
export function addSpec(program: Command, version: string, { stdout }: CommandIo): void {
  program.option('--spec', 'print commands, flags and exit codes as JSON');
  program.on('option:spec', () => {
    const spec = { name: program.name(), version, exitCodes: EXIT_CODES, commands: commandsOf(program) };
    stdout.write(`${JSON.stringify(spec, null, 2)}\n`);
    throw new CommanderError(0, 'commander.help', '(outputHelp)');
  });
}
