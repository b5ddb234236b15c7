"""A simulated world with known truth.

`simulate` returns a world in memory; `write` writes the files that its places would export.

**The generating process.** Everything follows from a seed and a size (posts).

*People.* The audience is made of *circles*: people of one place who turn to one subject, or to a
brand and its faces (`cast.circles`). A person is one account. Its activity ρ is Gamma with shape
0.7 and mean 1, its leaning u is uniform, both independent. In a window with m expected acts per
person, a person acts Poisson(ρ·m) times, so the number of acts is negative binomial; in the last
90 days m is about 1 (more in worlds of over 2.5 million posts). Eight in a hundred accounts are organisations.

*Acts.* Each act falls on a day (weight 1 in the last 120 days, 0.3 before), chooses a target in
its circle by fixed chances (`Laws.pulls`), and is a post (name, reply, quote) or a like or
repost, independently of person, day and target. So engagement with target i is Poisson(ρ·m·qᵢ).

*What is said.* An act with words is polar (0.60), a question (0.14), an opportunity (0.03) or
neutral. For a subject with π, an author is *loyal* (chance 0.97 that a polar post is
favourable), *fair* (0.5, 15 authors in a hundred) or a *critic* (0.03), by comparing u with
thresholds set so that the mean over authors is π. An author is of one mind: posts of one author
resemble each other, and intervals that count posts cover too little.

*The crisis* adds posts by strangers about Lume, Poisson with intensity A·2^(-t/h) from its first
day, nearly all unfavourable; meanwhile favourable posts of Lume's own audience turn with chance
0.6·2^(-t/h). It is over long before the last window; nothing is lastingly damaged.

*Not genuine.* Spam accounts name subjects only to be seen; fifty accounts praise Nitida in two
bursts; two robots say what they are and are useful. None of them belongs to a circle.

*Subjects* publish in a week with a fixed chance (away in some weeks, never in the last window);
a post is new or an exact, edited or translated repetition; faces copy Lume within seven days with
their own chance; a question is answered with chance α after an exponential wait (by the clock).

**The truth** (`World.truth`) is the parameter of this process or its expectation, authors being
the unit. Reputation: π, `favourable`. Leaning is independent of activity, of time, of place and of
being an organisation, so E[Σ wₐ·shareₐ / Σ wₐ] = π for any weights made of how often, when and who
(shareₐ: the favourable share of an author's polar posts). Resonance: `acting_people` and
`resonance_d`, the sums over persons of 1[n > 0] and of log2(1 + posts + reposts + ¼ likes),
expected, exact under the negative binomial; `resonance_percentile`, the share of the reference set
whose true D is smaller. All subjects share the law of acts, so any D that grows with acts orders
them alike in expectation. Faces: expected φᵢ/Σφ with weight 1 a person (`face_share`) and with
log2(1 + …) of a person's acts on the team (`face_share_saturated`), exact by inclusion–exclusion.
`half_life` in days; `regularity`, the share of weeks with a post that is no answer; `answered_24h`;
themes declared, practised and perceived as distributions.
"""

from valore.world.simulation import World, simulate
from valore.world.writing import write

__all__ = ["World", "simulate", "write"]
