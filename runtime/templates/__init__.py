"""The layout of every e-mail, as text and as HTML: the domain's port ``Templates``, by Jinja.

Both are made from the same letter.  Whatever stands in it is escaped; nothing is loaded from elsewhere when it is
read (no images, no fonts, no styles), so that reading tells nobody anything.
"""

from __future__ import annotations

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

from domain.announcements.emails.ports import Letter, Pages


class JinjaTemplates:
    """Compiled once; used from any thread."""

    def __init__(self) -> None:
        environment = Environment(
            loader=PackageLoader("runtime", "templates"),
            autoescape=select_autoescape(enabled_extensions=("html",), default=False),
            undefined=StrictUndefined,
            auto_reload=False,
            trim_blocks=True,
            lstrip_blocks=True,
            keep_trailing_newline=True,
        )
        self._text = environment.get_template("letter.txt")
        self._html = environment.get_template("letter.html")

    def render(self, letter: Letter) -> Pages:
        return Pages(self._text.render(letter=letter), self._html.render(letter=letter))
