/**
 * The engine in a process of its own, which can be ended: no limit of ours holds within one call of a function of DuckDB's,
 * and what crashes there would take the session's process along.
 *
 * @module
 */

import { setMaxListeners } from 'node:events';
import { resolve } from 'node:path';
import { makeSpillDirectory, removeSpillDirectory } from '../disk.ts';
import { closedSession, DEFAULT_MEMORY_LIMIT, type DuckDbOptions, isFile } from '../duckdb.ts';
import { unlessStopped } from '../ending.ts';
import type { Engine, EngineStatement } from '../engine.ts';
import { bytesOf } from './bytes.ts';
import { EngineProcess } from './engine-process.ts';
import { RemoteStatement } from './remote-statement.ts';

export interface ProcessEngineOptions extends DuckDbOptions {
  /** Told when the process has ended without being closed. @param lost whether it held tables or views that are in no file */
  readonly onEnded?: (lost: boolean) => void;
}

/** What Node, DuckDB's code and its threads take besides what DuckDB counts: 130 MB, and pages that were freed. */
const BESIDES = 512 * 2 ** 20;

/** How long closing may take, with the file of local tables, before the process is ended all the same. */
const CLOSING_MS = 800;

interface Running {
  readonly process: EngineProcess;
  /** Rejects for options that DuckDB does not take. */
  readonly opened: Promise<void>;
  hasLocalObjects: boolean;
}

export function createProcessEngine(options: ProcessEngineOptions = {}): Engine {
  const { onEnded = () => undefined } = options;
  const settings = settingsOf(options);
  const maximalBytes = bytesOf(settings.memoryLimit ?? DEFAULT_MEMORY_LIMIT) + BESIDES;
  const open = new Set<EngineStatement>();
  const ended = new AbortController();
  // Each that begins listens to it for a while.
  setMaxListeners(0, ended.signal);
  let running: Running | undefined;
  let closing: Promise<void> | undefined;

  const start = (): Running => {
    const spillDirectory = makeSpillDirectory(settings.spillDirectory);
    const process = new EngineProcess(maximalBytes);
    const started: Running = {
      process,
      opened: process.ask<void>({ kind: 'open', options: { ...settings, spillDirectory } }, 0).answer,
      hasLocalObjects: false,
    };
    // Whoever begins a statement is told.
    started.opened.catch(() => undefined);
    void process.ended.then(() => {
      // It cannot do that itself when it is ended.
      removeSpillDirectory(spillDirectory);
      if (running !== started) return;
      running = undefined;
      onEnded(started.hasLocalObjects && !isFile(settings.database));
    });
    return started;
  };

  const close = async (): Promise<void> => {
    const last = running;
    running = undefined;
    if (last === undefined) return;
    const { process } = last;
    const timer = setTimeout(() => process.stop(0, closedSession()), CLOSING_MS);
    process.retire(closedSession());
    await Promise.all([...open].map((statement) => statement.close()));
    // It writes what it has to write.
    await process.ask<void>({ kind: 'close' }, 0).answer.catch(() => undefined);
    clearTimeout(timer);
    process.stop(0, closedSession());
    await process.ended;
  };

  const begin = async (used: Running, signal: AbortSignal | undefined): Promise<EngineStatement> => {
    await used.opened;
    const { id, answer } = used.process.ask<void>({ kind: 'begin' }, 0);
    await answer;
    const statement: EngineStatement = new RemoteStatement({
      process: used.process,
      number: id,
      signal,
      onCommit: () => {
        used.hasLocalObjects = true;
      },
      onClose: () => open.delete(statement),
    });
    open.add(statement);
    return statement;
  };

  return {
    begin: async (signal) => {
      if (closing !== undefined) throw closedSession();
      if (running?.process.hasEnded !== false) running = start();
      return await unlessStopped(begin(running, signal), [signal, ended.signal], (late) => void late.close());
    },
    close: () => {
      ended.abort(closedSession());
      closing ??= close();
      return closing;
    },
  };
}

/** Those of DuckDB alone, because callers have others beside them, and with whole paths. */
function settingsOf({
  memoryLimit,
  spillDirectory,
  spillLimit,
  database,
  allowFiles = [],
}: DuckDbOptions): DuckDbOptions {
  return {
    allowFiles: allowFiles.map((file) => resolve(file)),
    ...(memoryLimit !== undefined && { memoryLimit }),
    ...(spillDirectory !== undefined && { spillDirectory }),
    ...(spillLimit !== undefined && { spillLimit }),
    ...(database !== undefined && { database: isFile(database) ? resolve(database) : database }),
  };
}
