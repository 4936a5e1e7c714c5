"""The measure of files and functions."""

from __future__ import annotations

from cli.check import LONGEST_FUNCTION, sizes


def test_a_long_function_and_a_long_file_are_named(tmp_path):
    package = tmp_path / "web"
    package.mkdir()
    (package / "short.py").write_text("def short():\n    return 1\n")
    (package / "long.py").write_text("def long():\n" + "    pass\n" * LONGEST_FUNCTION + "x = 1\n" * 400)

    found = sizes(tmp_path)

    assert any("web/long.py:1 long: 46 lines" in sentence for sentence in found)
    assert any("web/long.py: 446 lines" in sentence for sentence in found)
    assert not any("short" in sentence for sentence in found)
