import { createProcessEngine } from '../../../src/engine/process/process-engine.ts';
import { engineContract } from './engine.contract.ts';

engineContract('DuckDB in a process of its own', () => createProcessEngine());
