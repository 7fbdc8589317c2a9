"""Spark reads two simulated orgs. Skipped, with the reason, where pyspark, Java or Node are absent."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections import Counter
from datetime import datetime, timedelta
from pathlib import Path

import pytest

pytest.importorskip("pyspark", minversion="4.0", reason="pyspark 4 is not installed")
pytest.importorskip("pyarrow", reason="pyarrow is not installed")
ROOT = Path(__file__).resolve().parents[3]
BIN = ROOT / "bin" / "oktaql.js"
sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "src"))

for program in ("java", "node"):
    if shutil.which(program) is None:
        pytest.skip(f"{program} is not there", allow_module_level=True)
if not (ROOT / "dist").exists():
    pytest.skip("oktaql is not built: node tools/build.mjs", allow_module_level=True)

from pyspark.sql import SparkSession  # noqa: E402

import oktaql_spark  # noqa: E402


class World:
    """Two orgs with their journals, and a configuration that names them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.servers: list[subprocess.Popen[str]] = []
        orgs = {"one": self._serve("one"), "two": self._serve("two", "--apps", "5")}
        config = ["okta:", "  orgs:"]
        for name, start in orgs.items():
            config += [f"    {name}:", f"      orgUrl: http://{name}.localhost:{start['port']}", f"      token: {start['token']}"]
        self.config = folder / "okta.yaml"
        self.config.write_text("\n".join(config) + "\n")
        self.config.chmod(0o600)
        self.options = {
            "command": f"node {BIN}",
            "arguments": f"--config {self.config}",
            "orgs": "one,two",
        }

    def _serve(self, name: str, *arguments: str) -> dict[str, object]:
        command = ["node", str(BIN), "sim", "--journal", str(self.folder / f"{name}.jsonl"), *arguments]
        server = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        self.servers.append(server)
        assert server.stdout is not None
        return json.loads(server.stdout.readline())

    def requests(self, name: str) -> list[str]:
        path = self.folder / f"{name}.jsonl"
        lines = path.read_text().splitlines() if path.exists() else []
        return [each["path"] + each["query"] for each in map(json.loads, lines)]

    def exec(self, sql: str) -> list[dict[str, object]]:
        command = ["node", str(BIN), "exec", "--config", str(self.config), "-o", "jsonl", sql]
        said = subprocess.run(command, check=True, capture_output=True, text=True)
        return [json.loads(line) for line in said.stdout.splitlines()]

    def close(self) -> None:
        for server in self.servers:
            server.terminate()
            server.wait()


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    world = World(tmp_path_factory.mktemp("orgs"))
    yield world
    world.close()


@pytest.fixture(scope="module")
def spark():
    os.environ["PYSPARK_PYTHON"] = sys.executable
    # Workers import the module by its name, as they would from an installed package.
    os.environ["PYTHONPATH"] = os.pathsep.join([str(Path(oktaql_spark.__file__).parent), os.environ.get("PYTHONPATH", "")])
    session = (
        SparkSession.builder.master("local[2]")
        .config("spark.ui.enabled", "false")
        .config("spark.sql.python.filterPushdown.enabled", "true")
        .config("spark.driver.memory", "1g")
        .config("spark.driver.bindAddress", "127.0.0.1")
        .config("spark.driver.host", "127.0.0.1")
        .config("spark.sql.session.timeZone", "UTC")
        .getOrCreate()
    )
    session.dataSource.register(oktaql_spark.OktaDataSource)
    yield session
    session.stop()


def test_two_orgs_are_two_partitions_with_the_rows_of_exec(spark, world):
    keys = spark.read.format("okta").options(**world.options, table="okta.apps.jwks", columns="subdomain,appId,kid,created").load()
    before = {name: len(world.requests(name)) for name in ("one", "two")}
    rows = keys.collect()
    sent = {name: len(world.requests(name)) - before[name] for name in before}
    expected = world.exec(
        "SELECT subdomain, appId, kid, created FROM okta.apps.jwks WHERE subdomain IN ('one', 'two')"
    )
    assert keys.rdd.getNumPartitions() == 2
    assert sorted((row.subdomain, row.appId, row.kid) for row in rows) == sorted(
        (row["subdomain"], row["appId"], row["kid"]) for row in expected
    )
    assert Counter(row.subdomain for row in rows) == Counter(row["subdomain"] for row in expected)
    # The list of apps, and the keys of each app that has some: each org is asked by one task, as exec would.
    apps = {name: len({row["appId"] for row in expected if row["subdomain"] == name}) for name in before}
    print("requests", sent, "partitions", keys.rdd.getNumPartitions(), "rows", len(rows))
    assert sent == {name: 1 + count for name, count in apps.items()}


def test_filters_go_into_the_statement(spark, world):
    users = spark.read.format("okta").options(**world.options, table="okta.users.users", columns="subdomain,id,status").load()
    before = len(world.requests("one"))
    active = users.where("status = 'ACTIVE' AND subdomain = 'one'").count()
    assert any("ACTIVE" in path for path in world.requests("one")[before:])
    assert active == len(world.exec("SELECT id FROM okta.users.users WHERE subdomain = 'one' AND status = 'ACTIVE'"))


def test_parents_are_cut_into_parts(spark, world):
    options = {**world.options, "orgs": "one", "parts": "3", "parents": "true"}
    keys = spark.read.format("okta").options(**options, table="okta.apps.jwks", columns="appId,kid,created").load()
    assert keys.rdd.getNumPartitions() == 3
    rows = [(row.appId, row.kid) for row in keys.collect()]
    expected = world.exec("SELECT appId, kid FROM okta.apps.jwks WHERE subdomain = 'one'")
    assert sorted(rows) == sorted((row["appId"], row["kid"]) for row in expected)


def test_a_statement_that_fails_fails_the_job(spark, world):
    with pytest.raises(Exception, match="no column"):
        spark.read.format("okta").options(**world.options, table="okta.apps.jwks", columns="nosuch").load()
    broken = {**world.options, "orgs": "one,three"}
    users = spark.read.format("okta").options(**broken, table="okta.users.users", columns="id").load()
    with pytest.raises(Exception, match="three"):
        users.collect()


def test_three_batches_of_the_log_are_its_events_each_once(world):
    """The reader alone, with a clock of our own: what a batch is does not depend on when a test runs."""
    schema = oktaql_spark.Table({**world.options, "table": oktaql_spark.LOG, "columns": "uuid,published"}).schema()
    times = [row["published"] for row in world.exec(f"SELECT published FROM {oktaql_spark.LOG} WHERE subdomain = 'one' ORDER BY 1")]
    assert len(times) > 5
    first, last = times[0], times[-1]
    options = {**world.options, "orgs": "one", "since": first, "overlap": "0"}
    reader = oktaql_spark.OktaLogReader(options, schema)
    start = reader.initialOffset()
    seen: list[str] = []
    for border in (times[len(times) // 3], times[2 * len(times) // 3], None):
        moment = datetime.fromisoformat((border or last).replace("Z", "+00:00"))
        reader.now = lambda: moment + (timedelta(0) if border else timedelta(milliseconds=1))
        end = reader.latestOffset()
        batch = [row[0] for part in reader.partitions(start, end) for row in reader.read(part)]
        # A batch that is asked for again, as after a failure, is the same.
        assert batch == [row[0] for part in reader.partitions(start, end) for row in reader.read(part)]
        seen += batch
        start = end
    expected = [
        row["uuid"]
        for row in world.exec(
            f"SELECT uuid FROM {oktaql_spark.LOG} WHERE subdomain = 'one' AND published >= '{first}' AND published <= '{last}'"
        )
    ]
    print("events", len(seen))
    assert sorted(seen) == sorted(expected)
    assert len(set(seen)) == len(seen)
    assert reader.partitions(start, start) == []


def test_a_stream_of_spark(spark, world, tmp_path):
    options = {**world.options, "orgs": "one", "since": "2020-01-01T00:00:00.000Z", "overlap": "0", "columns": "uuid,published"}
    batches: list[int] = []
    events: list[str] = []

    def keep(frame, _number):
        rows = [row.uuid for row in frame.collect()]
        batches.append(len(rows))
        events.extend(rows)

    stream = spark.readStream.format("okta").options(**options).load()
    for _ in range(3):
        query = (
            stream.writeStream.foreachBatch(keep)
            .option("checkpointLocation", str(tmp_path / "checkpoint"))
            .trigger(availableNow=True)
            .start()
        )
        query.awaitTermination()
    print("batches", batches)
    expected = {row["uuid"] for row in world.exec(f"SELECT uuid FROM {oktaql_spark.LOG} WHERE subdomain = 'one'")}
    assert set(events) == expected
    assert len(events) == len(expected)
