"""Which counter documents a shard of the road may write: flushes of different shards never meet in one document."""

from dataclasses import dataclass, field

from apps.core.keys import BASE_64


@dataclass(frozen=True, slots=True)
class Shard:
    """With one shard all ids are the natural ones. Readers merge all 64 postfixes and the document without one."""

    index: int = 0
    count: int = 1
    _own: dict[str, str] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        if not 0 <= self.index < self.count <= len(BASE_64):
            raise ValueError(f"shard {self.index} of {self.count}: there can be 1 to {len(BASE_64)} shards")
        object.__setattr__(self, "_own", {character: self._owned(n) for n, character in enumerate(BASE_64)})

    def _owned(self, natural: int) -> str:
        mapped = natural - natural % self.count + self.index
        return BASE_64[mapped if mapped < len(BASE_64) else mapped - self.count]

    def own(self, postfix: str) -> str:
        """The postfix this shard uses for values whose natural postfix is the given one."""
        return self._own[postfix]

    @property
    def bare_suffix(self) -> str:
        """What this shard appends to ids that have no postfix by nature."""
        return "" if self.index == 0 else f"_{BASE_64[self.index]}"
