"""The languages of the world that have a two-letter code (ISO 639-1), with their English names."""

from __future__ import annotations

import re
from collections.abc import Mapping

_TABLE = """
aa Afar, ab Abkhaz, ae Avestan, af Afrikaans, ak Akan, am Amharic, an Aragonese, ar Arabic, as Assamese, av Avar,
ay Aymara, az Azerbaijani, ba Bashkir, be Belarusian, bg Bulgarian, bi Bislama, bm Bambara, bn Bengali, bo Tibetan,
br Breton, bs Bosnian, ca Catalan, ce Chechen, ch Chamorro, co Corsican, cr Cree, cs Czech, cu Church Slavonic,
cv Chuvash, cy Welsh, da Danish, de German, dv Dhivehi, dz Dzongkha, ee Ewe, el Greek, en English, eo Esperanto,
es Spanish, et Estonian, eu Basque, fa Persian, ff Fula, fi Finnish, fj Fijian, fo Faroese, fr French,
fy West Frisian, ga Irish, gd Scottish Gaelic, gl Galician, gn Guarani, gu Gujarati, gv Manx, ha Hausa, he Hebrew,
hi Hindi, ho Hiri Motu, hr Croatian, ht Haitian Creole, hu Hungarian, hy Armenian, hz Herero, ia Interlingua,
id Indonesian, ie Interlingue, ig Igbo, ii Nuosu, ik Inupiaq, io Ido, is Icelandic, it Italian, iu Inuktitut,
ja Japanese, jv Javanese, ka Georgian, kg Kongo, ki Kikuyu, kj Kwanyama, kk Kazakh, kl Greenlandic, km Khmer,
kn Kannada, ko Korean, kr Kanuri, ks Kashmiri, ku Kurdish, kv Komi, kw Cornish, ky Kyrgyz, la Latin,
lb Luxembourgish, lg Ganda, li Limburgish, ln Lingala, lo Lao, lt Lithuanian, lu Luba-Katanga, lv Latvian,
mg Malagasy, mh Marshallese, mi Māori, mk Macedonian, ml Malayalam, mn Mongolian, mr Marathi, ms Malay, mt Maltese,
my Burmese, na Nauruan, nb Norwegian Bokmål, nd Northern Ndebele, ne Nepali, ng Ndonga, nl Dutch,
nn Norwegian Nynorsk, no Norwegian, nr Southern Ndebele, nv Navajo, ny Chichewa, oc Occitan, oj Ojibwe, om Oromo,
or Odia, os Ossetian, pa Punjabi, pi Pali, pl Polish, ps Pashto, pt Portuguese, qu Quechua, rm Romansh, rn Kirundi,
ro Romanian, ru Russian, rw Kinyarwanda, sa Sanskrit, sc Sardinian, sd Sindhi, se Northern Sami, sg Sango,
si Sinhala, sk Slovak, sl Slovenian, sm Samoan, sn Shona, so Somali, sq Albanian, sr Serbian, ss Swati,
st Southern Sotho, su Sundanese, sv Swedish, sw Swahili, ta Tamil, te Telugu, tg Tajik, th Thai, ti Tigrinya,
tk Turkmen, tl Tagalog, tn Tswana, to Tongan, tr Turkish, ts Tsonga, tt Tatar, tw Twi, ty Tahitian, ug Uyghur,
uk Ukrainian, ur Urdu, uz Uzbek, ve Venda, vi Vietnamese, vo Volapük, wa Walloon, wo Wolof, xh Xhosa, yi Yiddish,
yo Yoruba, za Zhuang, zh Chinese, zu Zulu
"""

LANGUAGES: dict[str, str] = {
    code: name for code, _, name in (entry.strip().partition(" ") for entry in _TABLE.replace("\n", " ").split(","))
}
"""Code → English name."""

_CODES = {name.casefold(): code for code, name in LANGUAGES.items()}
_SLIPS = {"mandarin": "zh", "jp": "ja", "cn": "zh", "cz": "cs", "ua": "uk", "castilian": "es", "farsi": "fa"}
"""What people write instead of the code: names of varieties, and of countries."""


def language_name(code: str) -> str:
    """The English name of `code`, or the code itself where it is not in the table."""
    return LANGUAGES.get(code, code)


def likely_code(text: str) -> str:
    """The code that someone who wrote `text` probably meant ("Korean", "en-US", "jp"), or ""."""
    wanted = text.strip().casefold().replace("_", "-")
    if wanted in LANGUAGES:
        return wanted
    head = wanted.partition("-")[0]
    return _CODES.get(wanted) or _SLIPS.get(wanted) or (head if head in LANGUAGES else "")


_LOCALE_VARIABLES = ("LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG")
"""Where a system says which language it speaks to its user, the strongest first (gettext's order)."""


def home_language(environ: Mapping[str, str]) -> str:
    """The code of the language that the system's locale speaks ("de_AT.UTF-8": de); "" where it says none ("C")."""
    values = (environ.get(variable, "").partition(":")[0].strip() for variable in _LOCALE_VARIABLES)
    return likely_code(re.split("[.@]", next(filter(None, values), ""))[0])
