/**
 * Words that begin statements.
 *
 * @module
 */

const words = (text: string): ReadonlySet<string> => new Set(text.trim().split(/\s+/));

/** Statements that StackQL or DuckDB know and this version does not run. */
export const UNSUPPORTED: ReadonlySet<string> = words(`
  USE BEGIN START COMMIT ROLLBACK ABORT AUTH PURGE SLEEP NATIVEQUERY ATTACH DETACH COPY EXPORT IMPORT INSTALL LOAD
  PRAGMA CALL RESET VACUUM CHECKPOINT FORCE ANALYZE ALTER TRUNCATE MERGE PREPARE DEALLOCATE COMMENT`);

/** Words that begin a query. */
export const QUERIES: ReadonlySet<string> = words(`
  SELECT WITH VALUES FROM TABLE SUMMARIZE PIVOT PIVOT_WIDER UNPIVOT PIVOT_LONGER`);

/** Words that begin a statement and do nothing else, so that they end the one before. FROM, for one, continues a SELECT. */
export const STARTERS: ReadonlySet<string> = words(`
  SELECT WITH VALUES INSERT UPDATE DELETE REPLACE EXEC EXECUTE SHOW DESCRIBE DESC EXPLAIN REGISTRY USE CREATE DROP
  REFRESH SET BEGIN COMMIT ROLLBACK AUTH`);

/** Words after which a statement cannot end. */
export const CONTINUES: ReadonlySet<string> = words(`
  UNION ALL DISTINCT EXCEPT INTERSECT AS AND OR NOT FROM INTO BY EXPLAIN ANALYZE VERBOSE`);

/** Words that begin what may follow the WHERE of a SELECT. */
export const CLAUSES: ReadonlySet<string> = words(`
  GROUP HAVING WINDOW QUALIFY ORDER LIMIT OFFSET FETCH FOR USING UNION INTERSECT EXCEPT`);
