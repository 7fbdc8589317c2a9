/**
 * The engine in a process of its own, which can be ended: no limit of ours holds within one call of a function of DuckDB's,
 * and what crashes there would take the session's process along.
 *
 * @module
 */

import { setMaxListeners } from 'node:events';
import { availableParallelism } from 'node:os';
import { resolve } from 'node:path';
import { EngineCrashedError } from '../../errors.ts';
import { realDirectories } from '../copy-target.ts';
import { makeSpillDirectory, removeSpillDirectory, sweepSpillDirectories } from '../disk.ts';
import { closedSession, DEFAULT_MEMORY_LIMIT, isFile } from '../duckdb.ts';
import { unlessStopped } from '../ending.ts';
import type { Engine, EngineStatement } from '../engine.ts';
import type { DuckDbOptions } from '../options.ts';
import { bytesOf } from './bytes.ts';
import { EngineProcess } from './engine-process.ts';
import { RemoteStatement } from './remote-statement.ts';
import type { Limits } from './watchdog.ts';

export interface ProcessEngineOptions extends DuckDbOptions {
  /** Processor time of all threads of the engine together while statements are under way. Default is no limit. */
  readonly cpuLimitMs?: number;
  /** Where a process is taken from when a statement needs one. Default: one is started now, and another when that has ended. */
  readonly pool?: ProcessSource;
  /** Told when the process has ended without being closed. @param lost whether it held tables or views that are in no file */
  readonly onEnded?: (lost: boolean) => void;
}

export interface ProcessSource {
  /** A process that nobody has used. */
  take(): EngineProcess;
  /** Called when nobody waits for a process. */
  refill(): void;
}

/** What Node, DuckDB's code and its threads take besides what DuckDB counts: 130 MB, and pages that were freed. */
const BESIDES = 512 * 2 ** 20;

/** How long closing may take, with the file of local tables, before the process is ended all the same. */
const CLOSING_MS = 800;

/** Engines of many sessions compute beside each other, and each would have a thread for every core. */
const MOST_THREADS = 4;

interface Running {
  readonly process: EngineProcess;
  /** Whether a statement has begun in it. Until then nothing of the session is there. */
  isUsed: boolean;
  hasLocalObjects: boolean;
}

export function createProcessEngine(options: ProcessEngineOptions = {}): Engine {
  const { onEnded = () => undefined, pool } = options;
  const settings = settingsOf(options);
  const limits: Limits = {
    maximalBytes: bytesOf(settings.memoryLimit ?? DEFAULT_MEMORY_LIMIT) + BESIDES,
    cpuLimitMs: options.cpuLimitMs ?? Number.POSITIVE_INFINITY,
  };
  const open = new Set<EngineStatement>();
  const ended = new AbortController();
  // Each that begins listens to it for a while.
  setMaxListeners(0, ended.signal);
  let running: Running | undefined;
  let closing: Promise<void> | undefined;

  const start = (): Running => {
    sweepSpillDirectories(settings.spillDirectory);
    const spillDirectory = makeSpillDirectory(settings.spillDirectory);
    const process = pool?.take() ?? new EngineProcess();
    process.open({ options: { ...settings, spillDirectory }, limits, ahead: !isFile(settings.database) });
    const started: Running = { process, isUsed: false, hasLocalObjects: false };
    void process.ended.then(() => {
      // It cannot do that itself when it is ended.
      removeSpillDirectory(spillDirectory);
      if (running !== started) return;
      running = undefined;
      onEnded(started.hasLocalObjects && !isFile(settings.database));
      // One that ended unused would have such successors for ever.
      if (started.isUsed) startAhead();
    });
    return started;
  };

  /** Before a statement needs it. What keeps it from starting is told to the next that does. */
  const startAhead = (): void => {
    try {
      if (pool === undefined) running = start();
      else pool.refill();
    } catch {
      running = undefined;
    }
  };

  const close = async (): Promise<void> => {
    const last = running;
    running = undefined;
    if (last === undefined) return;
    const { process } = last;
    if (!last.isUsed) return process.end();
    const timer = setTimeout(() => process.stop(0, closedSession()), CLOSING_MS);
    process.retire(closedSession());
    await Promise.all([...open].map((statement) => statement.close()));
    // It writes what it has to write.
    await process.ask<void>({ kind: 'close' }, 0).answer.catch(() => undefined);
    clearTimeout(timer);
    process.stop(0, closedSession());
    await process.ended;
  };

  /** The process for the next statement. One that is about to be gone still holds the session's file. */
  const current = async (): Promise<Running> => {
    if (running?.process.isEnding === true) await running.process.ended;
    if (closing !== undefined) throw closedSession();
    running ??= start();
    return running;
  };

  const beginIn = async (used: Running, signal: AbortSignal | undefined): Promise<EngineStatement> => {
    used.isUsed = true;
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

  const begin = async (signal: AbortSignal | undefined): Promise<EngineStatement> => {
    try {
      return await beginIn(await current(), signal);
    } catch (error) {
      // The process waited, and was ended by others than its statements: there is nothing that this one could not do again.
      if (!(error instanceof EngineCrashedError)) throw error;
      return await beginIn(await current(), signal);
    } finally {
      pool?.refill();
    }
  };

  if (pool === undefined) startAhead();
  return {
    begin: async (signal) => {
      if (closing !== undefined) throw closedSession();
      return await unlessStopped(begin(signal), [signal, ended.signal], (late) => void late.close());
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
  threads = Math.min(availableParallelism(), MOST_THREADS),
  database,
  allowFiles = [],
  allowWrite = [],
}: DuckDbOptions): DuckDbOptions {
  return {
    allowFiles: allowFiles.map((file) => resolve(file)),
    allowWrite: realDirectories(allowWrite),
    threads,
    ...(memoryLimit !== undefined && { memoryLimit }),
    ...(spillDirectory !== undefined && { spillDirectory }),
    ...(spillLimit !== undefined && { spillLimit }),
    ...(database !== undefined && { database: isFile(database) ? resolve(database) : database }),
  };
}
