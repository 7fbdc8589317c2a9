"""Python's clients of PostgreSQL, as they are used: python clients.py PORT PASSWORD. Prints a line of JSON for each check."""

import asyncio
import datetime
import importlib.util
import json
import sys
import threading

PORT, PASSWORD = int(sys.argv[1]), sys.argv[2]
WHERE = {"host": "127.0.0.1", "port": PORT, "user": "oktaql", "password": PASSWORD}


def tell(client, check, ok, said=""):
    print(json.dumps({"client": client, "check": check, "ok": bool(ok), "said": str(said)[:300]}), flush=True)


def has(module):
    return importlib.util.find_spec(module) is not None


def attempt(client, check, work):
    try:
        tell(client, check, work())
    except Exception as error:  # What a client says against it is what is looked for.
        tell(client, check, False, f"{type(error).__name__}: {error}")


def psycopg2_checks():
    import psycopg2

    connection = psycopg2.connect(dbname="okta", **WHERE)

    def types():
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1, 1.50::DECIMAL(5, 2), TIMESTAMPTZ '2026-11-29 12:00:00+00', true, ['a', NULL], NULL")
            one, price, moment, yes, texts, none = cursor.fetchone()
            return (one, str(price), moment.year, yes, texts, none) == (1, "1.50", 2026, True, ["a", None], None)

    def parameters():
        with connection.cursor() as cursor:
            cursor.execute("SELECT label FROM okta.apps.applications WHERE label = %s", ("Payroll Sync",))
            return cursor.fetchall() == [("Payroll Sync",)]

    def server_cursor():
        with connection.cursor(name="nm") as cursor:
            cursor.itersize = 3
            cursor.execute("SELECT n FROM range(10) t(n)")
            return [n for (n,) in cursor] == list(range(10))

    def cancel():
        canceller = threading.Timer(0.3, connection.cancel)
        canceller.start()
        try:
            with connection.cursor() as cursor:
                cursor.execute("SELECT count(*) FROM range(100000000000) t(n) WHERE n % 7 = 3")
            return False
        except psycopg2.errors.QueryCanceled:
            connection.rollback()
            return True

    tell("psycopg2", "connect", connection.server_version >= 150000)
    for check, work in [("types", types), ("parameters", parameters), ("cursor", server_cursor), ("cancel", cancel)]:
        attempt("psycopg2", check, work)
        connection.rollback()
    connection.close()


def psycopg_checks():
    import psycopg

    connection = psycopg.connect(dbname="okta", **WHERE)

    def types():
        for binary in (False, True):
            row = connection.cursor(binary=binary).execute(
                "SELECT 1::INT, 1.50::DECIMAL(5, 2), TIMESTAMPTZ '2026-11-29 12:00:00+00', true, ['a', NULL], "
                "DATE '2026-11-29', INTERVAL 3 days, '{\"a\": 1}'::JSON"
            )
            one, price, moment, yes, texts, day, span, document = row.fetchone()
            if (one, str(price), moment.year, yes, texts) != (1, "1.50", 2026, True, ["a", None]):
                return False
            if (day, span, document) != (datetime.date(2026, 11, 29), datetime.timedelta(days=3), {"a": 1}):
                return False
        return True

    def parameters():
        for _ in range(7):  # Prepared by name from the sixth time on.
            rows = connection.execute(
                "SELECT label FROM okta.apps.applications WHERE label = %s AND created > %s AND %s = 1",
                ("Payroll Sync", datetime.datetime(2020, 1, 1, tzinfo=datetime.timezone.utc), 1),
            ).fetchall()
            if rows != [("Payroll Sync",)]:
                return False
        return True

    def server_cursor():
        with connection.cursor("cur") as cursor:
            cursor.execute("SELECT n FROM range(10) t(n) WHERE n >= %s", (2,))
            return cursor.fetchmany(3) == [(2,), (3,), (4,)] and len(cursor.fetchall()) == 5

    def copy():
        with connection.cursor().copy("COPY (SELECT n FROM range(3) t(n)) TO STDOUT") as data:
            return b"".join(bytes(chunk) for chunk in data) == b"0\n1\n2\n"

    def pipeline():
        with connection.pipeline():
            cursors = [connection.execute("SELECT %s::int", (n,)) for n in range(5)]
        return [cursor.fetchone() for cursor in cursors] == [(n,) for n in range(5)]

    def cancel():
        canceller = threading.Timer(0.3, connection.cancel)
        canceller.start()
        try:
            connection.execute("SELECT count(*) FROM range(100000000000) t(n) WHERE n % 7 = 3")
            return False
        except psycopg.errors.QueryCanceled:
            return True

    tell("psycopg", "connect", connection.info.server_version >= 150000)
    checks = [types, parameters, server_cursor, copy, pipeline, cancel]
    for work in checks:
        attempt("psycopg", work.__name__.replace("server_", ""), work)
        connection.rollback()
    connection.close()


async def asyncpg_checks():
    import asyncpg

    connection = await asyncpg.connect(database="okta", **WHERE)
    tell("asyncpg", "connect", connection.get_server_version().major == 15)

    async def types():
        row = await connection.fetchrow(
            "SELECT 1::INT AS a, 1.50::DECIMAL(5, 2) AS b, TIMESTAMPTZ '2026-11-29 12:00:00+00' AS c, ['a', NULL] AS d, "
            "'{\"a\": 1}'::JSON AS e, 0.5::DOUBLE AS f"
        )
        return (row["a"], str(row["b"]), row["c"].year, row["d"], json.loads(row["e"]), row["f"]) == (
            1, "1.50", 2026, ["a", None], {"a": 1}, 0.5,
        )

    async def parameters():
        rows = await connection.fetch(
            "SELECT label FROM okta.apps.applications WHERE label = ANY($1) AND created > $2 LIMIT $3",
            ["Payroll Sync", "none"], datetime.datetime(2020, 1, 1, tzinfo=datetime.timezone.utc), 5,
        )
        return [row["label"] for row in rows] == ["Payroll Sync"]

    async def cursor():
        async with connection.transaction():
            found = [row["n"] async for row in connection.cursor("SELECT n FROM range(10) t(n)", prefetch=3)]
        return found == list(range(10))

    async def copy():
        out = bytearray()

        async def take(data):
            out.extend(data)

        await connection.copy_from_query("SELECT n FROM range(3) t(n)", output=take)
        return bytes(out) == b"0\n1\n2\n"

    async def cancel():
        try:
            await connection.fetch("SELECT count(*) FROM range(100000000000) t(n) WHERE n % 7 = 3", timeout=0.3)
            return False
        except (asyncio.TimeoutError, TimeoutError):
            return await connection.fetchval("SELECT 5::INT") == 5

    for work in [types, parameters, cursor, copy, cancel]:
        try:
            tell("asyncpg", work.__name__, await work())
        except Exception as error:
            tell("asyncpg", work.__name__, False, f"{type(error).__name__}: {error}")
    await connection.close()


for module, checks in [("psycopg2", psycopg2_checks), ("psycopg", psycopg_checks), ("asyncpg", asyncpg_checks)]:
    if not has(module):
        print(json.dumps({"client": module, "skipped": "it is not installed"}), flush=True)
        continue
    try:
        result = checks()
        if asyncio.iscoroutine(result):
            asyncio.run(result)
    except Exception as error:
        tell(module, "connect", False, f"{type(error).__name__}: {error}")
