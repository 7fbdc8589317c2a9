/**
 * StackQL's flags: those that mean something here, those that change nothing here and say so, and those that are refused with what to
 * do instead. Flags that a command has of itself are its own, under whatever name StackQL has for them.
 *
 * @module
 */

import { type Command, InvalidArgumentError, Option } from 'commander';

export interface StackqlFlag {
  /** With its dashes. */
  readonly name: string;
  /** What its value is called, for those that take one. */
  readonly value?: string;
  /**
   * `noted`: it is taken, changes nothing, and `why` is told. `silent`: the same without a word, since what it asks for is so anyway.
   * `refused`: `why` says what to do.
   */
  readonly use: 'noted' | 'silent' | 'refused';
  readonly why: string;
}

const NO_CACHE = 'documents are compiled when oktaql is built, and a plan takes less than a millisecond';
const NO_BACKEND = 'SQL runs in DuckDB, in memory or in the file of --database; there is no other backend';

export const STACKQL_FLAGS: readonly StackqlFlag[] = [
  { name: '--approotfilemode', value: 'mode', use: 'silent', why: 'what is kept is for its owner alone' },
  {
    name: '--http.response.pageLimit',
    value: 'n',
    use: 'noted',
    why: 'lists are read to their end; --max-requests bounds what a statement may ask for',
  },
  {
    name: '--http.response.maxResults',
    value: 'n',
    use: 'noted',
    why: 'Okta has no parameter maxResults; LIMIT ends the requests where it can',
  },
  { name: '--loglevel', value: 'level', use: 'noted', why: '--http.log.enabled shows the requests, EXPLAIN the plan' },
  { name: '--cachekeycount', value: 'n', use: 'silent', why: NO_CACHE },
  { name: '--metadatattl', value: 'seconds', use: 'silent', why: NO_CACHE },
  { name: '--querycachesize', value: 'n', use: 'silent', why: NO_CACHE },
  { name: '--dataflow.dependency.max', value: 'n', use: 'silent', why: 'joins have no such limit' },
  { name: '--dataflow.components.max', value: 'n', use: 'silent', why: 'joins have no such limit' },
  { name: '--indirect.depth.max', value: 'n', use: 'noted', why: 'views may stand in views five levels deep' },
  { name: '--colorscheme', value: 'name', use: 'silent', why: 'results have no colours' },
  { name: '--gc', value: 'json', use: 'silent', why: 'what a statement has read goes with it' },
  { name: '--provider', value: 'name', use: 'refused', why: 'write the provider in the statement: okta.apps.jwks' },
  { name: '--offline', use: 'refused', why: 'EXPLAIN, SHOW, DESCRIBE and --dryrun send nothing' },
  { name: '--sqlBackend', value: 'json', use: 'refused', why: NO_BACKEND },
  { name: '--dbInternal', value: 'json', use: 'refused', why: NO_BACKEND },
  { name: '--export.alias', value: 'name', use: 'refused', why: NO_BACKEND },
  {
    name: '--namespaces',
    value: 'json',
    use: 'refused',
    why: 'keep rows with CREATE TABLE … AS SELECT, and --database for the next run',
  },
  { name: '--store.txn', value: 'json', use: 'refused', why: 'Okta has no transactions' },
  { name: '--acid', value: 'json', use: 'refused', why: 'Okta has no transactions' },
  { name: '--session', value: 'json', use: 'refused', why: 'Okta has no transactions, and nothing is rolled back' },
  { name: '--preview', value: 'json', use: 'refused', why: 'there is no provider stackql_preview' },
  {
    name: '--errorpresentation',
    value: 'how',
    use: 'refused',
    why: 'errors go to standard error; the exit code says what kind they are',
  },
  { name: '--TestWithoutAPICalls', use: 'refused', why: 'oktaql demo runs statements on a simulated org' },
  { name: '--usenonpreferredapis', use: 'refused', why: 'name the service that is meant' },
  { name: '--cpuprofile', value: 'file', use: 'refused', why: 'node --cpu-prof writes a profile' },
  { name: '--viperconfigfilename', value: 'name', use: 'refused', why: 'give the file of flags with --configfile' },
  {
    name: '--configfile',
    value: 'file',
    use: 'silent',
    why: 'its flags stand in front of those that are given',
  },
];

/** Adds those of StackQL's flags that the command does not have, out of sight of its help. */
export function addStackqlFlags(command: Command, note: (text: string) => void): Command {
  const taken = new Set(command.options.map(({ long }) => long));
  for (const flag of STACKQL_FLAGS) if (!taken.has(flag.name)) command.addOption(optionOf(flag, note));
  return command;
}

function optionOf({ name, value, use, why }: StackqlFlag, note: (text: string) => void): Option {
  const option = new Option(value === undefined ? name : `${name} <${value}>`, why).hideHelp();
  const react = (): true => {
    if (use === 'refused') throw new InvalidArgumentError(`${name} is not supported: ${why}.`);
    if (use === 'noted') note(`${name} changes nothing: ${why}`);
    return true;
  };
  return value === undefined ? option.argParser(react).preset('') : option.argParser(react);
}
