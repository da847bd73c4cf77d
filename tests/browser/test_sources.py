"""The first run, and adding sources."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.served import PASSWORD, Home, sign_in, titled

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def describe(page: Page, home: Home, name: str, *, password: str) -> None:
    page.get_by_label("Name", exact=True).fill(name)
    page.get_by_label("Address", exact=True).fill(home.indexer.url)
    page.get_by_label("User", exact=True).fill(home.indexer.username)
    page.get_by_label("Password", exact=True).fill(password)


def test_the_first_run_leads_from_nothing_to_the_first_alerts(page: Page, new_home: Home) -> None:
    page.goto(f"{new_home.url}/alerts")
    expect(page).to_have_title("Set up · LAMIS")
    page.get_by_label("Your name").fill("Olga")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_label("The same again").fill(PASSWORD)
    page.get_by_role("button", name="Create and go on").click()
    page.goto(f"{new_home.url}/alerts")
    expect(page).to_have_title("Connect the first source · LAMIS")
    page.get_by_role("link", name="Connect a source").click()
    describe(page, new_home, "emea", password=new_home.indexer.password)
    expect(page.get_by_label("Certificate of the authority")).not_to_be_visible()
    page.get_by_role("radio", name=re.compile("^Own authority")).check()
    page.get_by_label("Certificate of the authority").fill(new_home.indexer.ca_pem)
    page.get_by_role("button", name="Test and save").click()
    expect(page).to_have_title(titled("Overview"))
    expect(page.locator("[data-messages]")).to_contain_text("emea is connected")
    for _ in range(40):
        if page.locator("[data-rows] tr[data-href]").count():
            break
        page.wait_for_timeout(250)
        page.reload()
    expect(page.locator("[data-rows] tr[data-href]")).to_have_count(25)


def test_an_untrusted_certificate_is_pinned_after_a_look(page: Page, new_home: Home) -> None:
    page.goto(new_home.url)
    page.get_by_label("Your name").fill("olga")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_label("The same again").fill(PASSWORD)
    page.get_by_role("button", name="Create and go on").click()
    page.get_by_role("link", name="Connect a source").click()
    describe(page, new_home, "branch-7", password="not the password")
    page.get_by_role("button", name="Test and save").click()
    result = page.get_by_role("status", name="Test result")
    expect(result).to_contain_text("tls_not_trusted")
    expect(result).to_contain_text(new_home.indexer.fingerprint)
    page.get_by_role("button", name="Pin this certificate, test and save").click()
    expect(result).to_contain_text("auth_failed")
    expect(page.get_by_label("Pinned certificate")).to_be_checked()
    expect(page.get_by_label("Name", exact=True)).to_have_value("branch-7")
    page.get_by_label("Password", exact=True).fill(new_home.indexer.password)
    page.get_by_role("button", name="Only test").click()
    expect(result).to_contain_text("answers: Wazuh 4.x")
    page.get_by_role("button", name="Test and save").click()
    expect(page.locator("[data-messages]").first).to_contain_text("branch-7 is connected")


def test_a_source_is_edited_tested_paused_and_removed_by_name(page: Page, new_home: Home) -> None:
    test_the_first_run_leads_from_nothing_to_the_first_alerts(page, new_home)
    page.get_by_role("navigation", name="Main").get_by_role("link", name="Sources").click()
    page.get_by_role("button", name="Test emea").click()
    expect(page.get_by_role("status", name="Test result")).to_contain_text("answers: Wazuh 4.x")
    page.get_by_role("link", name="Edit").click()
    expect(page).to_have_title("Edit emea · LAMIS")
    expect(page.get_by_label("Password", exact=True)).to_have_value("")
    page.get_by_label("Seconds between polls").fill("30")
    page.get_by_role("button", name="Test and save").click()
    expect(page.locator("[data-messages]").first).to_contain_text("emea is saved")
    expect(page.get_by_text("30 s")).to_be_visible()
    page.get_by_role("button", name="Pause").click()
    expect(page.locator("[data-messages]").first).to_contain_text("emea is paused")
    page.get_by_role("link", name="Delete").click()
    dialog = page.get_by_role("dialog", name="Delete emea?")
    expect(dialog).to_contain_text("60 alerts stay")
    dialog.get_by_role("button", name="Delete emea").click()
    expect(page.locator("[data-messages]").first).to_contain_text(
        "emea is removed; its alerts stay, labelled."
    )
    page.goto(f"{new_home.url}/alerts")
    expect(page.locator("td.c-source").first).to_contain_text("removed")


def test_many_are_imported_with_one_table_of_results(page: Page, home: Home) -> None:
    sign_in(page, home, "/sources/import")
    good = f"{{name: apac, tenant: Umbra, url: '{home.indexer.url}', verify: false, username: "
    good += f"{home.indexer.reader}, password: {home.indexer.reader_password}}}"
    text = f"connections:\n  - {good}\n  - {{name: lost, tenant: Umbra, url: 'https://127.0.0.1:1'}}\n"
    file = {"name": "sources.yaml", "mimeType": "text/yaml", "buffer": text.encode()}
    page.get_by_label("File", exact=True).set_input_files(file)
    page.get_by_role("button", name="Only test").click()
    table = page.get_by_role("table", name="Results")
    expect(table.get_by_role("row")).to_have_count(3)
    expect(table).to_contain_text("unreachable")
    expect(page.get_by_role("heading", name="1 of 2 passed")).to_be_visible()
    expect(page.get_by_role("link", name="Import more")).to_be_visible()
    expect(page.get_by_role("progressbar")).to_have_count(0)
