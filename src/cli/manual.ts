/**
 * The manual page, made of the tree of commands. https://man7.org/linux/man-pages/man7/groff_man.7.html
 *
 * @module
 */

import { type CommandSpec, EXIT_CODES, type OptionSpec } from './command-tree.ts';

/** @param version of the package */
export function manualPage(commands: readonly CommandSpec[], version: string): string {
  const [program, ...others] = commands;
  const lines = [
    `.TH OKTAQL 1 "" "oktaql ${version}" "User Commands"`,
    '.SH NAME',
    `oktaql \\- ${escaped(program?.description ?? '')}`,
    '.SH SYNOPSIS',
    ...others.filter(isRunnable).flatMap((each) => [`.B ${escaped(nameOf(each))}`, escaped(operandsOf(each)), '.br']),
    '.SH COMMANDS',
    ...others.filter(isRunnable).flatMap(sectionOf),
    '.SH EXIT STATUS',
    ...Object.entries(EXIT_CODES).flatMap(([code, meaning]) => ['.TP', `.B ${code}`, escaped(meaning)]),
    '.SH EXAMPLES',
    '.nf',
    `oktaql exec "SELECT kid, status FROM okta.apps.jwks WHERE subdomain = 'acme'"`,
    'oktaql search mfa',
    'oktaql demo',
    '.fi',
    '.SH SEE ALSO',
    escaped('docs/cli.md, docs/sql.md and docs/credentials.md of the package.'),
  ];
  return `${lines.join('\n')}\n`;
}

/** A command with others below it does nothing by itself. */
function isRunnable({ arguments: operands, options, path }: CommandSpec): boolean {
  return operands.length > 0 || options.length > 0 || path.length > 1;
}

function sectionOf(command: CommandSpec): readonly string[] {
  return [`.SS ${escaped(nameOf(command))}`, escaped(command.description), ...command.options.flatMap(optionLines)];
}

function optionLines({ flags, description, choices, default: usual }: OptionSpec): readonly string[] {
  const more = [
    ...(choices === undefined ? [] : [`one of ${choices.join(', ')}`]),
    ...(usual === undefined ? [] : [`default: ${usual}`]),
  ].join('; ');
  return ['.TP', `.B ${escaped(flags)}`, escaped(more === '' ? description : `${description} (${more})`)];
}

function nameOf({ path }: CommandSpec): string {
  return ['oktaql', ...path].join(' ');
}

function operandsOf({ arguments: operands, options }: CommandSpec): string {
  const words = operands.map(({ name, isRequired, isVariadic }) => {
    const word = isVariadic ? `${name}...` : name;
    return isRequired ? word : `[${word}]`;
  });
  return [...(options.length > 0 ? ['[options]'] : []), ...words].join(' ');
}

/** A minus is not a hyphen to whoever copies a flag, and a dot or an apostrophe at the start of a line is a request. */
function escaped(text: string): string {
  return text
    .replaceAll('\\', '\\e')
    .replaceAll('-', '\\-')
    .replace(/^(['.])/gm, '\\&$1')
    .replace(/\s+/g, ' ');
}
