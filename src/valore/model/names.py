"""Names of people, folded so that ways of writing one name meet. A weak hint, never more.

Two people may well have one name, and one person several: nothing is ever linked because names are
alike (see `model.links`). Known are Latin, Cyrillic, Arabic and the scripts of Chinese, Japanese
and Korean; other scripts are compared letter by letter.
"""

import re
import unicodedata

_APOSTROPHES = re.compile(r"['’‘ʼ`´]")
_WORD = re.compile(r"[^\W_]+")
_DOUBLED = re.compile(r"([^\W\d_])\1+")
_MARKS = re.compile("[\u0300-\u036f\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06ed\u0640]")
"""Accents of Latin and Cyrillic; vowels, hamza and maddah of Arabic, and its lengthening stroke."""
_ROMANCE = "d da dal dall dalla dalle de degli dei del dell della delle di do dos du l la le lo"
_PARTICLES = frozenset((*_ROMANCE.split(), "van", "von", "der", "den", "zu", "abu", "bin", "ibn", "al", "el"))
"""What belongs to the word behind it: De Luca is Deluca."""
_ARTICLES = frozenset(("al", "el"))
_ARABIC = str.maketrans({"ٱ": "ا", "ة": "ه", "ى": "ي", "ی": "ي", "ک": "ك"})
_LETTERS = (
    "а=a б=b в=v г=g д=d е=e ж=zh з=z и=i й=i к=k л=l м=m н=n о=o п=p р=r с=s т=t у=u ф=f х=h ц=ts ч=ch ш=sh щ=shch "
    "ъ= ы=i ь= э=e ю=iu я=ia і=i ї=i є=ie ґ=g ў=u"
)
_CYRILLIC = str.maketrans(dict(pair.split("=") for pair in _LETTERS.split()))
_LATIN = (("kh", "h"), ("x", "ks"), ("y", "i"), ("j", "i"), ("tz", "ts"))
"""What transliterations write in several ways."""
_IS_CJK = re.compile("[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]+")


def same_name(one: str, other: str) -> bool:
    """Return whether two names may be one name written in two ways; a single word is too little to say.

    >>> same_name("Niccolò D’Angelo", "Dangelo Nicolo"), same_name("Anna Ferri", "Anna Ferrari")
    (True, False)
    """
    return bool(name_keys(one) & name_keys(other))


def name_keys(name: str) -> frozenset[str]:
    """Return the folded forms of a name; names that share one may be the same. Empty: too little to say."""
    plain = unicodedata.normalize("NFKC", name).casefold()
    if _IS_CJK.fullmatch("".join(_WORD.findall(plain))):
        return _cjk(_WORD.findall(plain))
    spelled = [plain.replace("ё", "е"), plain.replace("ё", "ио")] if "ё" in plain else [plain]
    found = (_key(_words(text), rough=rough) for text in spelled for rough in (False, True))
    return frozenset(key for key in found if key)


def handle_key(handle: str) -> str:
    """Return a handle without its server, dots and strokes, in small letters.

    >>> handle_key("@Anna.Ferri@piazza.example") == handle_key("anna_ferri")
    True
    """
    local = handle.lstrip("@").partition("@")[0]
    return "".join(_WORD.findall(unicodedata.normalize("NFKC", local).casefold()))


def _words(text: str) -> list[str]:
    """Return the words of a name, particles joined to the next one, Arabic articles left out."""
    unmarked = _MARKS.sub("", unicodedata.normalize("NFD", _APOSTROPHES.sub("", text)))
    words, before = [], ""
    for word in _WORD.findall(unmarked.translate(_ARABIC)):
        if word in _PARTICLES:
            before = before if word in _ARTICLES else before + word
            continue
        words.append(before + _without_article(word))
        before = ""
    return words + ([before] if before else [])


def _without_article(word: str) -> str:
    return word[2:] if word.startswith("ال") and len(word) > 4 else word  # noqa: PLR2004 - the article and two letters


def _key(words: list[str], *, rough: bool) -> str | None:
    """Return words in one order and spelling; `rough` also meets other alphabets."""
    if len(words) < 2:  # noqa: PLR2004 - a first and a last name
        return None
    single = sorted(_DOUBLED.sub(r"\1", _romanised(word) if rough else word) for word in words)
    return ("~" if rough else "") + " ".join(single)


def _romanised(word: str) -> str:
    for written, meant in _LATIN:
        word = word.replace(written, meant)
    return _DOUBLED.sub(r"\1", word.translate(_CYRILLIC))


def _cjk(words: list[str]) -> frozenset[str]:
    """Return all rotations of a name without spaces: who writes the family first is not known."""
    whole = "".join(words)
    if not 2 <= len(whole) <= 12:  # noqa: PLR2004 - signs of a name
        return frozenset()
    return frozenset({min(whole[i:] + whole[:i] for i in range(len(whole)))})
