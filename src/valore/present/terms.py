"""The fixed words of the product for codes that stand in the data; unknown codes are shown as they are."""

from collections.abc import Mapping
from types import MappingProxyType

from valore.errors import N_
from valore.present.language import Words

COMPONENTS: Mapping[str, tuple[str, str, str]] = MappingProxyType(
    {
        "identity": (
            N_("Identity"),
            N_("Whether what is declared, what is written and what sets it apart make one clear figure."),
            N_(
                "The cube root of clarity × consistency × distinctiveness, times 100: how near the themes written "
                "about are to the declared ones, how alike they are between places and months, how different from "
                "those of the peers."
            ),
        ),
        "reputation": (
            N_("Reputation"),
            N_("Of those who judge, how many judge well; each person counts once, however much they write."),
            N_(
                "Of the distinct authors who speak well or ill of the subject, the weighted share of the favourable, "
                "times 100; the few are drawn towards the reference set with the strength of ten authors."
            ),
        ),
        "resonance": (
            N_("Resonance"),
            N_("How many different real people reply, quote, pass on or name, against the peers."),
            N_(
                "Distinct people who acted, each with a logarithm of their acts and a like counting a quarter; the "
                "percentile among the peers, or in the subject's own past."
            ),
        ),
        "contribution": (
            N_("Contribution"),
            N_("What is new in what the subject writes: thoughts that nobody there had said before."),
            N_(
                "The share of statements that resemble no earlier one, with credit for an opinion, a question or a "
                "provocation and for how others took it up, times 100."
            ),
        ),
        "presence": (
            N_("Presence and care"),
            N_("Being there regularly, and answering those who write."),
            N_(
                "The geometric mean of the share of weeks kept and of the probability that a mention is answered in "
                "time; those still waiting count as waiting, not as unanswered."
            ),
        ),
        "solidity": (
            N_("Solidity"),
            N_("Holding one's level over time, and coming back to it after a blow."),
            N_(
                "What is left after subtracting what was lost in shocks, drawn in for those who have been there "
                "briefly."
            ),
        ),
    }
)
"""Component → name, what it tells, how it is reckoned."""

HONEST = N_(
    "Intervals hold what varies between people nine times in ten. What the models misread they do not know: a sample "
    "reviewed by people corrects it."
)
"""What an interval promises, and what it cannot."""
GRADES: Mapping[str, str] = MappingProxyType(
    {
        "A": N_("very solid evidence"),
        "B": N_("solid evidence"),
        "C": N_("fair evidence"),
        "D": N_("thin evidence: only the interval is shown"),
        "E": N_("too little evidence for a number"),
    }
)
_TERMS: Mapping[str, str] = MappingProxyType(
    {
        "person": N_("person"),
        "brand": N_("brand"),
        "organisation": N_("organisation"),
        "automated": N_("automated"),
        "unknown": N_("undecided"),
        "negative": N_("unfavourable"),
        "neutral": N_("neither for nor against"),
        "positive": N_("favourable"),
        "undecided": N_("undecided"),
        "freelancer": N_("Freelancer"),
        "company": N_("Company"),
        "agency_client": N_("Agency client"),
        "sceptic": N_("Sceptic"),
        "customer": N_("Customer"),
        "newcomer": N_("Newcomer"),
        "mentions": N_("Mentions"),
        "posts": N_("Own posts"),
        "people": N_("People who act"),
        "declared": N_("Declared"),
        "practised": N_("Practised"),
        "perceived": N_("Perceived"),
        "crisis": N_("crisis"),
        "peak": N_("peak"),
        "silence": N_("silence"),
        "plan": N_("plan"),
        "opinion": N_("opinion"),
        "question": N_("question"),
        "provocation": N_("provocation"),
        "report": N_("report"),
        "products": N_("Products and services"),
        "innovation": N_("Innovation"),
        "workplace": N_("Workplace"),
        "governance": N_("Governance"),
        "citizenship": N_("Citizenship"),
        "leadership": N_("Leadership"),
        "performance": N_("Performance"),
        "language": N_("language"),
        "actor": N_("kind of account"),
        "automation": N_("automation"),
        "spam": N_("spam"),
        "polarity": N_("polarity"),
        "stance": N_("stance"),
        "dimension": N_("dimension of reputation"),
        "theme": N_("themes"),
        "duplicate": N_("near-duplicates"),
    }
)
_CROWDS: Mapping[str, str] = MappingProxyType(
    {
        "person": N_("People"),
        "organisation": N_("Companies and organisations"),
        "automated": N_("Automated accounts"),
        "unknown": N_("Undecided"),
    }
)
_PLACES: Mapping[str, str] = MappingProxyType(
    {
        "x": "X / Twitter",
        "facebook": "Facebook",
        "instagram": "Instagram",
        "googleplus": "Google+",
        "mastodon": "Mastodon",
        "bluesky": "Bluesky",
        "linkedin": "LinkedIn",
        "youtube": "YouTube",
        "tiktok": "TikTok",
        "threads": "Threads",
        "reddit": "Reddit",
        "telegram": "Telegram",
        "tumblr": "Tumblr",
        "pinterest": "Pinterest",
        "wordpress": "WordPress",
        "feed": N_("Feeds"),
        "table": N_("Tables"),
    }
)


def term(code: str, words: Words) -> str:
    """Return the words for a code of the data: `positive` → *favorevole*."""
    return component(code, words) if code in COMPONENTS else words.say(_TERMS.get(code, code.replace("_", " ")))


def component(name: str, words: Words) -> str:
    """Return the name of a component (its code when it is a stranger's)."""
    return words.say(COMPONENTS[name][0]) if name in COMPONENTS else name


def crowd(actor: str, words: Words) -> str:
    """Return the name of a kind of accounts, in the plural."""
    return words.say(_CROWDS[actor]) if actor in _CROWDS else actor


def place(name: str, words: Words) -> str:
    """Return a place as people write it."""
    return words.say(_PLACES.get(name, name))


def grade(code: str, words: Words) -> str:
    """Return what an evidence grade means."""
    return words.say(GRADES[code]) if code in GRADES else code
