/**
 * Reads evidence again: whether all of it is there, and nothing was altered.
 *
 * @module
 */

import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { AuditFileError } from '../../errors.ts';
import { MANIFEST, type Manifest, manifestShape, SIGNATURE, SUMS, sha256 } from './manifest.ts';
import { checkSignature, type SignatureCheck } from './sign.ts';

export interface EvidenceCheck {
  /** One for each file that is not as it was; none for evidence that stands. */
  readonly problems: readonly AuditFileError[];
  readonly files: number;
  /** Absent where it is not signed. */
  readonly signature?: SignatureCheck;
}

/**
 * Checks a folder of evidence.
 *
 * @param keyFile the public key that it has to be signed with
 * @throws AuditFileError for what is no evidence, or no key
 */
export async function verifyEvidence(folder: string, keyFile?: string): Promise<EvidenceCheck> {
  const bytes = manifestBytes(folder);
  const problems: AuditFileError[] = [];
  const fault = (name: string, problem: string): void => {
    problems.push(new AuditFileError(problem, { file: join(folder, name) }));
  };
  const manifest = manifestOf(bytes, folder);
  if (manifest === undefined) fault(MANIFEST, 'it was altered: it is no manifest any more');
  const files = { ...manifest?.files };
  for (const [name, { sha256: wanted }] of Object.entries(files)) checkFile(folder, name, wanted, fault);
  checkSums(folder, { ...files, [MANIFEST]: { sha256: sha256(bytes) } }, fault);
  const known = new Set([...Object.keys(files), MANIFEST, SUMS, SIGNATURE]);
  for (const name of filesIn(folder))
    if (!known.has(name) && manifest !== undefined) fault(name, 'it is no part of the evidence');
  const signature = await signatureIn(folder, bytes, keyFile);
  if (signature?.problem !== undefined) fault(SIGNATURE, signature.problem);
  if (signature === undefined && keyFile !== undefined) fault(SIGNATURE, 'it is missing: the evidence is not signed');
  return { problems, files: Object.keys(files).length, ...(signature !== undefined && { signature }) };
}

function manifestBytes(folder: string): Uint8Array {
  const file = join(folder, MANIFEST);
  if (!existsSync(file)) {
    throw new AuditFileError('it is missing: this is no evidence, or not all of it', {
      file,
      hint: 'oktaql audit --evidence DIR makes some.',
    });
  }
  return readFileSync(file);
}

function manifestOf(bytes: Uint8Array, folder: string): Pick<Manifest, 'files' | 'formatVersion'> | undefined {
  try {
    const value = JSON.parse(Buffer.from(bytes).toString('utf8')) as unknown;
    if (
      typeof value === 'object' &&
      value !== null &&
      'formatVersion' in value &&
      typeof value.formatVersion === 'number' &&
      value.formatVersion > 1
    ) {
      throw new AuditFileError('it was made by a newer version, whose form this one does not know', {
        file: join(folder, MANIFEST),
      });
    }
    const read = manifestShape.safeParse(value);
    return read.success ? read.data : undefined;
  } catch (error) {
    if (error instanceof AuditFileError) throw error;
    return undefined;
  }
}

type Fault = (name: string, problem: string) => void;

/** A name that leads out of the folder was never written by us. */
function checkFile(folder: string, name: string, wanted: string, fault: Fault): void {
  const path = join(folder, name);
  const isOutside = relative(folder, path).startsWith('..');
  if (isOutside) fault(MANIFEST, `it names ${JSON.stringify(name)}, which is not in the folder`);
  else if (statSync(path, { throwIfNoEntry: false })?.isFile() !== true) fault(name, 'it is missing');
  else if (sha256(readFileSync(path)) !== wanted)
    fault(name, 'it was altered: its SHA-256 is not that of the manifest');
}

function checkSums(folder: string, files: Readonly<Record<string, { readonly sha256: string }>>, fault: Fault): void {
  const path = join(folder, SUMS);
  const expected = Object.keys(files)
    .sort()
    .map((name) => `${files[name]?.sha256}  ${name}\n`)
    .join('');
  if (!existsSync(path)) fault(SUMS, 'it is missing');
  else if (readFileSync(path, 'utf8') !== expected)
    fault(SUMS, 'it does not agree with the manifest: one of the two was altered');
}

function filesIn(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => !entry.isDirectory())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).split(sep).join('/'))
    .sort();
}

async function signatureIn(
  folder: string,
  manifest: Uint8Array,
  keyFile?: string,
): Promise<SignatureCheck | undefined> {
  const path = join(folder, SIGNATURE);
  return existsSync(path) ? checkSignature(readFileSync(path, 'utf8').trim(), manifest, keyFile) : undefined;
}
