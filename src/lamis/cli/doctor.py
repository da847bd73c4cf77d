"""`lamis doctor`."""

import typer

from lamis.cli.context import settings_for
from lamis.cli.output import AsJson, print_json, progress


def add_to(app: typer.Typer) -> None:
    app.command()(doctor)


def doctor(as_json: AsJson = False) -> None:
    """Look at settings, keys, disk, clock, database and every source: what is wrong and what to do."""
    settings = settings_for()
    from lamis.app.doctor import examine
    from lamis.app.findings import Finding

    findings: list[Finding] = []
    with progress("Looking") as step:

        def told(finding: Finding) -> None:
            step()
            findings.append(finding)
            if not as_json:
                _print(finding.check, finding.verdict.value, finding.message, finding.cure)

        is_well = examine(settings, each=told)
    if as_json:
        print_json(
            {
                "is_well": is_well,
                "findings": [
                    {
                        "check": finding.check,
                        "verdict": finding.verdict.value,
                        "message": finding.message,
                        "cure": finding.cure,
                        "code": finding.code,
                    }
                    for finding in findings
                ],
            }
        )
    if not is_well:
        raise typer.Exit(1)


def _print(check: str, verdict: str, message: str, cure: str) -> None:
    typer.echo(f"{verdict:8} {check}: {message}" + (f" To do: {cure}" if cure else ""))
