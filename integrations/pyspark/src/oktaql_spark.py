"""Okta as a data source of Spark 4: ``spark.read.format("okta")`` and ``spark.readStream.format("okta")``.

oktaql says into which parts a table falls (``EXPLAIN (SPLITS n)``: an org, some parents, a slice of a log's time), Spark gives each part to
a task, and each task runs ``oktaql exec -o jsonl``. Whatever Spark filters by goes into the statement, and Spark filters once more.

Executors need Node, the command, and a login for each org, as ``oktaql login`` or an ``okta.yaml`` gives it; nothing secret is sent with a
task. Rate limits are counted by each process for itself, so that two tasks of one org would share its limit unknowingly: by default one
task reads one org. ``parts`` above 1 cuts further, and each process then takes its part of the limit.
"""

from __future__ import annotations

import json
import shlex
import subprocess
import tempfile
from datetime import datetime, timedelta, timezone
from decimal import Decimal
from typing import Any, Iterator, Sequence

from pyspark.sql.datasource import (
    DataSource,
    DataSourceReader,
    DataSourceStreamReader,
    EqualNullSafe,
    EqualTo,
    Filter,
    GreaterThan,
    GreaterThanOrEqual,
    In,
    InputPartition,
    IsNotNull,
    IsNull,
    LessThan,
    LessThanOrEqual,
    Not,
    StringStartsWith,
)
from pyspark.sql.types import (
    BooleanType,
    DataType,
    DoubleType,
    LongType,
    StringType,
    StructField,
    StructType,
    TimestampType,
)

LOG = "okta.logs.system_log_events"

#: Spark has no type for JSON that every version can write: such columns are texts.
TYPES: dict[str, DataType] = {
    "VARCHAR": StringType(),
    "TIMESTAMPTZ": TimestampType(),
    "BIGINT": LongType(),
    "DOUBLE": DoubleType(),
    "BOOLEAN": BooleanType(),
    "JSON": StringType(),
}

COMPARISONS = {
    EqualTo: "=",
    GreaterThan: ">",
    GreaterThanOrEqual: ">=",
    LessThan: "<",
    LessThanOrEqual: "<=",
}


class OktaqlError(RuntimeError):
    """A statement that failed; the message is what the command said."""


class Part(InputPartition):
    """A condition that says which rows of the table a task reads."""

    def __init__(self, condition: str) -> None:
        super().__init__(condition)
        self.condition = condition


class OktaDataSource(DataSource):
    """Options: ``table`` (the log), ``orgs`` (``a,b``), ``where`` (SQL), ``parts`` (tasks for each org, 1), ``parents`` (true: rows that
    a table is asked with are read first and cut), ``columns`` (``id,status``), ``command`` (``oktaql``), ``arguments`` (flags for it);
    of a stream ``since`` (ISO 8601) and ``overlap`` (seconds that late events may take, 120)."""

    @classmethod
    def name(cls) -> str:
        return "okta"

    def schema(self) -> StructType:
        return Table(self.options).schema()

    def reader(self, schema: StructType) -> DataSourceReader:
        return OktaReader(self.options, schema)

    def streamReader(self, schema: StructType) -> DataSourceStreamReader:
        return OktaLogReader(self.options, schema)


class Table:
    """A table of a provider, asked by the command."""

    def __init__(self, options: dict[str, str]) -> None:
        self.name = options.get("table", LOG)
        self.orgs = [org.strip() for org in options.get("orgs", "").split(",") if org.strip()]
        self.where = options.get("where")
        self.columns = [name.strip() for name in options.get("columns", "").split(",") if name.strip()]
        self.parts = int(options.get("parts", "1"))
        self.reads_parents = options.get("parents", "false").lower() == "true"
        self._command = [*shlex.split(options.get("command", "oktaql")), "exec"]
        self._arguments = shlex.split(options.get("arguments", ""))

    def schema(self) -> StructType:
        described = list(self.run(f"DESCRIBE EXTENDED {self.name}"))
        shown = [row["name"] for row in described if row["kind"] in ("field", "path", "server")]
        names = self.columns or shown
        unknown = [name for name in names if name not in {row["name"] for row in described}]
        if unknown:
            raise OktaqlError(f"{self.name} has no column {', '.join(unknown)}.")
        types = {row["name"]: row["column_type"] for row in described}
        return StructType([StructField(name, TYPES.get(types[name], StringType()), True) for name in names])

    def org_condition(self) -> list[str]:
        return [f"subdomain IN ({', '.join(map(literal, self.orgs))})"] if self.orgs else []

    def select(self, columns: Sequence[str], conditions: Sequence[str]) -> str:
        where = [f"({each})" for each in [*conditions, *([self.where] if self.where else [])]]
        behind = f" WHERE {' AND '.join(where)}" if where else ""
        return f"SELECT {', '.join(map(quoted, columns)) or '1'} FROM {self.name}{behind}"

    def splits(self, columns: Sequence[str], conditions: Sequence[str]) -> list[str]:
        """Conditions of which each row meets one. Orgs come first: two tasks of one org share its rate limit."""
        statement = self.select(columns, [*self.org_condition(), *conditions])
        found = self._explained(f"EXPLAIN (SPLITS {max(1, len(self.orgs))}) {statement}")
        # All of a table that cannot be cut is still that of the orgs.
        whole = " AND ".join(self.org_condition()) or "true"
        orgs = [whole if each == "true" else f"{whole} AND {each}" for each in found]
        if self.parts <= 1:
            return orgs
        how = "ANALYZE, " if self.reads_parents else ""
        return [
            f"{org} AND {part}"
            for org in orgs
            for part in self._explained(
                f"EXPLAIN ({how}SPLITS {self.parts}) {self.select(columns, [org, *conditions])}"
            )
        ]

    def _explained(self, statement: str) -> list[str]:
        return [row["condition"] for row in self.run(statement)]

    def run(self, statement: str, share: int = 1) -> Iterator[dict[str, Any]]:
        """The rows of a statement as they come. All of them, or an error."""
        shared = [] if share <= 1 else ["--rate-limit-share", f"{1 / share:.3f}"]
        # A statement may be longer than an argument may be. What is told goes to a file, so that no pipe can fill up.
        with tempfile.TemporaryFile("w+") as told, tempfile.TemporaryFile("w+") as text:
            text.write(statement)
            text.seek(0)
            command = [*self._command, "-i", "-", "-o", "jsonl", "--no-progress", *shared, *self._arguments]
            process = subprocess.Popen(command, stdin=text, stdout=subprocess.PIPE, stderr=told, text=True)
            try:
                assert process.stdout is not None
                for line in process.stdout:
                    if line.strip():
                        yield json.loads(line, parse_float=Decimal)
                if process.wait() != 0:
                    told.seek(0)
                    raise OktaqlError(told.read().strip() or f"oktaql ended with {process.returncode}.")
            finally:
                if process.poll() is None:
                    process.kill()
                    process.wait()
                process.stdout.close()


class OktaReader(DataSourceReader):
    def __init__(self, options: dict[str, str], schema: StructType) -> None:
        self.table = Table(options)
        self.schema = schema
        self.conditions: list[str] = []

    def pushFilters(self, filters: list[Filter]) -> Iterator[Filter]:
        """All of them are Spark's to check as well: what the statement says can only make rows fewer."""
        types = {field.name: field.dataType for field in self.schema.fields}
        self.conditions = [said for said in (condition_of(each, types) for each in filters) if said is not None]
        yield from filters

    def partitions(self) -> Sequence[InputPartition]:
        return [Part(condition) for condition in self.table.splits(self.schema.names, self.conditions)]

    def read(self, partition: InputPartition) -> Iterator[tuple[Any, ...]]:
        assert isinstance(partition, Part)
        conditions = [partition.condition, *self.conditions]
        rows = self.table.run(self.table.select(self.schema.names, conditions), self.table.parts)
        return (row_of(row, self.schema) for row in rows)


class OktaLogReader(DataSourceStreamReader):
    """The log of an org, from one time to the next. The offset is the time up to which all events were read.

    Okta brings some events late. So a batch ends ``overlap`` seconds before now: what lies between two offsets is there by then, and is
    the same however often a batch is repeated. An event that is later than that is in no batch.
    """

    def __init__(self, options: dict[str, str], schema: StructType) -> None:
        self.table = Table(options)
        if self.table.name.lower() != LOG:
            raise OktaqlError(f"Only {LOG} is a stream; spark.read reads all tables.")
        self.schema = schema
        self.overlap = timedelta(seconds=float(options.get("overlap", "120")))
        self.since = options.get("since") or text_of(datetime.now(timezone.utc))

    def initialOffset(self) -> dict[str, str]:
        return {"until": self.since}

    def latestOffset(self) -> dict[str, str]:
        return {"until": max(text_of(self.now() - self.overlap), self.since)}

    def now(self) -> datetime:
        return datetime.now(timezone.utc)

    def partitions(self, start: dict[str, str], end: dict[str, str]) -> Sequence[InputPartition]:
        if start["until"] >= end["until"]:
            return []
        between = [f"published >= {literal(start['until'])}", f"published < {literal(end['until'])}"]
        splits = self.table.splits(self.schema.names, between)
        return [Part(" AND ".join([split, *between])) for split in splits]

    def read(self, partition: InputPartition) -> Iterator[tuple[Any, ...]]:
        assert isinstance(partition, Part)
        rows = self.table.run(self.table.select(self.schema.names, [partition.condition]), self.table.parts)
        return (row_of(row, self.schema) for row in rows)

    def commit(self, end: dict[str, str]) -> None:
        """Nothing is kept here: the checkpoint of Spark has the offset."""


def condition_of(filter: Filter, types: dict[str, DataType]) -> str | None:
    """The filter as SQL; None for one that is left to Spark."""
    if isinstance(filter, Not):
        inner = condition_of(filter.child, types)
        return None if inner is None else f"NOT ({inner})"
    attribute = getattr(filter, "attribute", ())
    if len(attribute) != 1 or attribute[0] not in types:
        return None
    column = quoted(attribute[0])
    if isinstance(filter, IsNull):
        return f"{column} IS NULL"
    if isinstance(filter, IsNotNull):
        return f"{column} IS NOT NULL"
    if isinstance(filter, StringStartsWith):
        if any(each in filter.value for each in "%_\\"):
            return None
        return f"{column} LIKE {literal(filter.value + '%')}"
    if isinstance(filter, In):
        values = [literal_or_none(value) for value in filter.value]
        return None if None in values or not values else f"{column} IN ({', '.join(map(str, values))})"
    if isinstance(filter, EqualNullSafe):
        value = literal_or_none(filter.value)
        return None if value is None else f"{column} = {value}"
    operator = COMPARISONS.get(type(filter))
    value = literal_or_none(getattr(filter, "value", None))
    # Texts are in another order to Spark than to SQL of another collation; only equality is the same everywhere.
    if operator is None or value is None or (operator != "=" and isinstance(types[attribute[0]], StringType)):
        return None
    return f"{column} {operator} {value}"


def row_of(row: dict[str, Any], schema: StructType) -> tuple[Any, ...]:
    return tuple(value_of(row.get(field.name), field.dataType) for field in schema.fields)


def value_of(value: Any, kind: DataType) -> Any:
    if value is None:
        return None
    if isinstance(kind, TimestampType):
        return datetime.fromisoformat(value.replace("Z", "+00:00"))
    if isinstance(kind, DoubleType):
        return float(value)
    if isinstance(kind, StringType) and not isinstance(value, str):
        return json.dumps(value, ensure_ascii=False, separators=(",", ":"), default=float)
    return value


def literal(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"


def literal_or_none(value: Any) -> str | None:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, Decimal)):
        return str(value)
    if isinstance(value, str):
        return literal(value)
    if isinstance(value, datetime):
        return literal(text_of(value.astimezone(timezone.utc)))
    return None


def quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def text_of(time: datetime) -> str:
    return time.astimezone(timezone.utc).strftime("%Y-%m-%dT%H:%M:%S.") + f"{time.microsecond // 1000:03d}Z"
