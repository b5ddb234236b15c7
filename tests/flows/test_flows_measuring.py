"""One reading, from facts to value: what must change it, and what must not."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from valore.engine import Engine, Source
from valore.errors import ConsentMissing, TooLittleEvidence, UnknownName
from valore.flows._scene import CLASSES, Scene, agreed
from valore.flows._stage import pattern, stage
from valore.flows.measuring import estimates, measure, read
from valore.flows.space import create
from valore.flows.subjects import load
from valore.model.estimate import Estimate, NotEnough, Reason, Result
from valore.model.keys import key
from valore.model.lens import COMPONENTS
from valore.model.reading import Reading
from valore.model.schemas import ACCOUNTS, ANNOTATIONS, INTERACTIONS, POSTS
from valore.model.settings import METHOD
from valore.model.subject import AccountRef, Consent, Kind, Subject
from valore.world import World, simulate, write

END = datetime(2025, 6, 30, 12, tzinfo=UTC)
DAY = timedelta(days=1)
ANNA = Subject(
    slug="anna", kind=Kind.PERSON, name="Anna Ferri", aliases=("@annaferri",), accounts=(AccountRef("x:1001"),),
    statement="Designer.", pillars=("carta",),
)  # fmt: skip
ALONE = Scene(workspace="studio", subject=ANNA)
Rows = list[dict[str, Any]]


class Facts:
    """A few invented facts, growing."""

    def __init__(self) -> None:
        self.posts: Rows = []
        self.accounts: Rows = [account("1001", "annaferri")]
        self.interactions: Rows = []
        self.annotations: Rows = []

    def mention(
        self, who: str, label: str | None, *, days: float = 5, place: str = "x", text: str = "Anna Ferri", of: str = ""
    ) -> int:
        """Somebody speaks of Anna; return the key of the post."""
        number = key(place, f"m{len(self.posts)}")
        self.posts.append(post(number, place, who, END - days * DAY, text))
        if label:
            self.annotations.append(note(number, "polarity", label, subject="anna"))
        if of:
            self.annotations.append(note(number, "near_duplicate", "copy", other=int(of)))
        return number

    def own(self, days: float, text: str = "Sulla carta", novelty: float | None = 1.0, place: str = "x") -> int:
        """Anna says something."""
        number = key(place, f"o{len(self.posts)}")
        self.posts.append(post(number, place, "1001", END - days * DAY, text))
        if novelty is not None:
            self.annotations.append({**note(number, "novelty", None), "value": novelty})
        return number

    def known(self, who: str, *, spam: str = "genuine", place: str = "x") -> None:
        """Somebody has looked at an account."""
        about = key(place, who)
        for enricher, label in (("spam", spam), ("automation", "human"), ("actor", "person")):
            self.annotations.append(note(about, enricher, label))

    def read(self, scene: Scene = ALONE, as_of: datetime = END) -> Reading:
        """Measure."""
        with self.engine() as engine:
            return read(engine, scene, as_of=as_of)

    def told(self, name: str = "reputation", scene: Scene = ALONE, as_of: datetime = END) -> Result:
        """Measure one component only."""
        with self.engine() as engine:
            return estimates(engine, scene, stage(engine, scene, as_of, METHOD), METHOD, only=(name,)).results[name]

    def engine(self) -> Engine:
        """Return an engine over the facts."""
        tables = {
            "posts": pa.Table.from_pylist(self.posts, schema=POSTS),
            "accounts": pa.Table.from_pylist(self.accounts, schema=ACCOUNTS),
            "interactions": pa.Table.from_pylist(self.interactions, schema=INTERACTIONS),
            "annotations": pa.Table.from_pylist(self.annotations, schema=ANNOTATIONS),
        }
        return Engine({name: Source(table=t) for name, t in tables.items()})


_ROW: Mapping[str, Any] = {"revision": 0, "weight": 1, "digest": 0, "edition": 0, "source": "s", "month": "2025-06"}


def account(native: str, handle: str, place: str = "x") -> dict[str, Any]:
    return {**_ROW, "key": key(place, native), "place": place, "id": native, "handle": handle}


def post(number: int, place: str, who: str, at: datetime, text: str) -> dict[str, Any]:
    return {
        **_ROW, "key": number, "place": place, "id": str(number), "author": key(place, who), "published": at,
        "kind": "Note", "text": text,
    }  # fmt: skip


def note(about: int, enricher: str, label: str | None, subject: str = "", other: int | None = None) -> dict[str, Any]:
    return {
        "about": about, "subject": subject, "enricher": enricher, "version": f"{enricher}@1", "label": label,
        "other": other, "month": "2025-06",
    }  # fmt: skip


def crowd(favourable: int, unfavourable: int, place: str = "x") -> Facts:
    facts = Facts()
    for n in range(favourable + unfavourable):
        facts.known(f"p{n}", place=place)
        facts.mention(f"p{n}", "positive" if n < favourable else "negative", days=1 + n % 60, place=place)
    return facts


def reputation(facts: Facts) -> float:
    told = facts.told()
    assert isinstance(told, Estimate)
    return told.value


def scene_of(world: World, slug: str) -> Scene:
    """Return the scene as a workspace would give it."""
    known = {s.slug: s for s in world.subjects}
    subject, agreeing = known[slug], {c.subject for c in world.consents if c.given}
    linked = [f for f in world.faces if f.brand == slug]
    return Scene(
        workspace="world",
        subject=subject,
        peers=tuple(known[p] for p in subject.peers),
        faces=tuple((f, known[f.person]) for f in linked if f.person in agreeing),
        house=(subject, *(known[f.person] for f in linked)),
        left_out=sum(f.person not in agreeing for f in linked),
        plan=tuple(p for p in world.plan if p.subject == slug),
        classes={**CLASSES, "automation": ("automated", "human")},
    )


@cache
def world() -> tuple[World, dict[str, pa.Table]]:
    made = simulate(5, 4000)
    return made, {**made.tables, "annotations": made.annotations()}


def reading(slug: str, tables: Mapping[str, pa.Table] | None = None, *, edited: bool = False) -> Reading:
    made, whole = world()
    sources = {n: Source(table=t, edited=edited) for n, t in (tables or whole).items()}
    with Engine(sources) as engine:
        return read(engine, scene_of(made, slug), as_of=made.truth["as_of"][0].as_py())


@cache
def lume() -> Reading:
    return reading("lume")


def same(one: Mapping[str, Result], other: Mapping[str, Result]) -> None:
    for name in one:
        a, b = one[name], other[name]
        assert type(a) is type(b), name
        if isinstance(a, Estimate) and isinstance(b, Estimate):
            assert (a.value, a.low, a.high) == pytest.approx((b.value, b.low, b.high), abs=1e-6), name
            assert a.grade is b.grade


def test_a_reading_is_whole_and_every_post_that_it_names_is_on_a_card() -> None:
    told = lume()
    assert tuple(told.components) == COMPONENTS
    assert all(isinstance(r, Estimate) for r in told.components.values())
    named = {p for r in told.components.values() for p in r.evidence}
    named |= {e.post for x in told.explanations.values() for e in (*x.raises, *x.lowers)}
    named |= {p for event in told.events for p in event.posts}
    named |= {p for _, r in told.values.values() for p in r.evidence} | set(told.fresh)
    assert named <= set(told.cards)
    assert {"company", "sceptic"} <= set(told.values)
    assert "freelancer" not in told.values


def test_the_crisis_is_seen_where_it_was() -> None:
    made, _ = world()
    begin = next(r["value"] for r in made.truth.to_pylist() if (r["name"], r["subject"]) == ("crisis_begin", "lume"))
    day = datetime.fromtimestamp(begin / 1e6, UTC).date()
    crises = [e for e in lume().events if e.kind == "crisis"]
    assert any(abs((e.day - day).days) <= 2 for e in crises)


def test_the_order_of_the_facts_changes_nothing() -> None:
    _, whole = world()
    turned = {name: t.take(pa.array(range(t.num_rows - 1, -1, -1))) for name, t in whole.items()}
    same(lume().components, reading("lume", turned).components)


def test_importing_again_changes_nothing() -> None:
    _, whole = world()
    again = {n: pa.concat_tables([t, t]) if n in ("posts", "accounts") else t for n, t in whole.items()}
    same(lume().components, reading("lume", again, edited=True).components)


def test_evidence_of_no_weight_changes_nothing() -> None:
    facts, more = crowd(30, 12), crowd(30, 12)
    for n in range(40):
        more.known(f"s{n}", spam="spam")
        more.mention(f"s{n}", "negative")
    for name in ("reputation", "solidity"):
        a, b = (f.told(name) for f in (facts, more))
        assert isinstance(a, Estimate)
        assert isinstance(b, Estimate)
        assert (a.value, a.low, a.high) == pytest.approx((b.value, b.low, b.high))


@settings(max_examples=12, deadline=None)
@given(st.integers(6, 20), st.integers(0, 20), st.sampled_from(["p0", "p1", "new"]), st.floats(0.5, 60))
def test_genuine_favourable_evidence_never_lowers_reputation(up: int, down: int, who: str, days: float) -> None:
    before, after = crowd(up, down), crowd(up, down)
    after.known("new")
    after.mention(who, "positive", days=days)
    assert reputation(after) >= reputation(before) - 1e-9


def test_one_voice_that_repeats_itself_weighs_less_than_many() -> None:
    loud, many = crowd(20, 0), crowd(20, 0)
    for n in range(15):
        many.known(f"new{n}")
        loud.mention("p0", "negative", days=2)
        many.mention(f"new{n}", "negative", days=2)
    assert reputation(crowd(20, 0)) > reputation(loud) > reputation(many)


def test_copies_of_one_author_count_once() -> None:
    facts, more = crowd(15, 15), crowd(15, 15)
    first = more.posts[0]["key"]
    for _ in range(10):
        more.mention("p0", "positive", days=0.5, of=str(first))
    assert reputation(more) == pytest.approx(reputation(facts))


def test_what_nobody_could_read_is_unscored_and_never_zero() -> None:
    facts = Facts()
    for n in range(30):
        facts.mention(f"p{n}", None)
    told = facts.told()
    assert isinstance(told, NotEnough)
    assert told.reason is Reason.UNSCORED


def test_a_subject_of_whom_nothing_is_known_has_reasons_and_no_zero() -> None:
    facts = Facts()
    facts.posts.append(post(9, "x", "777", END, "Altro"))
    told = facts.read()
    reasons = {n: r.reason for n, r in told.components.items() if isinstance(r, NotEnough)}
    assert set(reasons) == set(COMPONENTS)
    assert reasons["reputation"] is Reason.NO_MENTIONS
    assert reasons["contribution"] is Reason.NO_POSTS
    assert all(isinstance(r, NotEnough) for _, r in told.values.values())


def test_care_is_absent_where_answers_cannot_be_seen() -> None:
    facts = crowd(20, 10)
    for week in range(12):
        facts.own(1 + 7 * week)
    told = facts.told("presence")
    assert isinstance(told, NotEnough)
    assert told.reason is Reason.NO_ANSWERS_SEEN


def test_without_a_declared_identity_there_is_none_to_measure() -> None:
    facts = crowd(20, 10)
    for week in range(12):
        facts.own(1 + 7 * week)
    told = facts.told("identity", replace(ALONE, subject=replace(ANNA, statement="", pillars=())))
    assert isinstance(told, NotEnough)
    assert told.reason is Reason.NO_IDENTITY


def test_an_exact_repetition_adds_nothing() -> None:
    facts = Facts()
    for week in range(6):
        first = facts.own(1 + 7 * week, novelty=0.0)
        facts.annotations.append(note(first, "near_duplicate", "copy", other=1))
    told = facts.told("contribution")
    assert isinstance(told, Estimate)
    assert told.value == 0


def test_removing_a_place_takes_what_was_said_there_and_no_more() -> None:
    both = crowd(40, 10)
    for n in range(60):
        both.known(f"q{n}", place="mastodon")
        both.mention(f"q{n}", "positive" if n % 2 else "negative", place="mastodon", days=1 + n % 60)
    told, less = both.told(), crowd(40, 10).told()
    assert isinstance(told, Estimate)
    assert isinstance(less, Estimate)
    both.posts = [p for p in both.posts if p["place"] == "x"]
    without = both.told()
    assert isinstance(without, Estimate)
    assert without.value == pytest.approx(less.value)
    assert without.grade >= told.grade


def test_a_clique_that_copies_itself_counts_as_one_voice() -> None:
    """Fifty accounts, never looked at, copy one text within minutes: at most one point."""
    facts, attacked = crowd(60, 40), crowd(60, 40)
    first = attacked.mention("c0", "positive", days=2, text="Anna Ferri, la migliore")
    for n in range(1, 50):
        attacked.mention(f"c{n}", "positive", days=2 - n / 86400, text="Anna Ferri, la migliore", of=str(first))
    assert 0 <= reputation(attacked) - reputation(facts) <= 1


def test_two_thousand_fresh_accounts_move_less_than_their_number() -> None:
    """Two thousand accounts that are held to be spam at 95%: with a hundred genuine authors at most 20 points."""
    facts, attacked = crowd(60, 40), crowd(60, 40)
    for n in range(2000):
        about = key("x", f"f{n}")
        attacked.mention(f"f{n}", "positive", days=1 + n % 60, text=f"Anna Ferri {n}")
        attacked.annotations.append({**note(about, "spam", "spam"), "p": [0.95, 0.05]})
    assert 0 <= reputation(attacked) - reputation(facts) <= 20


def test_gibberish_without_a_reading_moves_no_reputation() -> None:
    facts, attacked = crowd(60, 40), crowd(60, 40)
    for n in range(300):
        attacked.mention(f"g{n}", None, days=3, text=f"Anna Ferri zxq{n}")
    assert reputation(attacked) == pytest.approx(reputation(facts))


def test_erasing_a_person_is_the_same_as_never_having_had_them() -> None:
    never, erased = crowd(30, 20), crowd(30, 20)
    erased.mention("p3", "negative", days=4)
    erased.posts.pop()
    erased.annotations.pop()
    same({"r": never.told()}, {"r": erased.told()})
    gone = crowd(31, 20)
    gone.posts = [p for p in gone.posts if p["author"] != key("x", "p0")]
    kept = crowd(31, 20)
    kept.annotations = [a for a in kept.annotations if a["about"] != kept.posts[0]["key"]]
    kept.posts = kept.posts[1:]
    same({"r": gone.told()}, {"r": kept.told()})


def test_a_person_who_has_not_agreed_is_not_measured() -> None:
    at = datetime(2025, 1, 1, tzinfo=UTC)
    said = Consent(subject="anna", given=True, at=at, method=METHOD.version, by="Anna Ferri")
    assert agreed(said)
    assert not agreed(None)
    assert not agreed(replace(said, given=False))
    assert not agreed(replace(said, method="0"))
    assert not agreed(replace(said, purposes=("research",)))


def test_a_face_that_did_not_agree_is_counted_and_never_enters() -> None:
    made, whole = world()
    told = lume()
    assert told.faces is not None
    assert told.faces.left_out == 1
    assert {f.slug for f in told.faces.shares} & {"elsa"} == set()
    elsa = next(s for s in made.subjects if s.slug == "elsa")
    hers = {key(a.place, a.id) for a in elsa.accounts}
    silent = whole["posts"].filter(pa.array([a not in hers for a in whole["posts"]["author"].to_pylist()]))
    other = reading("lume", {**whole, "posts": silent})
    assert other.faces is not None
    assert [f.share.value for f in other.faces.shares] == pytest.approx([f.share.value for f in told.faces.shares])


def test_faces_share_out_everything_and_only_the_visible_are_named() -> None:
    told = lume().faces
    assert told is not None
    assert sum(f.share.value for f in told.shares) == pytest.approx(1)
    assert [f.name for f in told.shares] == ["Lume", "Bruno Conterra", "#2", "#3"]
    assert 0 <= told.overlap <= 1
    assert told.concentration >= 1 / 4 - 1e-9


def test_a_face_that_does_not_show_itself_shows_no_posts() -> None:
    """Neither its own, which would name it, nor those of others, on which its share does not rest."""
    told = lume().faces
    assert told is not None
    made, whole = world()
    hidden = [s for f, s in scene_of(made, "lume").faces if not f.visible]
    theirs = {key(a.place, a.id) for s in hidden for a in s.accounts}
    author = dict(zip(whole["posts"]["key"].to_pylist(), whole["posts"]["author"].to_pylist(), strict=True))
    for face in told.shares:
        kept_back = face.name.startswith("#")
        assert (face.share.evidence == (), face.share.withheld is Reason.HIDDEN) == (kept_back, kept_back)
        assert not theirs & {author[post] for post in face.share.evidence}
    assert told.people.evidence
    assert not theirs & {author[post] for post in told.people.evidence}


def test_a_face_that_has_left_counts_until_that_day() -> None:
    made, whole = world()
    scene = scene_of(made, "lume")
    gone = tuple((replace(f, until=f.since), s) if s.slug == "bruno" else (f, s) for f, s in scene.faces)
    with Engine({n: Source(table=t) for n, t in whole.items()}) as engine:
        told = read(engine, replace(scene, faces=gone), as_of=made.truth["as_of"][0].as_py()).faces
    assert told is not None
    assert told.shares[1].share.value == 0


def test_what_moves_a_component_is_what_its_absence_would_change() -> None:
    """The closed form of an effect equals measuring again without the post."""
    facts = crowd(14, 9)
    facts.mention("p2", "negative", days=3)
    facts.mention("p2", "positive", days=2)
    told = facts.read()
    strongest = (*told.explanations["reputation"].raises[:2], *told.explanations["reputation"].lowers[:2])
    assert strongest
    for effect in strongest:
        without = Facts()
        without.posts = [p for p in facts.posts if p["key"] != effect.post]
        without.annotations = facts.annotations
        assert reputation(facts) - reputation(without) == pytest.approx(effect.effect, abs=1e-9)


def test_the_past_is_read_as_of_its_own_day() -> None:
    facts = crowd(20, 10)
    early = facts.told(as_of=END - 15 * DAY)
    late = facts.told()
    assert isinstance(early, Estimate)
    assert isinstance(late, Estimate)
    assert early.details["mentions"] < late.details["mentions"]  # type: ignore[operator]


def test_reviews_correct_what_the_machine_read() -> None:
    """The machine calls everything favourable with the same lukewarm chance; people say otherwise."""
    facts = crowd(100, 100)
    true = {p["key"]: n < 100 for n, p in enumerate(facts.posts)}
    for a in facts.annotations:
        if a["enricher"] == "polarity":
            a["label"], a["p"] = "positive", [0.2, 0.0, 0.8]
    plain = facts.told()
    rows = [
        {"post": k, "author": 0, "label": "positive" if up else "negative", "probability": 0.5}
        for n, (k, up) in enumerate(true.items())
        if n % 2
    ]
    reviewed = facts.told(scene=replace(ALONE, reviews=pa.Table.from_pylist(rows)))
    assert isinstance(plain, Estimate)
    assert isinstance(reviewed, Estimate)
    assert plain.low > 55
    assert reviewed.low < 50 < reviewed.high


def test_an_empty_workspace_says_that_there_is_too_little() -> None:
    with Engine({}) as engine, pytest.raises(TooLittleEvidence):
        read(engine, ALONE)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Ho sentito ANNA FERRI ieri", True), ("grazie @annaferri!", True), ("Anna Ferrini", False),
        ("Joanna Ferri", False), ("anna\nferri", True), ("", False),
    ],
)  # fmt: skip
def test_a_name_is_found_as_a_whole_word(text: str, found: bool) -> None:
    facts = Facts()
    facts.mention("p1", "positive", text=text)
    with Engine({"posts": Source(table=pa.Table.from_pylist(facts.posts, schema=POSTS))}) as engine:
        rows = engine.ask("names", subject="anna", pattern=pattern(ANNA), since=END - 99 * DAY, as_of=END)
    assert bool(rows.num_rows) is found


def test_an_account_named_by_its_handle_is_the_account_of_that_handle() -> None:
    facts = crowd(5, 5)
    facts.posts = []
    for n in range(12):
        facts.mention(f"p{n}", "positive", text="ottimo")
        facts.posts[-1]["mentions"] = [key("x", "1001")]
    by_handle = replace(ALONE, subject=replace(ANNA, accounts=(AccountRef("x:@annaferri"),), aliases=(), name="—"))
    assert facts.told(scene=by_handle).effective_authors == pytest.approx(11.9, abs=0.2)


def streams(favourable: float, version: str = "polarity@2.3", posts: int = 400) -> tuple[Facts, float]:
    """Return what many people say of Anna as a model reads that is right as often as it says, and the true share."""
    facts, rng = Facts(), np.random.default_rng(7)
    truth = rng.random(posts) < favourable
    for n, good in enumerate(truth):
        right = rng.beta(3, 2)
        p = right if (rng.random() < right) == good else 1 - right
        number = facts.mention(f"p{n}", None)
        said = [0.95 * (1 - p), 0.05, 0.95 * p]
        label = "positive" if p > 0.5 else "negative"
        facts.annotations.append({**note(number, "polarity", label), "version": version, "p": said})
    return facts, float(truth.mean())


def level(facts: Facts) -> float:
    """Return the favourable among the chances of sides that are counted."""
    with facts.engine() as engine:
        stage(engine, ALONE, END, METHOD)
        sums = engine.query("select sum(p_neg) as neg, sum(p_pos) as pos from polarity").to_pylist()[0]
    return float(sums["pos"] / (sums["pos"] + sums["neg"]))


@pytest.mark.parametrize("favourable", [0.1, 0.3, 0.7, 0.9])
def test_the_level_of_a_stream_is_not_drawn_to_the_mixture_of_the_training(favourable: float) -> None:
    facts, truth = streams(favourable)
    plain, _ = streams(favourable, version="polarity@hub:tone-1a2b3c4d")
    assert abs(level(facts) - truth) < 0.05
    assert abs(level(facts) - truth) < abs(level(plain) - truth)


def test_what_another_model_says_is_taken_as_it_says_it() -> None:
    facts, _ = streams(0.2, version="polarity@endpoint:big", posts=50)
    told = [a["p"] for a in facts.annotations if a["enricher"] == "polarity"]
    assert level(facts) == pytest.approx(sum(p[2] for p in told) / sum(p[0] + p[2] for p in told), rel=1e-5)


def test_labels_without_probabilities_are_not_moved() -> None:
    assert level(crowd(3, 17)) == pytest.approx(3 / 20)


def test_a_subject_of_whom_little_is_said_is_drawn_to_what_is_said_of_all() -> None:
    """Three unfavourable posts do not make a stream in which nothing is favourable."""
    facts = Facts()
    for n in range(3):
        number = facts.mention(f"p{n}", None)
        facts.annotations.append(
            {**note(number, "polarity", "negative"), "version": "polarity@2.3", "p": [0.6, 0.2, 0.2]}
        )
    assert 0.05 < level(facts) < 0.25


def test_own_accounts_are_no_audience() -> None:
    facts, praised = crowd(12, 8), crowd(12, 8)
    number = praised.own(3, text="Anna Ferri è Anna Ferri")
    praised.annotations.append(note(number, "polarity", "positive", subject="anna"))
    assert reputation(praised) == pytest.approx(reputation(facts))


def test_a_brand_stands_in_the_conversation_and_a_person_is_not_ranked() -> None:
    told = lume().components["resonance"].details
    assert 0 < float(told["standing"] or 0) < 1
    assert told["standing_place"] == 1
    assert "standing" not in crowd(12, 8).told("resonance").details


def test_a_workspace_is_measured_from_its_lake(tmp_path: Path) -> None:
    """What the lake keeps reads the same as the facts in memory."""
    made, whole = world()
    space = create(tmp_path / "home", "studio")
    write(5, 4000, tmp_path / "world")
    load(space, tmp_path / "world" / "workspace.toml")
    space.lake.commit(whole, source="world", number=0)
    same(lume().components, measure(space, "lume", as_of=made.truth["as_of"][0].as_py()).components)
    told = measure(space, "anna", lenses=["freelancer"])
    assert list(told.values) == ["freelancer"]
    with pytest.raises(UnknownName, match="no lens called 'rich'"):
        measure(space, "anna", lenses=["rich"])


def test_consent_missing_names_the_next_step(tmp_path: Path) -> None:
    file = tmp_path / "workspace.toml"
    file.write_text('[[subject]]\nslug = "anna"\nkind = "person"\nname = "Anna Ferri"\naccounts = ["x:1001"]\n')
    space = create(tmp_path / "home", "studio")
    load(space, file)
    with pytest.raises(ConsentMissing, match="valore consent"):
        measure(space, "anna")
