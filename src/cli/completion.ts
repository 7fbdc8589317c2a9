/**
 * Scripts that complete commands and flags in a shell. They are made of the tree of commands, and start nothing when Tab is pressed.
 *
 * @module
 */

import type { CommandSpec, OptionSpec } from './command-tree.ts';

export type Shell = 'bash' | 'zsh' | 'fish';

export function completionScript(shell: Shell, commands: readonly CommandSpec[]): string {
  return SCRIPTS[shell](commands);
}

const SCRIPTS: Readonly<Record<Shell, (commands: readonly CommandSpec[]) => string>> = {
  bash: bashScript,
  zsh: zshScript,
  fish: fishScript,
};

/** What may follow the words of a command. */
interface Place {
  readonly path: string;
  readonly next: readonly CommandSpec[];
  readonly options: readonly OptionSpec[];
}

function placesOf(commands: readonly CommandSpec[]): readonly Place[] {
  return commands.map(({ path, options }) => ({
    path: path.join(' '),
    next: commands.filter(
      (each) => each.path.length === path.length + 1 && each.path.join(' ').startsWith(path.join(' ')),
    ),
    options: [...options, HELP],
  }));
}

const HELP: OptionSpec = {
  flags: '-h, --help',
  long: '--help',
  short: '-h',
  description: 'show the help of a command',
  takesValue: false,
};

function namesOf({ long, short }: OptionSpec): readonly string[] {
  return short === undefined ? [long] : [short, long];
}

function lastWord({ path }: CommandSpec): string {
  return path.at(-1) ?? '';
}

/** The words before the cursor that are names of commands say where one is; a value behind a flag is passed over. */
function bashScript(commands: readonly CommandSpec[]): string {
  const places = placesOf(commands);
  const values = new Map(
    places.flatMap(({ options }) =>
      options.flatMap((option) => (option.choices === undefined ? [] : [[namesOf(option).join('|'), option.choices]])),
    ) as [string, readonly string[]][],
  );
  const taking = [
    ...new Set(places.flatMap(({ options }) => options.filter((each) => each.takesValue).flatMap(namesOf))),
  ];
  const words = ({ next, options }: Place): string =>
    [...next.map(lastWord), ...options.map(({ long }) => long)].join(' ');
  return `# bash completion for oktaql: eval "$(oktaql completion bash)"
_oktaql() {
  local current=\${COMP_WORDS[COMP_CWORD]} previous=\${COMP_WORDS[COMP_CWORD-1]} path="" word index
  for ((index = 1; index < COMP_CWORD; index++)); do
    word=\${COMP_WORDS[index]}
    case "$word" in
      ${taking.join('|')}) ((index++)); continue ;;
      -*) continue ;;
    esac
    case "\${path:+$path }$word" in
${places
  .filter(({ path }) => path !== '')
  .map(({ path }) => `      '${path}') path='${path}' ;;`)
  .join('\n')}
    esac
  done
  case "$previous" in
${[...values].map(([names, choices]) => `    ${names}) COMPREPLY=($(compgen -W '${choices.join(' ')}' -- "$current")); return ;;`).join('\n')}
    ${taking.filter((name) => ![...values.keys()].some((names) => names.split('|').includes(name))).join('|')}) COMPREPLY=($(compgen -f -- "$current")); return ;;
  esac
  case "$path" in
${places.map((place) => `    '${place.path}') COMPREPLY=($(compgen -W '${words(place)}' -- "$current")) ;;`).join('\n')}
  esac
}
complete -o default -F _oktaql oktaql
`;
}

function zshScript(commands: readonly CommandSpec[]): string {
  const item = (name: string, description: string): string => `'${name}:${plain(description)}'`;
  const cases = placesOf(commands).map(({ path, next, options }) => {
    const items = [
      ...next.map((each) => item(lastWord(each), each.description)),
      ...options.map(({ long, description }) => item(long, description)),
    ];
    return `    '${path}') items=(${items.join(' ')}) ;;`;
  });
  const choices = placesOf(commands)
    .flatMap(({ options }) => options)
    .filter(
      (option, index, all) =>
        option.choices !== undefined && all.findIndex((each) => each.long === option.long) === index,
    )
    .map((option) => `    ${namesOf(option).join('|')}) compadd -- ${option.choices?.join(' ')}; return ;;`);
  const paths = placesOf(commands)
    .filter(({ path }) => path !== '')
    .map(({ path }) => `      '${path}') place='${path}' ;;`);
  return `#compdef oktaql
# zsh completion for oktaql: oktaql completion zsh > "\${fpath[1]}/_oktaql"
_oktaql() {
  local place='' word
  local -a items
  for word in \${words[2,CURRENT-1]}; do
    case "\${place:+$place }$word" in
${paths.join('\n')}
    esac
  done
  case "\${words[CURRENT-1]}" in
${choices.join('\n')}
  esac
  case "$place" in
${cases.join('\n')}
  esac
  _describe 'oktaql' items || _files
}
if [ "$funcstack[1]" = "_oktaql" ]; then _oktaql "$@"; else compdef _oktaql oktaql; fi
`;
}

function fishScript(commands: readonly CommandSpec[]): string {
  const lines = placesOf(commands).flatMap(({ path, next, options }) => {
    const words = path === '' ? [] : path.split(' ');
    const here =
      words.length === 0
        ? '__fish_use_subcommand'
        : words.map((word) => `__fish_seen_subcommand_from ${word}`).join('; and ');
    return [
      ...next.map((each) => `complete -c oktaql -f -n '${here}' -a ${lastWord(each)} -d '${plain(each.description)}'`),
      ...options.map((option) => fishOption(option, here)),
    ];
  });
  return `# fish completion for oktaql: oktaql completion fish > ~/.config/fish/completions/oktaql.fish\n${lines.join('\n')}\n`;
}

function fishOption({ long, short, description, takesValue, choices }: OptionSpec, here: string): string {
  const letter = short === undefined ? '' : ` -s ${short.slice(1)}`;
  const value = takesValue ? ' -r' : '';
  const values = choices === undefined ? '' : ` -f -a '${choices.join(' ')}'`;
  return `complete -c oktaql -n '${here}' -l ${long.slice(2)}${letter}${value}${values} -d '${plain(description)}'`;
}

/** Within single quotes, as one line, without what the shells read in a description. */
function plain(text: string): string {
  return text.replaceAll("'", '’').replaceAll(':', ' -').replaceAll('\\', '').replace(/\s+/g, ' ');
}
