"""The kinds of setting there are: what each accepts, how it is written in a link, how it is refused."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeVar

from rnnviz.config import text

Value = TypeVar("Value")

LONG = 12  # a ladder of more rungs is not spelled out in a refusal


@dataclass(frozen=True, kw_only=True)
class Setting:
    """One choice of the visitor: its name on the page and one line of help.

    Attributes:
        view: the setting moves the eye, not the network: changing it recomputes nothing.
        cell_option: only the cells whose constructor takes an argument of this name use it.
        formerly: names under which older links carry it.
    """

    label: str
    help: str
    view: bool = False
    cell_option: bool = False
    formerly: tuple[str, ...] = ()

    def read(self, raw: str) -> object:
        """Return the value a link means, or the raw text itself when it means nothing: ``check`` refuses it."""
        return raw

    def write(self, value: object) -> str:
        """Return the value as a link carries it."""
        return str(value)

    def accept(self, raw: str) -> object:
        """Return the value that a link means.

        Raises:
            ValueError: a sentence that names the setting, the value as the link has it, and the remedy.
        """
        return self._checked(self.read(raw), raw)

    def check(self, value: object) -> object:
        """Return the value, in its normal form, if it is allowed.

        Raises:
            ValueError: a sentence that names the setting, the value and the remedy.
        """
        return self._checked(value, self.shown(value))

    def shown(self, value: object) -> str:
        """Return the value as a sentence names it."""
        return str(value)

    def normal(self, value: object) -> object:
        """Return the one form of all that means the same."""
        return value

    def _checked(self, value: object, written: str) -> object:
        value = self.normal(value)
        if remedy := self.remedy(value):
            raise ValueError(f"{self.label} cannot be {text.quoted(written)}: {remedy}.")
        return value

    def remedy(self, value: object) -> str | None:
        """Say what to do instead of this value, or None if it is allowed."""
        raise NotImplementedError


@dataclass(frozen=True, kw_only=True)
class Text(Setting):
    """Visible characters of any script, counted as a reader counts them."""

    longest: int

    def normal(self, value: object) -> object:
        """Return the text in its composed form, which is the one that counts: it can be longer."""
        return text.composed(value) if isinstance(value, str) else value

    def remedy(self, value: object) -> str | None:
        """Say what to change in the text."""
        return text.fault(value, self.longest) if isinstance(value, str) else f"type 1 to {self.longest} characters"


@dataclass(frozen=True, kw_only=True)
class Whole(Setting):
    """A whole number between two bounds, both included."""

    low: int
    high: int

    def read(self, raw: str) -> object:
        """Read plain digits; 1e9, NaN, inf and 3.0 stay text."""
        return int(raw) if re.fullmatch(r"-?[0-9]{1,9}", raw) else raw

    def remedy(self, value: object) -> str | None:
        """Ask for a number inside the bounds."""
        allowed = type(value) is int and self.low <= value <= self.high
        return None if allowed else f"choose a whole number from {self.low} to {self.high}"


@dataclass(frozen=True, kw_only=True)
class Seed(Whole):
    """A whole number of which none is better than another: the page offers to draw a new one."""


@dataclass(frozen=True, kw_only=True)
class Choice(Setting):
    """One of a few names, each with the title the page shows."""

    titles: Mapping[str, str]

    def remedy(self, value: object) -> str | None:
        """Ask for one of the names."""
        return None if value in tuple(self.titles) else f"choose one of {', '.join(self.titles)}"


@dataclass(frozen=True, kw_only=True)
class Several(Setting):
    """One or more of a few names, each with the title the page shows, in the order they are offered."""

    titles: Mapping[str, str]

    def read(self, raw: str) -> object:
        """Read names between commas."""
        return tuple(raw.split(","))

    def write(self, value: object) -> str:
        """Write names between commas."""
        return ",".join(value) if isinstance(value, tuple) else str(value)

    def shown(self, value: object) -> str:
        """Return names with commas between."""
        return ", ".join(map(str, value)) if isinstance(value, list | tuple) else str(value)

    def normal(self, value: object) -> object:
        """Return the names in the order they are offered, each once; those that are none behind them."""
        if not isinstance(value, list | tuple):
            return value
        return (*(name for name in self.titles if name in value), *(name for name in value if name not in self.titles))

    def remedy(self, value: object) -> str | None:
        """Ask for at least one of the names."""
        allowed = isinstance(value, tuple) and bool(value) and set(value) <= set(self.titles)
        return None if allowed else f"choose at least one of {', '.join(self.titles)}"


@dataclass(frozen=True, kw_only=True)
class Ladder(Setting):
    """One of a few numbers in rising order, far enough apart to make a difference."""

    rungs: tuple[float, ...]

    def read(self, raw: str) -> object:
        """Read a decimal number of ordinary length."""
        return float(raw) if re.fullmatch(r"-?[0-9]{1,4}(\.[0-9]{1,6})?", raw) else raw

    def write(self, value: object) -> str:
        """Write 0.03, not 0.030000."""
        return f"{value:g}"

    def shown(self, value: object) -> str:
        """Return −2 with a true minus sign."""
        return f"{value:g}".replace("-", "−") if isinstance(value, int | float) else str(value)

    def remedy(self, value: object) -> str | None:
        """Ask for one of the numbers."""
        if value in self.rungs:
            return None
        named = list(map(self.shown, self.rungs))
        if len(named) > LONG:
            return (
                f"choose one of the slider's {len(named)} numbers from {named[0]} to {named[-1]}, such as "
                f"{named[len(named) // 2]}"
            )
        return f"choose one of {', '.join(named)}"


def setting(default: Value, kind: Setting) -> Value:
    """Declare a dataclass field that holds this kind of setting."""
    return field(default=default, metadata={"setting": kind})
