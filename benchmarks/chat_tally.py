"""What a load of citizens came to: times, and whether anything was lost, doubled, misplaced or refused. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass
class Tally:
    """What happened: seconds of every message, how many were sent again, and how many went wrong in which way."""

    seconds: list[float] = field(default_factory=list)
    refused: dict[int, int] = field(default_factory=dict)
    cut_off: int = 0
    again: int = 0
    lost: int = 0
    doubled: int = 0
    misplaced: int = 0

    @property
    def wrong(self) -> int:
        return sum(self.refused.values()) + self.cut_off + self.lost + self.doubled + self.misplaced


def judge(texts: list[str], lines: list[str], tally: Tally) -> None:
    """Compares what was kept with what was said, where the answers are the stand-in's."""
    wanted = [text for line in lines for text in (line, f"Trả lời: {line}")]
    tally.lost += sum(text not in texts for text in wanted)
    tally.doubled += len(texts) - len(set(texts))
    tally.misplaced += sum(one != other for one, other in zip(dict.fromkeys(texts), wanted, strict=False))


def judge_real(said: list[tuple[str, str]], lines: list[str], tally: Tally) -> None:
    """The same with a bot that answers in words of its own: each line once, in order, and answered before the next."""
    own = [text for author, text in said if author == "citizen"]
    tally.lost += sum(text not in own for text in lines)
    tally.doubled += len(own) - len(set(own))
    tally.misplaced += sum(one != other for one, other in zip(dict.fromkeys(own), lines, strict=False))
    followers = [*said[1:], ("nobody", "")]
    pairs = zip(said, followers, strict=False)
    tally.lost += sum(one[0] == "citizen" and then[0] != "bot" for one, then in pairs)


def share(seconds: list[float], part: float) -> float:
    """The `part` quantile in milliseconds."""
    ordered = sorted(seconds)
    return ordered[min(len(ordered) - 1, int(len(ordered) * part))] * 1000


def report(tally: Tally, alone: list[float], wall: float) -> None:
    print(f"messages      {len(tally.seconds):6}  in {wall:.1f} s = {len(tally.seconds) / wall:.0f} a second")
    for name, part in (("p50", 0.5), ("p95", 0.95), ("max", 1.0)):
        desk, rasa = share(tally.seconds, part), share(alone, part)
        print(f"{name}           {desk:7.0f} ms   bare bot {rasa:6.0f} ms   ratio {desk / rasa:.1f}")
    print(
        f"lost {tally.lost}, doubled {tally.doubled}, out of order {tally.misplaced}, cut off {tally.cut_off}, sent again {tally.again}, refused {tally.refused or 0}"
    )
