"""Plain markup of staff (Markdown without HTML) as HTML that can do no harm: rendered, then cleaned by a list."""

import nh3
from django.utils.safestring import SafeString
from markdown_it import MarkdownIt

TAGS = {"p", "h2", "h3", "ul", "ol", "li", "strong", "em", "a", "br", "blockquote"}
ATTRIBUTES = {"a": {"href"}}
SCHEMES = {"https", "mailto", "tel"}


def as_html(text: str) -> str:
    """The one place that calls a text safe; what is not on the lists is gone, its words stay."""
    rendered = MarkdownIt("commonmark", {"html": False}).render(text)
    return SafeString(nh3.clean(rendered, tags=TAGS, attributes=ATTRIBUTES, url_schemes=SCHEMES))
