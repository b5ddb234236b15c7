"""Constants of the method, in one place, shown on the method page. Source: metrics.md §1-3."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Method:
    """Version and constants; a change of meaning makes a new version."""

    version: str = "1"
    window_days: int = 90
    """W: what lies further back moves no component but solidity and own history."""
    half_life_days: float = 45.0
    """H: the weight of an event halves each H days."""
    prior_authors: float = 10.0
    """Strength of the prior of Reputation, in authors."""
    like_weight: float = 0.25
    """A like beside a reply, quote, repost or mention."""
    novelty_threshold: float = 0.75
    """τ: a statement whose nearest prior one is at least this similar is a rehash."""
    answer_hours: float = 24.0
    """Within which a mention should be answered."""
    tenure_weeks: float = 26.0
    """Solidity is shrunk by n/(n+26 weeks)."""
    replicates: int = 400
    """Joint draws."""
    level: float = 0.90
    """Of every interval."""
    few_authors: float = 15.0
    """Below this many effective authors the grade is D at best."""
    burst_accounts: int = 4
    """Copies by this many accounts or more within `burst_minutes` count as one voice."""
    burst_minutes: float = 10.0
    few_peers: int = 3
    """With fewer peers than these, Resonance is read against the subject's own history."""
    seed: int = 1


METHOD = Method()
