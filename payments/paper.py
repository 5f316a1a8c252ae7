"""HTML laid out as PDF: at most once for the same words, and fetched from nowhere."""

import hashlib
import logging
import os
import threading
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string

logger = logging.getLogger(__name__)

# The library's fonts are shared by all papers of a process; laying out two at once is not promised to work.
_one_at_a_time = threading.Lock()


class PdfUnavailable(Exception):
    """The libraries that lay out PDFs are missing on this machine; the page and its print version work without."""


def pdf(*, template: str, context: dict[str, Any], style: str) -> bytes:
    """The paper of a template under `static/css/<style>`; raises PdfUnavailable."""
    html, css = render_to_string(template, context), style_sheet(style)
    kept = settings.VAR_DIR / "papers" / f"{hashlib.sha256(f'{css}{html}'.encode()).hexdigest()}.pdf"
    if kept.exists():
        return kept.read_bytes()
    content = laid_out(html=html, css=css)
    _keep(kept, content)
    return content


def laid_out(*, html: str, css: str) -> bytes:
    """The PDF of these words, whether or not it was made before; raises PdfUnavailable."""
    with _one_at_a_time:
        try:
            # Half a second of import and native libraries that only this needs.
            from weasyprint import HTML
        except (ImportError, OSError) as missing:
            raise PdfUnavailable from missing
        stylesheet, fonts, fetcher = _prepared(css)
        content: bytes = HTML(string=html, url_fetcher=fetcher).write_pdf(stylesheets=[stylesheet], font_config=fonts)
        return content


@cache
def _prepared(css: str) -> tuple[Any, Any, Any]:
    """The style sheet, read once, the fonts, found once, and a fetcher that fetches nothing."""
    from weasyprint import CSS
    from weasyprint.text.fonts import FontConfiguration
    from weasyprint.urls import URLFetcher

    # By default the library reads file:// and http:// addresses of whatever it is given.
    fetcher = URLFetcher(allowed_protocols={"data"})
    fonts = FontConfiguration()
    return CSS(string=css, url_fetcher=fetcher, font_config=fonts), fonts, fetcher


@cache
def style_sheet(name: str) -> str:
    """The text of a style sheet of papers."""
    return (settings.PROJECT_DIR / "static" / "css" / name).read_text(encoding="utf-8")


def _keep(path: Path, content: bytes) -> None:
    """Whole or not at all, for its owner alone; a full disk costs the next download some time and nothing else."""
    aside = path.with_name(f".{path.name}.{os.getpid()}.{threading.get_ident()}")
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        aside.touch(mode=0o600)
        aside.write_bytes(content)
        aside.replace(path)
    except OSError as trouble:
        with suppress(OSError):
            aside.unlink()
        logger.warning("a paper was not kept: %s", trouble.strerror)
