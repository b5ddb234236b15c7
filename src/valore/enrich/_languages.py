"""Language codes as people and places write them, as ISO 639-1."""

import re
from functools import cache
from types import MappingProxyType
from typing import Any

import pyarrow as pa

from valore.enrich._columns import column, strings

UNKNOWN = "und"
_NAMES = MappingProxyType(
    {
        "ar": "ara arabic arabo arabe arabisch árabe العربية",
        "de": "deu ger german tedesco allemand deutsch alemán alemão aleman",
        "en": "eng english inglese anglais englisch inglés inglês ingles",
        "es": "spa spanish spagnolo espagnol spanisch español espanhol espanol castellano",
        "fr": "fra fre french francese français französisch francés francês francais",
        "hi": "hin hindi",
        "it": "ita italian italiano italien italienisch",
        "ja": "jpn japanese giapponese japonais",
        "ko": "kor korean coreano",
        "nl": "nld dut dutch olandese nederlands",
        "pl": "pol polish polacco polski",
        "pt": "por portuguese portoghese portugais portugiesisch portugués português portugues",
        "ru": "rus russian russo",
        "tr": "tur turkish turco türkçe",
        "zh": "zho chi cmn chinese cinese",
    }
)


@cache
def code(written: str) -> str:
    """Return the ISO 639-1 code of a language as written; `und` where it cannot be told.

    >>> code("it-IT"), code("ITA"), code("Italian"), code("pt_BR"), code("klingon")
    ('it', 'it', 'it', 'pt', 'und')
    """
    plain = written.strip().lower()
    head = plain.replace("_", "-").split("-")[0]
    return _codes().get(plain) or _codes().get(head) or (head if re.fullmatch("[a-z]{2}", head) else UNKNOWN)


def codes(written: pa.Array) -> pa.Array:
    """Return the codes of a column of languages; null stays null."""
    encoded = strings(written).dictionary_encode()
    known = pa.array([None if w is None else code(w) for w in encoded.dictionary.to_pylist()], pa.string())
    return pa.DictionaryArray.from_arrays(encoded.indices, known).dictionary_decode().cast(pa.string())


def known(batch: pa.RecordBatch, languages: frozenset[str]) -> Any:
    """Return where a batch's column `language` is one of `languages`, numpy booleans; False where it is null."""
    given = codes(column(batch, "language"))
    wanted = pa.array(sorted(languages), pa.string())
    return pa.compute.fill_null(pa.compute.is_in(given, value_set=wanted), False).to_numpy(zero_copy_only=False)


@cache
def _codes() -> dict[str, str]:
    return {name: iso for iso, names in _NAMES.items() for name in (iso, *names.split())} | {
        "iw": "he",
        "in": "id",
    }
