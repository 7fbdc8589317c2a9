/**
 * A process whose sessions have engines in processes of their own. Says, line by line, how far it is; how it ends is for who started
 * it to say, by the name of the work and by signals.
 */

const { createEnginePool, createSession } = await import('oktaql');
const { WORK } = process.env;

const open = (options = {}) => createSession({ token: '00a', isolation: 'process', ...options });
const say = (what) => process.stdout.write(`${JSON.stringify(what)}\n`);
const rowsOf = async (session, sql) => (await session.query(sql)).rows;
/** Minutes within one call of a function. */
const ENDLESS = "SELECT levenshtein(repeat('a', 200000), repeat('b', 200000 + round(random())::INT))";
const CRASH = "SELECT json_structure(repeat('[', 200000) || repeat(']', 200000))";
const stay = () => setInterval(() => undefined, 1000);
const heard = (signal) => new Promise((resolve) => process.once(signal, resolve));

const WORKS = {
  /** Its engine has only begun to start. */
  starting: () => {
    open();
    say('there');
    stay();
  },
  waiting: async () => {
    await rowsOf(open(), 'SELECT 1');
    say('there');
    stay();
  },
  computing: async () => {
    void open().query(ENDLESS);
    say('there');
    stay();
  },
  pooled: () => {
    createEnginePool({ spares: 3 });
    say('there');
    stay();
  },
  /** Nothing keeps it from ending, and nobody closes anything. */
  forgotten: async () => {
    createEnginePool({ spares: 2 });
    open();
    await rowsOf(open(), 'SELECT 1');
    say('there');
  },
  thrown: async () => {
    void open().query(ENDLESS);
    say('there');
    throw new Error('of the user');
  },
  /** Signals are its own affair. */
  interrupted: async () => {
    const session = open();
    await rowsOf(session, 'CREATE TABLE kept AS SELECT 7 AS a');
    const interrupt = heard('SIGINT');
    stay();
    say('there');
    await interrupt;
    say(await rowsOf(session, 'SELECT a FROM kept'));
    await session.close();
    say('closed');
  },
  /** Its engine may be at any point of its start. */
  interruptedEarly: async () => {
    process.on('SIGINT', () => undefined);
    const session = open();
    say('there');
    say(await rowsOf(session, 'SELECT 1'));
    await session.close();
    say('closed');
  },
  closedAtOnce: async () => {
    const sessions = Array.from({ length: 3 }, () => open());
    const pool = createEnginePool({ spares: 2 });
    await Promise.all([...sessions, pool].map((each) => each.close()));
    say('closed');
    stay();
  },
  closedBeginning: async () => {
    const session = open();
    const begun = session.query('SELECT 1').catch(({ code }) => code);
    await session.close();
    await begun;
    say('closed');
    stay();
  },
  crashing: async () => {
    const session = open();
    const order = heard('SIGUSR2');
    stay();
    say('there');
    await order;
    say(await session.query(CRASH).catch(({ code }) => code));
  },
  /** More sessions at a time than the pool has spares, and one after the other. */
  shared: async () => {
    const enginePool = createEnginePool({ spares: 2 });
    const seen = [];
    for (let round = 0; round < 3; round += 1) {
      const sessions = Array.from({ length: 3 }, () => open({ enginePool }));
      for (const session of sessions) {
        seen.push(await session.query('SELECT * FROM secret').catch(({ code }) => code));
        await session.query('CREATE TABLE secret AS SELECT 1 AS a');
      }
      await Promise.all(sessions.map((session) => session.close()));
    }
    const order = heard('SIGUSR2');
    stay();
    say(seen);
    await order;
    await enginePool.close();
    say('closed');
  },
};

await WORKS[WORK]();
