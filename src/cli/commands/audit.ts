/**
 * The arguments of `oktaql audit` and of its subcommands.
 *
 * @module
 */

import { type Command, Option } from 'commander';
import type { Severity } from '../../audit/control.ts';
import type { ReportFormat } from '../../audit/reports/reports.ts';
import type { AuditSettings } from '../audit/run.ts';
import { addHttpHelp, withExamples } from '../help.ts';
import { addHttpFlags } from '../http-flags.ts';
import { createLog } from '../log.ts';
import { type CommandContext, optionsFor, orUsage } from './command.ts';

/** As `src/audit/` has them, which is loaded when it is needed. */
const SEVERITIES: readonly Severity[] = ['critical', 'high', 'medium', 'low', 'info'];
const REPORTS: readonly ReportFormat[] = ['text', 'json', 'csv', 'markdown', 'junit', 'sarif', 'cklb', 'html'];

interface RunSettings extends AuditSettings {
  readonly demo?: boolean;
}

export function addAudit(program: Command, context: CommandContext): void {
  const audit = program
    .command('audit')
    .description('Run packs of controls written in SQL, and tell which of them hold.')
    .argument('[packs...]', 'names of packs that come with oktaql, or folders (default: all that come with it)')
    // What stands behind a subcommand is its own.
    .enablePositionalOptions();
  addChoiceFlags(audit);
  addReportFlags(audit);
  addHttpHelp(addHttpFlags(audit), context.io);
  withExamples(
    audit,
    'oktaql audit --demo posture -o html -f report.html',
    "oktaql audit credentials --subdomain acme --where 'severity>=high' --fail-on high",
  ).addHelpText('after', AUDIT_HELP);
  audit.action((packs: readonly string[], settings: RunSettings) => context.finish(runAudit(packs, settings, context)));
  addPackCommands(audit, context);
  addEvidenceCommands(audit, context);
}

const AUDIT_HELP = `
A control is ok only where all of it was seen and holds; what was not seen is skip or error (docs/audit.md).
Exit codes: 0 no alarm at or above --fail-on, 1 alarms or controls that could not be judged, 2 usage or a wrong pack,
3 login or permission, 4 rate limit or network, 130 interrupted.`;

function addChoiceFlags(command: Command): void {
  command
    .option('--only <id>', 'run this control alone: an id, or pack/id; may be repeated', collect, undefined)
    .option(
      '--where <condition>',
      'such as severity>=high, pack=posture, group!=api; may be repeated',
      collect,
      undefined,
    )
    .option(
      '--set <name=value>',
      'a parameter of controls, or id.name=value for one; may be repeated',
      collect,
      undefined,
    )
    .option('--subdomain <name>', 'an org; may be repeated (default: the one that is configured)', collect, undefined)
    .option('--demo', 'run on a simulated org in this process: no network, no tenant')
    .option('--plan', 'tell what it would cost in requests, and send none')
    .option('--auth <json>', 'how to log in, by provider, in StackQL’s form')
    .option('--config <file>', 'an okta.yaml to read instead of ./okta.yaml and ~/.okta/okta.yaml')
    .option('--env.file <file>', 'environment variables from a file (dotenv); the environment goes before it')
    .option('--no-progress', 'do not show on a terminal how far it is');
}

function addReportFlags(command: Command): void {
  command
    .addOption(
      new Option(
        '-o, --output <format>',
        'the form of the report (default: as the name of --file ends, else text)',
      ).choices(REPORTS),
    )
    .option('-f, --file <file>', 'write the report to a file, whole or not at all')
    .option('--baseline <file>', 'findings that are accepted until a day: audit accept adds to it')
    .addOption(
      new Option('--fail-on <severity>', 'exit with 1 for alarms of this severity or a worse one')
        .choices([...SEVERITIES, 'none'])
        .default('low'),
    )
    .option('--evidence <dir>', 'keep statements, rows, requests and hashes in a new folder')
    .option('--sign <key>', 'sign the evidence with a private key: a file with PEM or a JWK');
}

function collect(value: string, previous: readonly string[] = []): readonly string[] {
  return [...previous, value];
}

async function runAudit(packs: readonly string[], settings: RunSettings, context: CommandContext): Promise<number> {
  const { io } = context;
  const { audit } = await import('../audit/run.ts');
  if (settings.demo === true) {
    const { demoOptions } = await import('../demo-command.ts');
    return audit(packs, settings, demoOptions(), io);
  }
  const options = await orUsage(optionsFor(settings, context), createLog(io.stderr, {}));
  return typeof options === 'number' ? options : audit(packs, settings, options, io);
}

function addPackCommands(audit: Command, { io, finish }: CommandContext): void {
  audit
    .command('new <name>')
    .description('Begin a pack: a folder with one control, ready to run.')
    .action(async (name: string) => {
      const { auditNew } = await import('../audit/packs.ts');
      await finish(auditNew(name, io));
    });
  audit
    .command('check <pack>')
    .description('What is wrong with a pack, with line and column. Sends nothing.')
    .action(async (pack: string) => {
      const { auditCheck } = await import('../audit/packs.ts');
      await finish(auditCheck(pack, io));
    });
  audit
    .command('accept <control> <resource>')
    .description('Accept a finding until a day: it stays in reports, and is no alarm.')
    .requiredOption('--baseline <file>', 'where it is written down; begun where it is not there')
    .requiredOption('--owner <name>', 'who takes it on')
    .requiredOption('--reason <text>', 'why it may stay')
    .requiredOption('--expires <day>', 'the last day, such as 2027-03-31')
    .option('--org <name>', 'on this org only (default: on all)')
    .action(async (control: string, resource: string, settings) => {
      const { auditAccept } = await import('../audit/packs.ts');
      await finish(auditAccept({ control, resource, ...settings }, io));
    });
}

function addEvidenceCommands(audit: Command, { io, finish }: CommandContext): void {
  audit
    .command('verify <dir>')
    .description('Whether evidence is whole and unaltered, and who has signed it.')
    .option('--key <file>', 'the public key that it has to be signed with: PEM or a JWK')
    .action(async (folder: string, settings) => {
      const { auditVerify } = await import('../audit/kept.ts');
      await finish(auditVerify(folder, settings, io));
    });
  audit
    .command('diff <old> <new>')
    .description('What changed between two folders of evidence, or two reports of -o json.')
    .addOption(new Option('-o, --output <format>', 'how it is told').choices(['text', 'json', 'html']).default('text'))
    .option('-f, --file <file>', 'write it to a file, whole or not at all')
    .action(async (old: string, fresh: string, settings) => {
      const { auditDiff } = await import('../audit/kept.ts');
      await finish(auditDiff(old, fresh, settings, io));
    });
}
