"""A whole LAMIS in a process of its own, for a browser to use."""

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
from playwright.sync_api import BrowserContext, Page, expect

from lamis.simulators.local import LocalIndexer
from tests.app.process import answers, free_port, lamis, running, wait_for

PERSON = "olga"
PASSWORD = "correct horse battery"
ATTACK = '"><img src=x onerror=alert(1)><script>alert(2)</script>{{7*7}}'


@dataclass(frozen=True, slots=True)
class Home:
    """Where a LAMIS answers. `person` is an operator; both sources read `indexer`."""

    url: str
    indexer: LocalIndexer
    person: str = PERSON

    def token(self) -> str:
        form = {"username": self.person, "password": PASSWORD}
        answer = httpx.post(f"{self.url}/api/v2/auth/token", data=form, trust_env=False)
        return str(answer.json()["access_token"])

    def holds(self, count: int) -> bool:
        """Whether so many alerts of the first source are stored."""
        headers = {"Authorization": f"Bearer {self.token()}"}
        answer = httpx.get(f"{self.url}/api/v2/alerts?limit=500", headers=headers, trust_env=False)
        return len(answer.json()["alerts"]) >= count


@contextmanager
def empty_home(folder: Path, indexer: LocalIndexer) -> Iterator[Home]:
    """A LAMIS that nobody has set up."""
    port = str(free_port())
    data_dir = folder / "data"
    with running("up", "--port", port, data_dir=data_dir, LAMIS_UI_GALLERY="1"):
        url = f"http://127.0.0.1:{port}"
        wait_for(lambda: answers(f"{url}/healthz"))
        yield Home(url, indexer)


@contextmanager
def filled_home(folder: Path, indexer: LocalIndexer, *, alerts: int) -> Iterator[Home]:
    """A LAMIS with an operator and two sources; all about the second is named to do harm."""
    data_dir = folder / "data"
    (folder / "password").write_text(PASSWORD)
    sources = [source(indexer, "emea", "Acme"), source(indexer, ATTACK, ATTACK)]
    (folder / "sources.json").write_text(json.dumps({"connections": sources}))
    for command in (
        ("create-operator", PERSON, "--password-file", str(folder / "password")),
        ("create-operator", ATTACK, "--password-file", str(folder / "password")),
        ("connections", "import", str(folder / "sources.json")),
    ):
        done = lamis(*command, data_dir=data_dir)
        assert done.returncode == 0, done.stderr + done.stdout
    with empty_home(folder, indexer) as home:
        wait_for(lambda: home.holds(2 * alerts))
        yield home


def source(indexer: LocalIndexer, name: str, tenant: str) -> dict[str, object]:
    return {
        "name": name,
        "tenant": tenant,
        "url": indexer.url,
        "username": indexer.username,
        "password": indexer.password,
        "ca_file": indexer.ca_pem,
        "poll_s": 1,
    }


@contextmanager
def watched(context: BrowserContext) -> Iterator[Page]:
    """A page on which no script may fail, no dialog open and nothing offend the policy of content."""
    page = context.new_page()
    broken: list[str] = []
    page.on("pageerror", lambda error: broken.append(str(error)))
    page.on("dialog", lambda dialog: (broken.append(dialog.message), dialog.dismiss()))
    page.on("console", lambda message: broken.append(message.text) if _is_trouble(message.text) else None)
    yield page
    assert broken == []


def sign_in(page: Page, home: Home, path: str = "/", *, person: str = PERSON) -> None:
    """Sign in on the way to `path`."""
    page.goto(home.url + path)
    page.get_by_label("Name").fill(person)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page).not_to_have_title("Sign in · LAMIS")


def titled(name: str) -> re.Pattern[str]:
    """The title of a page that counts new alerts, before which their number stands when some have come."""
    return re.compile(rf"^(\(\d+\) )?{re.escape(name)} · LAMIS$")


def _is_trouble(text: str) -> bool:
    return any(word in text for word in ("Content Security Policy", "Refused to", "Uncaught"))
