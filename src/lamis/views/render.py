"""The one Jinja2 environment: escaping on, undefined names are errors, no query while rendering."""

from collections.abc import Callable
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

import orjson
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from jinja2.runtime import Macro

from lamis.alerts.types import Severity
from lamis.views import assets, charts, formats, links, rows

HERE = Path(__file__).parent
TEMPLATES = HERE / "templates"
STATIC = HERE / "static"


@cache
def static_url(path: str) -> str:
    """The address of a static file, with a digest of its content so that it may be cached for ever.

    Raises FileNotFoundError for a file that is not there.
    """
    return f"/static/{path}?v={assets.read(STATIC, path).digest}"


@cache
def has_static(path: str) -> bool:
    """Whether a built file is there; `vendor/` is not, before `make assets`."""
    return (STATIC / path).is_file()


def data_json(value: object) -> str:
    """A value for a data attribute; the environment escapes it, a script reads it with JSON.parse."""
    return orjson.dumps(value).decode()


def remembered(macro: Macro) -> Callable[..., str]:
    """The macro with its answers kept: for what every page draws many times over, always alike.

    Kept by type too: markup and a text that reads the same are not drawn the same.
    """
    return lru_cache(maxsize=512, typed=True)(macro)


def kept_with(macro: Macro) -> Callable[..., str]:
    """The macro with its answers kept in the chart that is its first argument; by type, like `remembered`."""

    def answer(chart: charts.Histogram, *others: object, **named: object) -> str:
        question = (*named, *((type(each), each) for each in (*others, *named.values())))
        if question not in chart.kept:
            chart.kept[question] = macro(chart, *others, **named)
        return chart.kept[question]

    return answer


def _finalize(value: object) -> object:
    return "" if value is None else value


@cache
def environment() -> Environment:
    """The environment of the process; templates are compiled once and kept."""
    made = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_finalize,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
        cache_size=-1,
    )
    made.filters.update(
        number=formats.number,
        percent=formats.percent,
        bytes=formats.size,
        duration=formats.duration,
        ago=formats.ago,
        datetime=formats.exact,
        clock=formats.clock,
        short=formats.short,
        delay=formats.delay,
        iso=formats.iso,
        initials=formats.initials,
        data_json=data_json,
    )
    made.globals.update(
        static_url=static_url,
        has_static=has_static,
        remembered=remembered,
        kept_with=kept_with,
        link=links.link,
        share=charts.share,
        spark_points=charts.spark_points,
        Theme=rows.Theme,
        severities=tuple(sorted(Severity, reverse=True)),
    )
    return made


def render(template: str, /, **context: Any) -> str:
    """A whole page as text. `frame` is always part of the context."""
    return environment().get_template(template).render(context)
