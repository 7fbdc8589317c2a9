/**
 * All forms of a report: the entry of this room for whoever writes one.
 *
 * @module
 */

import type { AuditRun } from '../result.ts';
import { cklbReport } from './cklb.ts';
import { csvReport } from './csv.ts';
import { htmlReport } from './html.ts';
import { jsonReport } from './json.ts';
import { junitReport } from './junit.ts';
import { markdownReport } from './markdown.ts';
import { sarifReport } from './sarif.ts';
import { type TerminalOptions, terminalReport } from './terminal.ts';

interface Report {
  readonly make: (run: AuditRun, options: TerminalOptions) => string | Promise<string>;
  /** What names of its files end in; none for what is not written to files by name. */
  readonly extensions: readonly string[];
}

export type ReportFormat = 'text' | 'json' | 'csv' | 'markdown' | 'junit' | 'sarif' | 'cklb' | 'html';

const REPORTS: Readonly<Record<ReportFormat, Report>> = {
  text: { make: terminalReport, extensions: ['txt'] },
  json: { make: jsonReport, extensions: ['json'] },
  csv: { make: csvReport, extensions: ['csv'] },
  markdown: { make: markdownReport, extensions: ['md', 'markdown'] },
  junit: { make: junitReport, extensions: ['xml'] },
  sarif: { make: sarifReport, extensions: ['sarif'] },
  cklb: { make: cklbReport, extensions: ['cklb'] },
  html: { make: htmlReport, extensions: ['html', 'htm'] },
};

/** The default first. */
const REPORT_FORMATS: readonly ReportFormat[] = Object.keys(REPORTS) as ReportFormat[];

/** @throws NotSupportedError where the form cannot hold the run */
export async function reportOf(run: AuditRun, format: ReportFormat, options: TerminalOptions = {}): Promise<string> {
  return REPORTS[format].make(run, options);
}

/** The form that a file's name ends in, if any. */
export function reportFormatOf(path: string): ReportFormat | undefined {
  const extension = /\.([^./\\]+)$/.exec(path)?.[1]?.toLowerCase() ?? '';
  return REPORT_FORMATS.find((format) => REPORTS[format].extensions.includes(extension));
}
