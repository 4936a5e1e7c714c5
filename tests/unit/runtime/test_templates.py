"""Both forms of a letter say the same, and nothing in it is taken for markup."""

from __future__ import annotations

from html.parser import HTMLParser

from domain.announcements.emails.ports import Letter
from runtime.templates import JinjaTemplates

EVIL = "<script>alert('x')</script>\"><img src=x onerror=alert(1)>{{ 7 * 7 }}{% raw %}"
LETTER = Letter(
    language="en",
    subject="Paid: Fix a tap",
    greeting="Hello Alice,",
    title="A booking is paid",
    body="Bob did “Fix a tap”.",
    action="See the booking",
    url="https://app.example/bookings/bkg_1?a=1&b=2",
    link_hint="If the button does not work:",
    footer="Because of your account.",
)
FIELDS = ("subject", "greeting", "title", "body", "action", "url", "link_hint", "footer")


class Tags(HTMLParser):
    def __init__(self, page: str) -> None:
        super().__init__()
        self.seen: list[tuple[str, dict[str, str | None]]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append((tag, dict(attrs)))


def test_both_forms_say_the_same() -> None:
    pages = JinjaTemplates().render(LETTER)
    for text in (LETTER.greeting, LETTER.body, LETTER.action, LETTER.footer):
        assert text in pages.text
        assert text in pages.html
    assert f"\n{LETTER.url}\n" in pages.text
    links = [attributes["href"] for tag, attributes in Tags(pages.html).seen if tag == "a"]
    assert links == [LETTER.url]


def test_what_people_write_is_no_markup_and_no_template() -> None:
    plain = JinjaTemplates().render(LETTER).html
    pages = JinjaTemplates().render(Letter(language="en", **dict.fromkeys(FIELDS, EVIL)))
    assert [tag for tag, _ in Tags(pages.html).seen] == [tag for tag, _ in Tags(plain).seen]
    assert not any(name.startswith("on") for _, attributes in Tags(pages.html).seen for name in attributes)
    assert "49" not in pages.html
    assert EVIL in pages.text


def test_a_long_one_is_whole() -> None:
    long = "Żółć 水道 🔧 " * 1_000
    pages = JinjaTemplates().render(Letter(language="en", **{**dict.fromkeys(FIELDS, "x"), "body": long}))
    assert long in pages.text
    assert long in pages.html


def test_reading_it_loads_nothing_and_says_its_language() -> None:
    tags = Tags(JinjaTemplates().render(LETTER).html).seen
    assert not {tag for tag, _ in tags} & {"img", "script", "link", "style", "iframe", "form", "object"}
    assert not any("src" in attributes or "background" in attributes for _, attributes in tags)
    assert "url(" not in JinjaTemplates().render(LETTER).html
    assert ("html", {"lang": "en"}) in tags
    assert {tag for tag, _ in tags} >= {"title", "main", "h1"}
