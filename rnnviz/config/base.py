"""What every lesson's choices have in common: ranges, a place in the link, refusals."""

import inspect
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from types import MappingProxyType
from typing import Any, Self

from rnnviz.cells import CELLS
from rnnviz.config.kinds import Setting


class ConflictError(ValueError):
    """Why two settings, each allowed, do not go together; in a link the named one falls back to its default."""

    def __init__(self, setting: str, sentence: str) -> None:
        super().__init__(sentence)
        self.setting = setting


@dataclass(frozen=True)
class Config:
    """Everything a lesson lets a visitor choose. Each lesson declares its own, one line a setting.

    A setting's control, its place in the link and its refusals follow from that line.
    """

    def __post_init__(self) -> None:
        """Refuse what is out of range, and keep each value in its normal form.

        Raises:
            ValueError: one sentence with the value, the range and the remedy.
        """
        for name, kind in self.settings().items():
            object.__setattr__(self, name, kind.check(getattr(self, name)))

    @classmethod
    def settings(cls) -> Mapping[str, Setting]:
        """Return the kind of every setting, by name, in the order they are declared."""
        return MappingProxyType({f.name: f.metadata["setting"] for f in fields(cls)})

    @classmethod
    def names(cls) -> set[str]:
        """Return every name by which a link can set something here, older ones included."""
        return {name for own, kind in cls.settings().items() for name in (own, *kind.formerly)}

    @classmethod
    def from_query(cls, query: Mapping[str, str]) -> tuple[Self, list[str]]:
        """Read a link: the config, and one sentence for each bad value, which falls back to its default."""
        values: dict[str, Any] = {}
        problems: list[str] = []
        for name, raw in cls.renamed(query).items():
            try:
                values[name] = cls.settings()[name].accept(raw)
            except ValueError as refusal:
                problems.append(str(refusal))
        while True:
            try:
                return cls(**values), problems
            except ConflictError as conflict:
                problems.append(str(conflict))
                if conflict.setting not in values:  # it has its default already: then the others give way
                    return cls(), problems
                del values[conflict.setting]

    @classmethod
    def renamed(cls, query: Mapping[str, str]) -> dict[str, str]:
        """What a link says of this lesson's settings, by today's names."""
        known = {name: (name, *kind.formerly) for name, kind in cls.settings().items()}
        values = {name: next((query[one] for one in names if one in query), None) for name, names in known.items()}
        return {name: raw for name, raw in values.items() if raw is not None}

    def to_query(self) -> dict[str, str]:
        """Write a link: only what differs from the defaults."""
        defaults = self.defaults()
        return {
            name: kind.write(value)
            for name, kind in self.settings().items()
            if (value := getattr(self, name)) != defaults[name]
        }

    def defaults(self) -> dict[str, Any]:
        """Return the values a link need not carry."""
        return vars(type(self)())

    def with_setting(self, name: str, value: object) -> Self:
        """Return this config with one setting changed.

        Raises:
            ValueError: one sentence, if the value is refused.
        """
        return replace(self, **{name: value})

    @property
    def key(self) -> Self:
        """Return what the results depend on: this config without what moves only the eye or what the cell ignores."""
        idle = (name for name, kind in self.settings().items() if kind.view or not self.uses(name))
        return replace(self, **{name: getattr(type(self), name) for name in idle})

    def uses(self, name: str) -> bool:
        """Say whether the chosen cell takes this setting at all."""
        kind = self.settings()[name]
        return not kind.cell_option or name in inspect.signature(CELLS[vars(self)["cell"]]).parameters
