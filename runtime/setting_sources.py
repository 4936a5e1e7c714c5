"""The sources of settings: the environment, ``.env`` and ``stack.env``, with their names for messages."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent
NO_DOTENV = Path("/dev/null")


class SettingsError(Exception):
    """Settings are missing, malformed or unsafe; the message has one line a setting, which begins with its variable."""


@dataclass(frozen=True, slots=True)
class Source:
    """One source.  ``faults``: a sentence for each line of a file that is no setting."""

    name: str
    values: Mapping[str, str]
    faults: tuple[str, ...] = ()


def sources(environ: Mapping[str, str]) -> list[Source]:
    """Return the sources; a later one overrides the earlier ones."""
    return [stack_source(home_of(environ)), dotenv_source(environ), Source("the environment", environ)]


def stack_source(home: Path) -> Source:
    path = home / "stack.env"
    return Source(f"{path}, which `handwork up` writes", *_read(path))


def dotenv_source(environ: Mapping[str, str]) -> Source:
    """Return the settings of ``.env``; ``SettingsError`` when ``$HANDWORK_DOTENV`` names a missing file."""
    path = dotenv_path(environ)
    if environ.get("HANDWORK_DOTENV") and not path.exists():
        raise SettingsError(f"HANDWORK_DOTENV: there is no {path}")
    return Source(str(path), *_read(path))


def dotenv_path(environ: Mapping[str, str]) -> Path:
    """Return ``$HANDWORK_DOTENV`` (``/dev/null`` for no file), else ``.env`` in the project."""
    return Path(environ.get("HANDWORK_DOTENV") or PROJECT / ".env")


def home_of(environ: Mapping[str, str]) -> Path:
    """Return the data folder, even when another line of ``.env`` is wrong: `handwork down` must find a running stack.

    ``SettingsError`` for a relative path: each working directory would make another folder of it.
    """
    named = environ.get("HANDWORK_HOME") or _lines_that_can_be_read(dotenv_path(environ)).get("HANDWORK_HOME")
    if named and not Path(named).is_absolute():
        raise SettingsError(
            f"HANDWORK_HOME: {named!r} is a relative path; give the whole one, such as {str(Path.cwd() / named)!r}"
        )
    return Path(named) if named else PROJECT / ".handwork"


def origin(given: Sequence[Source], variable: str) -> str | None:
    """Return the name of the source whose value of a variable wins; None when no source has one."""
    return next((source.name for source in reversed(given) if source.values.get(variable, "") != ""), None)


def read_file(path: Path) -> dict[str, str]:
    """Return the ``NAME=value`` lines of a file, without one pair of quotes around a value.

    The result is empty for a missing file.  ``SettingsError`` names each line that is neither a setting, blank nor a
    ``#`` comment."""
    pairs, faults = _read(path)
    if faults:
        raise SettingsError("\n".join(faults))
    return pairs


def _read(path: Path) -> tuple[dict[str, str], tuple[str, ...]]:
    """Return the settings of a file, and a sentence for each line that is none."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (FileNotFoundError, NotADirectoryError):
        return {}, ()
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        raise SettingsError(f"{path}:{line}: is not UTF-8") from error
    except OSError as error:
        raise SettingsError(f"{path}: cannot be read: {error.strerror}") from error
    lines = list(_pairs(text))
    faults = tuple(f"{path}:{number}: expected NAME=value" for number, _, value in lines if value is None)
    return {name: value for _, name, value in lines if value is not None}, faults


def _lines_that_can_be_read(path: Path) -> dict[str, str]:
    try:
        text = path.read_text(encoding="utf-8-sig", errors="replace")
    except OSError:
        return {}
    return {name: value for _, name, value in _pairs(text) if value is not None}


def _pairs(text: str) -> Iterator[tuple[int, str, str | None]]:
    """Yield each line's number, name and value; the value is None where there is no ``=`` or no name."""
    for number, raw in enumerate(text.splitlines(), 1):
        line = raw.strip()
        if not line or line.startswith("#"):
            continue
        name, found, value = line.removeprefix("export ").partition("=")
        value = value.strip()
        if len(value) > 1 and value[0] == value[-1] and value[0] in "'\"":
            value = value[1:-1]
        yield number, name.strip(), value if found and name.strip() else None
