"""The MCP server, asked by the SDK's own client: on standard input and output, and over HTTP."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable, Iterator
from typing import Any, NamedTuple

import anyio
import httpx2
import pytest
from django.utils import timezone
from mcp import Client, MCPError, StdioServerParameters
from mcp.client.streamable_http import streamable_http_client

from capture.models import Device
from config.mcp import server
from config.mcp.answers import marked_words
from insights.models import Idea
from tests.support.migrated import give_database
from tests.support.service import HOUSE, free_port
from tests.support.transcripts import write_transcript

FILL = """
from capture.models import User
from capture.services.access_tokens import create_access_token
from capture.services.devices import create_device
from insights.models import Idea
from insights.services.search_entries import write_due_rows
from insights.services.topics import create_topic, hide_topic
from tests.support.doubtful import write_doubtful
import json
from django.utils import timezone

told = {}
for name in ("alice", "bob"):
    user = User.objects.create_user(name)
    device, _token = create_device(user, "bedside")
    for title, words in (("Garden", f"Water the roses of {name}. {{Thank you.}}"), ("Secret", f"A secret of {name}.")):
        topic, transcript = create_topic(user, title), write_doubtful(device, words)
        idea = Idea.objects.create(
            user=user, transcript=transcript, position=0, text=transcript.text, text_start=0, kind="task",
            text_end=len(transcript.text), audio_start=0, audio_end=2, vector=b"", topic=topic,
            placed_at=timezone.now(),
            doubtful=[[transcript.text.find("Thank"), len(transcript.text)]] * (title == "Garden"),
        )
        told.setdefault(name, {})[title] = [str(topic.pk), str(idea.pk), str(transcript.memo_id)]
        hide_topic(topic, hidden=title == "Secret")
    told[name]["token"] = create_access_token(user, "assistant")[1]
write_due_rows()
print(json.dumps(told))
"""
GARDEN = "Water the roses of alice. [perhaps not said: Thank you.]"


class Home(NamedTuple):
    """A data folder in which Alice and Bob keep something: by name and topic, keys of topic, idea and memo."""

    environment: dict[str, str]
    told: dict[str, dict[str, Any]]

    def run(self, script: str) -> str:
        command = [sys.executable, "manage.py", "shell", "--no-imports", "-c", script]
        run = subprocess.run(command, cwd=HOUSE, env=self.environment, capture_output=True, text=True, check=True)
        return run.stdout


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Home:
    folder = tmp_path_factory.mktemp("mcp")
    give_database(folder)
    surroundings = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    empty = Home(surroundings | {"STILLNOTE_HOME": str(folder)}, {})
    return empty._replace(told=json.loads(empty.run(FILL)))


@pytest.fixture(scope="module")
def address(home: Home) -> Iterator[str]:
    """A server over HTTP."""
    port = free_port()
    command = [sys.executable, "manage.py", "mcp", "--http", str(port)]
    server = subprocess.Popen(command, cwd=HOUSE, env=home.environment)
    address = f"http://127.0.0.1:{port}/mcp"
    until = time.monotonic() + 60
    while not _answers(address):
        assert server.poll() is None
        assert time.monotonic() < until
        time.sleep(0.1)
    yield address
    server.terminate()
    assert server.wait(20) in {0, -15}


def _answers(address: str) -> bool:
    try:
        return httpx2.post(address).status_code == 401
    except httpx2.ConnectError:
        return False


Asked = Callable[[Client], Awaitable[Any]]


def by_stdio(home: Home, ask: Asked, *arguments: str, **environment: str) -> Any:
    """Let the client start the server, and ask it."""
    server = StdioServerParameters(
        command=sys.executable,
        args=["manage.py", "mcp", *arguments],
        cwd=HOUSE,
        env=home.environment | environment,
    )

    async def talk() -> Any:
        async with Client(server) as client:
            return await ask(client)

    return anyio.run(talk)


def by_http(address: str, token: str, ask: Asked) -> Any:
    async def talk() -> Any:
        known = {"Authorization": f"Bearer {token}"}
        async with (
            httpx2.AsyncClient(headers=known, timeout=30) as http,
            Client(streamable_http_client(address, http_client=http)) as client,
        ):
            return await ask(client)

    return anyio.run(talk)


async def everything(client: Client) -> dict[str, Any]:
    """Ask each tool once, and follow what it says."""
    topics = await client.call_tool("list_topics", {})
    (topic,) = topics.structured_content["topics"]
    read = await client.call_tool("read_topic", {"topic_id": topic["id"]})
    (idea,) = read.structured_content["ideas"]
    memo = await client.call_tool("read_memo", {"memo_id": idea["memo_id"]})
    since = await client.call_tool("read_since", {"since": "2020-01-01T00:00:00+00:00"})
    changes = await client.call_tool("read_changes", {})
    again = await client.call_tool("read_changes", {"cursor": changes.structured_content["cursor"]})
    one = await client.call_tool("read_idea", {"idea_id": idea["id"]})
    hits = await client.call_tool("search", {"query": "roses"})
    assert hits.structured_content["cursor"] is None
    resources: list[Any] = [
        (await client.read_resource(address)).contents[0]
        for address in (f"stillnote://topics/{topic['id']}", f"stillnote://memos/{idea['memo_id']}")
    ]
    return {
        "topic": topic,
        "idea": idea,
        "memo": memo.structured_content,
        "since": since.structured_content["ideas"],
        "changes": changes.structured_content["changes"],
        "again": again.structured_content["changes"],
        "one": one.structured_content,
        "hits": hits.structured_content["ideas"],
        "text": resources[0].text,
        "spoken": resources[1].text,
    }


def check(found: dict[str, Any], told: dict[str, Any]) -> None:
    topic, idea, memo = told["Garden"]
    assert (found["topic"]["id"], found["topic"]["name"], found["topic"]["ideas"]) == (topic, "Garden", 1)
    assert (found["idea"]["id"], found["idea"]["text"], found["idea"]["kind"]) == (idea, GARDEN, "task")
    assert (found["idea"]["topic"], found["idea"]["memo_id"], found["idea"]["state"]) == ("Garden", memo, "new")
    assert found["one"] == found["idea"]
    assert found["since"] == found["hits"] == [found["idea"]]
    assert (found["memo"]["text"], found["memo"]["words_are"]) == (GARDEN, "ready")
    assert found["memo"]["ideas"] == [found["idea"]]
    assert {(change["kind"], change["text"]) for change in found["changes"]} >= {("idea", GARDEN), ("topic", "Garden")}
    assert found["again"] == []
    assert found["text"].startswith("# Garden\n")
    assert GARDEN in found["text"]
    assert found["spoken"] == GARDEN


def test_an_assistant_reads_on_standard_input_and_output(home: Home) -> None:
    check(by_stdio(home, everything, "--user", "alice"), home.told["alice"])


def test_an_assistant_reads_by_a_token_of_its_surroundings(home: Home) -> None:
    check(by_stdio(home, everything, STILLNOTE_READ_TOKEN=home.told["alice"]["token"]), home.told["alice"])


def test_an_assistant_reads_over_http(home: Home, address: str) -> None:
    check(by_http(address, home.told["alice"]["token"], everything), home.told["alice"])


async def described(client: Client) -> Any:
    return (await client.list_tools()).tools, (await client.list_resource_templates()).resource_templates


def test_all_tools_say_that_they_only_read(home: Home, address: str) -> None:
    tools, templates = by_http(address, home.told["alice"]["token"], described)
    assert {tool.name for tool in tools} == {
        *("search", "list_topics", "read_topic", "read_since", "read_changes", "read_idea", "read_memo"),
    }
    assert all(tool.annotations.read_only_hint and not tool.annotations.open_world_hint for tool in tools)
    assert all(tool.description and tool.output_schema for tool in tools)
    assert {template.uri_template for template in templates} == {
        "stillnote://topics/{topic_id}",
        "stillnote://memos/{memo_id}",
    }


@pytest.mark.parametrize("way", ["stdio", "http"])
def test_nothing_of_another_is_read(home: Home, address: str, way: str) -> None:
    topic, idea, memo = home.told["bob"]["Garden"]

    async def pry(client: Client) -> list[Any]:
        tools = {"read_topic": {"topic_id": topic}, "read_idea": {"idea_id": idea}, "read_memo": {"memo_id": memo}}
        found = [await client.call_tool(name, asked) for name, asked in tools.items()]
        hits = await client.call_tool("search", {"query": "bob roses", "topic_id": topic})
        assert hits.structured_content["ideas"] == []
        for address_of in (f"stillnote://topics/{topic}", f"stillnote://memos/{memo}"):
            with pytest.raises(MCPError):
                await client.read_resource(address_of)
        return found

    async def his_cursor(client: Client) -> str:
        return str((await client.call_tool("read_changes", {})).structured_content["cursor"])

    cursor = by_http(address, home.told["bob"]["token"], his_cursor)

    async def go_on(client: Client) -> Any:
        return [*await pry(client), await client.call_tool("read_changes", {"cursor": cursor})]

    if way == "stdio":
        answers = by_stdio(home, go_on, "--user", "alice")
    else:
        answers = by_http(address, home.told["alice"]["token"], go_on)
    assert all(answer.is_error for answer in answers)
    assert all("bob" not in answer.model_dump_json() for answer in answers)


@pytest.mark.parametrize("asked", [{"since": "yesterday"}, {"since": "2026-11-24T03:12:00"}, {}])
def test_what_cannot_be_read_of_a_question_is_said(home: Home, address: str, asked: dict[str, str]) -> None:
    async def ask(client: Client) -> Any:
        return await client.call_tool("read_since", asked)

    assert by_http(address, home.told["alice"]["token"], ask).is_error


def status(address: str, **headers: str) -> int:
    message = {"jsonrpc": "2.0", "id": 1, "method": "tools/list", "params": {}}
    accepted = {"Accept": "application/json, text/event-stream"}
    return httpx2.post(address, json=message, headers=accepted | headers, timeout=30).status_code


def test_who_has_no_token_that_holds_is_not_let_in(home: Home, address: str) -> None:
    script = """
from capture.models import User
from capture.services.access_tokens import create_access_token, revoke_access_token
from capture.services.devices import create_device
made, token = create_access_token(User.objects.get(username="alice"), "gone")
revoke_access_token(made)
print(token, create_device(User.objects.get(username="alice"), "phone")[1])
"""
    revoked, devices = home.run(script).split()
    good = home.told["alice"]["token"]
    assert status(address, Authorization=f"Bearer {good}") == 200
    for token in (revoked, devices, "guessed"):
        assert status(address, Authorization=f"Bearer {token}") == 401
    assert status(address) == 401


def test_a_page_of_a_stranger_is_not_answered(home: Home, address: str) -> None:
    known = {"Authorization": f"Bearer {home.told['alice']['token']}"}
    assert status(address, **known, Host="evil.example:80") == 421
    assert status(address, **known, Origin="http://evil.example") == 403
    assert status(address, **known, Origin="http://localhost:3000") == 200


def test_a_token_that_is_none_is_told_at_once(home: Home) -> None:
    run = subprocess.run(
        [sys.executable, "manage.py", "mcp"],
        cwd=HOUSE,
        env=home.environment | {"STILLNOTE_READ_TOKEN": "guessed"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (run.returncode, run.stdout) == (1, "")
    assert "This token is not known here." in run.stderr


def test_nothing_is_printed_beside_the_protocol(home: Home) -> None:
    """Each line on standard output is a message, and it ends when its input does."""
    version = {"protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": {"name": "test", "version": "1"}}
    messages: list[dict[str, Any]] = [
        {"id": 1, "method": "initialize", "params": version},
        {"method": "notifications/initialized"},
        {"id": 2, "method": "tools/call", "params": {"name": "list_topics", "arguments": {}}},
        {"id": 3, "method": "tools/call", "params": {"name": "nothing", "arguments": {}}},
    ]
    command = [sys.executable, "manage.py", "mcp", "--user", "alice"]
    with subprocess.Popen(
        command, cwd=HOUSE, env=home.environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as server:
        assert server.stdin
        assert server.stdout
        for message in messages:
            server.stdin.write(json.dumps({"jsonrpc": "2.0", **message}) + "\n")
            server.stdin.flush()
        answers = [json.loads(server.stdout.readline()) for _ in range(3)]
        server.stdin.close()
        assert server.stdout.read() == ""
        assert server.wait(20) == 0
    assert {answer["id"] for answer in answers} == {1, 2, 3}


@pytest.mark.parametrize(
    ("text", "doubtful", "marked"),
    [
        ("All sure.", [], "All sure."),
        ("Thank you.", [[0, 10]], "[perhaps not said: Thank you.]"),
        ("A b c d.", [[2, 3], [6, 7]], "A [perhaps not said: b] c [perhaps not said: d]."),
    ],
)
def test_doubtful_words_are_marked_where_they_stand(text: str, doubtful: list[list[int]], marked: str) -> None:
    assert marked_words(text, doubtful) == marked


@pytest.mark.django_db
def test_each_idea_of_a_long_recording_is_read(bedside: Device, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server, "MAX_ROWS", 2)
    text = "One. Two. Three. Four. Five."
    transcript = write_transcript(bedside, text)
    Idea.objects.bulk_create(
        Idea(
            user=bedside.user, transcript=transcript, position=number, text=word, vector=b"",
            placed_at=timezone.now(), audio_start=0, audio_end=1, text_start=text.index(word),
            text_end=text.index(word) + len(word),
        )
        for number, word in enumerate(text.split())
    )  # fmt: skip
    found = [row["text"] for row in server._all_ideas_of(bedside.user, transcript.memo_id)]
    assert sorted(found) == sorted(text.split())
