"""LinkedIn's archive: tables with notes, odd quotes and dates without a zone; and answers of its APIs."""

from pathlib import Path
from typing import Any

import pytest

from valore.model.records import Account, Fault, Interaction, Observation, Post, Raw, Record, Where
from valore.model.time import instant
from valore.places._linkedin_words import target, visibility, words
from valore.places.linkedin import PLUGIN
from valore.trust.archive import open_export

SAMPLES = Path(__file__).parents[1] / "samples" / "linkedin"
_FEED = "https://www.linkedin.com/feed/update/urn%3Ali%3A"
_HEADER = "Date,ShareLink,ShareCommentary,SharedUrl,MediaUrl,Visibility\n"


def _read(path: Path) -> list[Record | Fault]:
    with open_export(path) as export:
        match = PLUGIN.sniff(export)
        assert match is not None
        found: list[Record | Fault] = []
        for raw in PLUGIN.read(export, match):
            found += PLUGIN.normalise(raw) if isinstance(raw, Raw) else [raw] if isinstance(raw, Fault) else []
        return found


def _posts(case: str) -> dict[str, Post]:
    return {r.id: r for r in _read(SAMPLES / case) if isinstance(r, Post)}


def _shares(tmp_path: Path, rows: str, name: str = "Shares.csv") -> list[Record | Fault]:
    (tmp_path / name).write_text(_HEADER + rows, "utf-8")
    return _read(tmp_path / name)


def _api(value: Any) -> list[Record | Fault]:
    return list(PLUGIN.normalise(Raw("api", Where("answer", ""), value)))


def test_doubled_quotes_and_the_quotes_around_lines_become_what_was_written() -> None:
    posts = _posts("complete-it")
    assert posts["urn:li:share:7191600000000000001"].text == (
        'Perché la luce conta: "meno, ma meglio". #Illuminazione #città'
    )
    assert posts["urn:li:ugcPost:7184100000000000002"].text == (
        'Tre cose imparate oggi 💡\n\n1. ascoltare\n2. misurare\n3. dire "grazie" — davvero'
    )


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        ('a"\n"b"\n""\n"c', "a\nb\n\nc"),
        ('He said "yes"\nand left', 'He said "yes"\nand left'),
        ('"one line"', '"one line"'),
        ("  \n ", None),
        ("", None),
        (None, None),
    ],
)
def test_quotes_that_people_wrote_stay(raw: str | None, said: str | None) -> None:
    assert words(raw) == said


def test_a_backslash_before_a_quote_does_not_end_a_comment() -> None:
    texts = {p.text for p in _posts("complete-it").values()}
    assert 'Aggiungo "una cosa",\n\nla luce calda. 😀' in texts
    assert 'Disse: "così sia."' in texts


def test_dates_are_utc_whether_or_not_they_say_so(tmp_path: Path) -> None:
    for date in ("2024-05-02 08:30:00", "2024-05-02 08:30 UTC"):
        (post,) = _shares(tmp_path, f"{date},{_FEED}share%3A7,Ciao,,,\n")
        assert isinstance(post, Post)
        assert post.published == instant("2024-05-02T08:30:00Z")


def test_ids_are_the_urns_in_links() -> None:
    assert set(_posts("complete-it")) >= {
        "urn:li:share:7191600000000000001",
        "urn:li:ugcPost:7184100000000000002",
        "urn:li:activity:7070000000000000006",
        "https://www.linkedin.com/pulse/la-luce-che-serve-anna-ferri-a1b2",
    }


@pytest.mark.parametrize(
    ("link", "post", "comment"),
    [
        (f"{_FEED}activity%3A71", "urn:li:activity:71", None),
        ("https://www.linkedin.com/feed/update/urn:li:groupPost:12-71", "urn:li:groupPost:12-71", None),
        (
            "https://www.linkedin.com/posts/anna_x-ugcPost-7184100000000000002-Ab1",
            "urn:li:ugcPost:7184100000000000002",
            None,
        ),
        (
            f"{_FEED}activity%3A71?commentUrn=urn%3Ali%3Acomment%3A%28ugcPost%3A72%2C99%29",
            "urn:li:activity:71",
            "urn:li:comment:(urn:li:ugcPost:72,99)",
        ),
        ("urn:li:comment:(urn:li:share:5,6)", "urn:li:share:5", "urn:li:comment:(urn:li:share:5,6)"),
        ("https://www.linkedin.com/pulse/la-luce/?trk=x", "https://www.linkedin.com/pulse/la-luce", None),
        ("https://lume.example/", None, None),
        (None, None, None),
    ],
)
def test_a_link_tells_the_post_and_the_comment(link: str | None, post: str | None, comment: str | None) -> None:
    assert target(link)[:2] == (post, comment)


def test_a_comment_answers_its_post_or_the_comment_that_its_link_names() -> None:
    """The number of a comment tells its moment: the row of that moment is the comment itself."""
    posts = _posts("complete-it")
    first, answer = (p for p in posts.values() if p.thread == "urn:li:activity:7190000000000000001")
    assert first.id.startswith("urn:li:comment:(urn:li:activity:7190000000000000001,")
    assert first.reply_to == first.thread
    assert answer.reply_to == first.id


def test_reactions_are_likes_of_posts_and_of_comments_and_reposts_without_words_are_acts() -> None:
    acts = [r for r in _read(SAMPLES / "complete-it") if isinstance(r, Interaction)]
    assert [(a.kind, a.actor) for a in acts] == [("repost", "1001"), ("like", "1001"), ("like", "1001")]
    assert acts[0].target == "urn:li:share:7192000000000000009"
    assert acts[2].target is not None
    assert acts[2].target.startswith("urn:li:comment:(urn:li:activity:7190000000000000001,")


def test_what_lacks_a_date_words_or_a_target_is_told() -> None:
    faults = [
        (r.where.file.split("_")[0].split("/")[0], r.reason)
        for r in _read(SAMPLES / "complete-it")
        if isinstance(r, Fault)
    ]
    assert faults == [
        ("Articles", "no_date"),
        ("Comments", "no_date"),
        ("Reactions", "no_id"),
        ("Shares", "no_content"),
        ("Shares", "no_date"),
    ]


def test_a_row_that_does_not_fit_the_header_is_one_fault_and_the_rest_is_read(tmp_path: Path) -> None:
    found = _shares(
        tmp_path, f"half,a row\n2024-05-02 08:30:00,{_FEED}share%3A7,Ciao,,,\nnever,{_FEED}share%3A8,Ciao,,,\n"
    )
    assert [f.reason for f in found if isinstance(f, Fault)] == ["bad_row", "bad_date"]
    assert [p.id for p in found if isinstance(p, Post)] == ["urn:li:share:7"]


def test_the_number_behind_the_tables_names_the_member_else_the_public_address_else_the_name() -> None:
    owners = {
        case: next(r for r in _read(SAMPLES / case) if isinstance(r, Account))
        for case in ("complete-it", "complete-de", "basic-de")
    }
    assert {case: a.id for case, a in owners.items()} == {
        "complete-it": "1001",
        "complete-de": "@juergen-gross-12",
        "basic-de": "@jürgen.groß",
    }
    anna = owners["complete-it"]
    assert (anna.name, anna.location) == ("Anna Ferri", "Torino, Italia")
    assert anna.bio == 'Progettista della luce\n\nLavoro con "Lume".\nDa Torino.'


def test_neither_birthday_nor_home_leaves_the_reader() -> None:
    with open_export(SAMPLES / "complete-it") as export:
        match = PLUGIN.sniff(export)
        assert match is not None
        told = repr(list(PLUGIN.read(export, match)))
    assert "1990" not in told
    assert "Via " not in told


def test_a_basic_archive_gives_the_profile_and_nothing_else() -> None:
    (account,) = _read(SAMPLES / "basic-de")
    assert isinstance(account, Account)
    with open_export(SAMPLES / "basic-de") as export:
        match = PLUGIN.sniff(export)
        assert match is not None
        assert (match.variant, set(match.skipped.values())) == ("basic", {"private", "not_needed"})


def test_a_profile_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    (tmp_path / "Profile.csv").write_text("First Name,Last Name,Headline\nAnna\n", "utf-8")
    (fault,) = _read(tmp_path)
    assert isinstance(fault, Fault)
    assert (fault.where.file, fault.reason) == ("Profile.csv", "bad_row")


def test_notes_above_the_header_are_passed_over(tmp_path: Path) -> None:
    (tmp_path / "Shares.csv").write_text(
        f'Notes:\n"Your shares, all of them."\n\n{_HEADER}2024-05-02 08:30:00,{_FEED}share%3A7,Ciao,,,\n', "utf-8"
    )
    (post,) = _read(tmp_path / "Shares.csv")
    assert isinstance(post, Post)


def test_an_article_has_its_title_its_day_and_its_words() -> None:
    article = next(p for p in _posts("complete-it").values() if p.kind == "Article")
    assert (article.title, article.text) == ("La luce che serve", "La luce giusta costa meno.\n\nÈ una promessa. #luce")
    assert (article.published, article.tags) == (instant("2023-09-20T06:12:00Z"), ("luce",))


@pytest.mark.parametrize(
    ("said", "who"),
    [("PUBLIC", "public"), ("CONNECTIONS", "followers"), ("CONTAINER", "group"), ("MEMBER_NETWORK", None), ("", None)],
)
def test_who_may_see_a_share_is_said_only_where_the_word_says_it(said: str, who: str | None) -> None:
    assert visibility(said) == who


@pytest.mark.parametrize(
    "case", ["complete-it", "complete-en", "complete-de", "complete-fr", "complete-es", "complete-pt"]
)
def test_every_language_and_encoding_is_read(case: str) -> None:
    assert any(p.text for p in _posts(case).values())
    assert not any("�" in (p.text or "") for p in _posts(case).values())


def test_a_table_of_another_place_is_not_taken(tmp_path: Path) -> None:
    (tmp_path / "comments.csv").write_text("id,permalink,date,ip,subreddit,gildings,link,parent,body\n", "utf-8")
    with open_export(tmp_path / "comments.csv") as export:
        assert PLUGIN.sniff(export) is None


def test_a_snapshot_says_the_same_as_the_archive() -> None:
    """The rows are those of the tables; whose they are is told by who fetched them."""
    share = {"Date": "2024-05-02 08:30:00", "ShareLink": f"{_FEED}share%3A7", "ShareCommentary": "Ciao #luce"}
    comment = {"Date": "2024-05-02 09:30:00", "Link": f"{_FEED}share%3A7", "Message": "Grazie"}
    like = {"Date": "2024-05-02 09:30:00", "Type": "LIKE", "Link": f"{_FEED}share%3A8"}
    answer = {
        "owner": "1001",
        "elements": [
            {"snapshotDomain": "MEMBER_SHARE_INFO", "snapshotData": [share]},
            {"snapshotDomain": "ALL_COMMENTS", "snapshotData": [comment]},
            {"snapshotDomain": "ALL_LIKES", "snapshotData": [like, 7]},
            {"snapshotDomain": "PROFILE", "snapshotData": [{"First Name": "Anna", "Last Name": "Ferri"}]},
            {"snapshotDomain": "INBOX", "snapshotData": [{"CONTENT": "parole riservate"}]},
        ],
    }
    post, answered, liked, fault, account = _api(answer)
    assert isinstance(post, Post)
    assert (post.id, post.author, post.tags) == ("urn:li:share:7", "1001", ("luce",))
    assert post.pointer == "/elements/0/snapshotData/0"
    assert isinstance(answered, Post)
    assert answered.reply_to == "urn:li:share:7"
    assert isinstance(liked, Interaction)
    assert isinstance(fault, Fault)
    assert isinstance(account, Account)
    assert (account.id, account.name) == ("1001", "Anna Ferri")
    assert "riservate" not in repr(_api(answer))


def test_a_snapshot_of_nobody_is_refused() -> None:
    (fault,) = _api({"elements": [{"snapshotDomain": "MEMBER_SHARE_INFO", "snapshotData": [{}]}]})
    assert isinstance(fault, Fault)
    assert fault.reason == "no_author"


def test_posts_of_the_api_lose_the_marks_of_mentions_and_hashtags() -> None:
    (post,) = _api(
        {
            "id": "urn:li:share:7",
            "author": "urn:li:organization:2414183",
            "commentary": "Grazie @[Bruno Conti](urn:li:person:b1) \\(davvero\\) {hashtag|\\#|Luce}",
            "publishedAt": 1714638600000,
            "visibility": "PUBLIC",
            "content": {"multiImage": {"images": [{}, {}]}},
            "reshareContext": {"parent": "urn:li:share:5", "root": "urn:li:share:4"},
        }
    )
    assert isinstance(post, Post)
    assert (post.text, post.tags, post.mentions) == (
        "Grazie Bruno Conti (davvero) #Luce",
        ("Luce",),
        ("urn:li:person:b1",),
    )
    assert (post.media, post.quote_of, post.visibility) == (2, "urn:li:share:5", "public")
    assert post.published == instant("2024-05-02T08:30:00Z")


def test_comments_likes_and_counts_of_the_api_are_told_apart() -> None:
    comment, like, counts = _api(
        {
            "elements": [
                {
                    "commentUrn": "urn:li:comment:(urn:li:activity:9,8)",
                    "actor": "urn:li:person:c1",
                    "message": {"text": "Bello"},
                    "created": {"time": 1714638600000},
                    "object": "urn:li:activity:9",
                },
                {
                    "$URN": "urn:li:like:(urn:li:person:c1,urn:li:activity:9)",
                    "actor": "urn:li:person:c1",
                    "object": "urn:li:activity:9",
                },
                {
                    "share": "urn:li:share:7",
                    "totalShareStatistics": {"likeCount": 4, "commentCount": 0, "impressionCount": 90},
                },
                {"organizationalEntity": "urn:li:organization:1", "totalShareStatistics": {"likeCount": 4000}},
                {"role": "ADMINISTRATOR", "organization": "urn:li:organization:1"},
            ]
        }
    )
    assert isinstance(comment, Post)
    assert (comment.reply_to, comment.author) == ("urn:li:activity:9", "urn:li:person:c1")
    assert isinstance(like, Interaction)
    assert like.target == "urn:li:activity:9"
    assert isinstance(counts, Observation)
    assert (counts.likes, counts.replies, counts.views, counts.reposts) == (4, 0, 90, None)


@pytest.mark.parametrize(
    ("answer", "reason", "detail"),
    [
        ({"status": 403, "serviceErrorCode": 100, "message": "Not enough permissions"}, "bad_shape", "error 403"),
        ([], "bad_shape", ""),
        ({"id": "urn:li:share:7", "commentary": "Ciao", "publishedAt": 1714638600000}, "no_author", ""),
        ({"id": "urn:li:share:7", "commentary": "Ciao", "author": "urn:li:person:b1"}, "no_date", ""),
        ({"actor": "urn:li:person:c1", "message": {"text": "Bello"}, "id": "8"}, "no_id", ""),
    ],
)
def test_errors_and_broken_answers_are_faults_without_their_words(answer: Any, reason: str, detail: str) -> None:
    (fault,) = _api(answer)
    assert isinstance(fault, Fault)
    assert (fault.reason, fault.detail) == (reason, detail)
