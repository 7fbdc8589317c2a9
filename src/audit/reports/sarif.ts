/**
 * The report as SARIF 2.1.0, for code scanning: a rule for each control, a result for each alarm. What could not be judged is a
 * notification of the run, so that nobody takes its silence for a pass. https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html
 *
 * @module
 */

import { createHash } from 'node:crypto';
import { isAbsolute } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Log, Notification, ReportingDescriptor, Result, Run } from 'sarif';
import type { Severity } from '../control.ts';
import { type AuditRun, type ControlResult, type Finding, nameOf } from '../result.ts';

export function sarifReport(run: AuditRun): string {
  const log: Log = {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: run.packs.map(({ name }) => runOf(run, name)),
  };
  return `${JSON.stringify(log, undefined, 2)}\n`;
}

/** One for each pack, because a run may be of one tool extension and shows one set of rules. */
function runOf({ version, results, startedAt, endedAt }: AuditRun, pack: string): Run {
  const own = results.filter((each) => each.pack === pack);
  const ids = [...new Set(own.map(({ control }) => control.id))];
  const rules = ids.flatMap((id) => own.find(({ control }) => control.id === id) ?? []).map(ruleOf);
  return {
    automationDetails: { id: `oktaql/${pack}/` },
    tool: {
      driver: {
        name: 'oktaql',
        version,
        semanticVersion: version,
        rules,
      },
    },
    invocations: [
      {
        executionSuccessful: !own.some(({ status }) => status === 'error'),
        startTimeUtc: startedAt.toISOString(),
        endTimeUtc: endedAt.toISOString(),
        toolExecutionNotifications: own.flatMap((result) => notificationOf(result, ids) ?? []),
      },
    ],
    results: own.flatMap((result) =>
      result.findings.filter(({ status }) => status === 'alarm').map((finding) => resultOf(result, finding, ids)),
    ),
    columnKind: 'utf16CodeUnits',
  };
}

/** GitHub sorts alerts by it: https://docs.github.com/en/code-security/code-scanning/integrating-with-code-scanning/sarif-support-for-code-scanning */
const SECURITY_SEVERITY: Readonly<Record<Severity, string>> = {
  critical: '9.5',
  high: '8.0',
  medium: '5.5',
  low: '2.0',
  info: '0.0',
};

const LEVELS: Readonly<Record<Severity, 'error' | 'warning' | 'note'>> = {
  critical: 'error',
  high: 'error',
  medium: 'warning',
  low: 'note',
  info: 'note',
};

function ruleOf({ control, group, pack }: ControlResult): ReportingDescriptor {
  const { id, title, description, remediation, references, severity } = control;
  const [url] = references.flatMap((reference) => reference.url ?? []);
  return {
    id,
    name: id,
    shortDescription: { text: title },
    fullDescription: { text: description ?? title },
    ...(remediation !== undefined && { help: { text: remediation } }),
    ...(url !== undefined && { helpUri: url }),
    defaultConfiguration: { level: LEVELS[severity] },
    properties: {
      tags: ['security', pack, group.id, ...references.flatMap((reference) => reference.id ?? [])],
      'security-severity': SECURITY_SEVERITY[severity],
    },
  };
}

function resultOf(result: ControlResult, { resource, reason, acceptance }: Finding, ids: readonly string[]): Result {
  const { control, org } = result;
  return {
    ruleId: control.id,
    ruleIndex: ids.indexOf(control.id),
    kind: 'fail',
    level: LEVELS[control.severity],
    message: { text: `${resource}: ${reason}` },
    locations: [
      {
        // Code scanning shows only what is at a place of a file; that is where the question stands.
        physicalLocation: {
          artifactLocation: { uri: uriOf(control.file) },
          region: { startLine: control.body.kind === 'query' ? control.body.position.line : 1 },
        },
        logicalLocations: [{ name: resource, fullyQualifiedName: `${org}/${resource}`, kind: 'resource' }],
      },
    ],
    partialFingerprints: { 'oktaqlFinding/v1': hashOf([org, nameOf(result), resource]) },
    ...(acceptance !== undefined && {
      suppressions: [
        {
          kind: 'external' as const,
          status: 'accepted' as const,
          justification: `${acceptance.reason} (${acceptance.owner}, until ${acceptance.expires})`,
        },
      ],
    }),
  };
}

function notificationOf(
  { control, status, reason = '', org }: ControlResult,
  ids: readonly string[],
): Notification | undefined {
  if (status !== 'error' && status !== 'skip' && status !== 'manual') return undefined;
  return {
    level: status === 'error' ? 'error' : 'note',
    message: { text: `${org}, ${control.id}: ${status}: ${reason}` },
    associatedRule: { id: control.id, index: ids.indexOf(control.id) },
  };
}

/** RFC 3986: a path with blanks is none. */
function uriOf(file: string): string {
  return isAbsolute(file) ? pathToFileURL(file).href : file.split(/[\\/]/).map(encodeURIComponent).join('/');
}

function hashOf(parts: readonly string[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex');
}
