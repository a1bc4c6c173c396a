"""How the road in is doing: for screens, `doctor` and whoever watches."""

from dataclasses import dataclass
from datetime import datetime

from apps.core import clock, mongo
from apps.pipeline import backlog, dead_letters
from apps.pipeline.flush import OFFSETS


@dataclass(frozen=True, slots=True)
class ShardStatus:
    shard: int
    waiting: int  # requests that are accepted and not counted
    oldest_waiting_seconds: float | None  # None when nothing waits
    last_flush: datetime | None  # UTC; None when there never was one


@dataclass(frozen=True, slots=True)
class PipelineStatus:
    shards: list[ShardStatus]
    dead_letters: int

    @property
    def waiting(self) -> int:
        return sum(shard.waiting for shard in self.shards)

    @property
    def oldest_waiting_seconds(self) -> float:
        return max((shard.oldest_waiting_seconds or 0.0 for shard in self.shards), default=0.0)


def pipeline_status() -> PipelineStatus:
    return PipelineStatus([_shard_status(shard) for shard in sorted(backlog.all_shards())], dead_letters.count())


def _shard_status(shard: int) -> ShardStatus:
    waiting = backlog.waiting(shard)
    oldest_ms = backlog.oldest_waiting_ms(shard) if waiting else None
    offset = mongo.collection(OFFSETS).find_one({"_id": shard}, {"at": 1})
    return ShardStatus(
        shard=shard,
        waiting=waiting,
        oldest_waiting_seconds=None if oldest_ms is None else max(0, clock.now_ms() - oldest_ms) / 1000,
        last_flush=offset.get("at") if offset else None,
    )
