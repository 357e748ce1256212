"""When a name that a reader wrote and a name that was found are one: sources, outlets, and what is counted.

The rules are few and the same for every text. They know the spellings of a few bodies known world-wide, and no article.
"""

from __future__ import annotations

import re
from difflib import SequenceMatcher
from functools import cache
from typing import Final
from urllib.parse import urlsplit

__all__ = ["host_of", "is_description", "is_outlet", "is_unattributed", "parts_of", "same_name", "thing_of"]

_WORD: Final = re.compile(r"[^\W_]+(?:[-'’.][^\W_]+)*", re.UNICODE)
_FILLERS: Final = frozenset({"the", "a", "an", "of", "for", "and", "in", "on", "at", "to", "by", "un", "unnamed"})
# One spelling for what is written in several ways.
_SPELLINGS: Final = {
    "u.s": "us",
    "u.s.": "us",
    "usa": "us",
    "american": "us",
    "rok": "south korea",
    "korean": "korea",
    "s.korean": "south korea",
    "ukrainian": "ukraine",
    "russian": "russia",
    "israeli": "israel",
    "defence": "defense",
    "centre": "center",
    "authorities": "officials",
    "official": "officials",
    "minister": "ministry",
}
# World-wide known bodies under the names that other languages have for them: the first is how labels write them.
_BODIES: Final = (
    ("white house", "білий дім", "білого дому", "білому домі", "белый дом", "белого дома", "белом доме"),
    ("white house", "weiße haus", "weißen haus", "weißes haus", "maison blanche", "casa bianca", "casa blanca"),
    ("white house", "casa branca", "백악관", "ホワイトハウス", "白宫", "白宮"),
    ("csis", "center for strategic and international studies", "center for strategic international studies"),
    ("csis", "centro para estudios internacionales", "centro de estudios estratégicos", "戦略国際問題研究所"),
    ("csis", "центр стратегічних", "центру стратегічних", "центр стратегических", "центра стратегических"),
    (
        "csis",
        "zentrum für strategische",
        "centre d'études stratégiques",
        "centro studi strategici",
        "전략국제문제연구소",
    ),
    (
        "csis",
        "centro di studi strategici",
        "centro per gli studi strategici",
        "战略与国际研究中心",
        "戰略與國際研究中心",
    ),
    ("beyond parallel", "분단을 넘어", "ビヨンド・パラレル"),
    ("us officials", "funcionario estadounidense", "us-beamter", "responsable américain", "funzionario statunitense"),
    ("us officials", "американский чиновник", "американський чиновник", "미국 당국자", "미 당국자", "米当局者"),
    ("south korea defense ministry", "국방부 장관", "국방장관", "министр обороны южной кореи", "韓国国防相"),
    ("yonhap", "연합뉴스", "聯合ニュース", "韩联社", "韓聯社", "ренхап", "йонхап", "рёнхап"),
    ("reuters", "рейтер", "로이터", "ロイター", "路透"),
    ("ap", "associated press", "ассошиэйтед пресс"),
    ("afp", "agence france-presse", "agence france presse"),
    ("isw", "institute for the study of war"),
    ("voa", "voice of america", "голос америки", "미국의소리"),
    ("rfa", "radio free asia", "자유아시아방송"),
)
_CYRILLIC: Final = str.maketrans(
    {"ж": "zh", "х": "kh", "ц": "ts", "ч": "ch", "ш": "sh", "щ": "shch", "ю": "yu", "я": "ya", "ь": "", "ъ": ""}
    | dict(zip("абвгґдеєзиіїйклмнопрстуфыэё", "abvggdeeziiiiklmnoprstufyee", strict=True))
)
# Words that describe an intermediary without naming it.
_DESCRIBING: Final = frozenset(
    {
        *("agency", "agencies", "article", "caption", "country", "daily", "editor", "expert", "experts", "footage"),
        *("group", "high-resolution", "image", "imagery", "images", "local", "mail", "media", "narrator", "news"),
        *("newspaper", "officials", "original", "outlet", "outlets", "page", "photo", "photos", "press", "publication"),
        *("release", "report", "reporter", "reports", "satellite", "site", "source", "sources", "television"),
        *("think-tank", "tv", "unattributed", "unnamed", "website", "wire", "wires"),
    }
)
_NATIONS: Final = frozenset(
    {
        *("american", "belarusian", "british", "chinese", "czech", "french", "german", "indian", "israel", "israeli"),
        *("italian", "japanese", "korea", "korean", "north", "polish", "russia", "russian", "south", "spanish"),
        *("turkish", "uk", "ukraine", "ukrainian", "us", "vietnamese", "western"),
    }
)
_SECOND_LEVEL: Final = frozenset({"ac", "co", "com", "edu", "gov", "in", "net", "news", "org", "uk", "ua"})

# What is counted, by the beginnings of words; the first that fits decides.
_THINGS: Final[tuple[tuple[str, tuple[str, ...]], ...]] = (
    (
        "container",
        ("container", "contenedor", "conteneur", "contêiner", "контейнер", "컨테이너", "コンテナ", "集装箱", "貨櫃"),
    ),
    ("ammunition", ("round", "shell", "munition", "projectile", "granate", "снаряд", "obus", "proiettil", "proyectil")),
    ("ammunition", ("artillery", "ammunition", "포탄", "砲弾", "炮弹", "砲彈", "missile", "rocket", "ракет")),
    ("railcar", ("railcar", "railway car", "rail car", "freight car", "freight wagon", "wagon", "waggon", "carriage")),
    ("railcar", ("vagon", "vagoni", "vagón", "vagão", "güterw", "вагон", "화차", "貨車", "車両", "車廂", "车厢")),
    ("railcar", ("両", "节", "節", "량", "車", "列车", "火車", "객차", "vagão", "vagões", "vagone")),
    ("railcar", ("boxcar", "gondola", "flatcar", "tank car", "special railway car")),
    ("locomotive", ("locomotive", "локомотив", "lokomotiv", "locomotora")),
    ("tent", ("tent", "tend", "tienda", "zelt", "палат", "намет", "텐트", "テント", "帐篷", "帳篷")),
    (
        "ship",
        ("ship", "vessel", "boat", "tanker", "buque", "barco", "nave", "navi", "schiff", "navire", "суд", "корабл"),
    ),
    ("train", ("train", "tren", "zug", "züge", "treno", "treni", "поезд", "поїзд", "потяг", "열차", "列車", "列车")),
    ("horse", ("horse", "caball", "pferd", "cheva", "лошад", "кон", "말", "馬", "马")),
    (
        "person",
        (
            "people",
            "person",
            "civilian",
            "refugee",
            "hostage",
            "death",
            "dead",
            "killed",
            "wounded",
            "soldier",
            "troop",
        ),
    ),
    (
        "person",
        ("displaced", "mort", "muert", "persone", "personas", "menschen", "люд", "человек", "осіб", "worker", "case"),
    ),
    ("aircraft", ("aircraft", "plane", "jet", "helicopter", "avion", "flugzeug", "самол", "літак", "항공기", "飞机")),
    ("building", ("building", "house", "hangar", "warehouse", "structure", "shelter")),
    (
        "vehicle",
        ("vehicle", "truck", "lorr", "van", "bus", "tank", "vehículo", "véhicule", "veicol", "veículo", "fahrzeug"),
    ),
    (
        "vehicle",
        ("camion", "camión", "lkw", "грузовик", "вантажів", "차량", "트럭", "车辆", "車輛", "卡车", "トラック"),
    ),
    ("car", ("car", "auto", "coche", "voiture", "машин", "автомоб", "자동차", "wagen")),
)
_MEASURES: Final = (
    ("day", ("day", "día", "tag", "jour", "giorn", "дн", "день")),
    ("week", ("week", "semana", "woche", "semaine", "settiman", "недел", "тиж")),
    ("month", ("month", "mes", "monat", "mois", "mese", "месяц", "місяц")),
    ("year", ("year", "año", "jahr", "ans", "année", "ann", "год", "лет", "рок")),
    ("hour", ("hour", "hora", "stunde", "heure", "ora", "ore", "час", "годин")),
    ("length", ("km", "kilomet", "kilómet", "met", "mét", "mile", "m", "mi", "ft", "feet", "foot", "ярд", "км")),
    ("mass", ("ton", "kg", "kilogram", "t", "тон")),
    ("percent", ("percent", "per cent", "%", "half")),
    ("money", ("dollar", "usd", "eur", "$", "€", "won", "krw")),
)


def _words(name: str) -> list[str]:
    text = name.lower().replace("’", "'").replace("'s ", " ")
    found = [_SPELLINGS.get(word, word) for word in _WORD.findall(text)]
    return [word for phrase in found for word in phrase.split() if word not in _FILLERS]


def _plain(name: str) -> str:
    return " ".join(_words(name))


def _holds(longer: str, shorter: str) -> bool:
    return bool(shorter) and f" {shorter} " in f" {longer} "


@cache
def _known(name: str) -> frozenset[str]:
    """Return what world-wide known bodies a name speaks of, and its acronym."""
    lower, plain = name.lower(), _plain(name)
    found = {body for body, *others in _BODIES if _holds(plain, body) or any(one in lower for one in others)}
    capitals = [word[0] for word in re.findall(r"[^\W\d_][\w'’-]*", name) if word[0].isupper()]
    if len(capitals) >= 3:
        found.add("".join(capitals).lower())
    return frozenset(found)


def _latin(name: str) -> str:
    return name.lower().translate(_CYRILLIC)


def parts_of(label: str) -> list[str]:
    """Return the names that a reader wrote in one: ``"A (B)"`` names A, and B for the same."""
    return [part for part in (piece.strip(" )") for piece in re.split(r"[(,;/]", label)) if part]


def same_name(found: str, label: str) -> bool:
    """Return whether a found name is one of those that the reader wrote.

    It is where one holds the other word for word (capitals, articles and spelling of nations aside), where both are the
    same body known world-wide or one is the other's acronym, or where a name in Cyrillic letters, written in Latin
    ones, has a word of five letters or more that is four fifths like one of the label's.
    """
    whole, plain = _plain(label), _plain(found)
    if not plain:
        return False
    if _holds(whole, plain) or any(_holds(plain, _plain(part)) for part in parts_of(label)):
        return True
    known = _known(found)
    for part in parts_of(label):
        if known & (_known(part) | {_plain(part)}) or _plain(found) in _known(part):
            return True
        ours, theirs = re.findall(r"[A-Z][\w'’-]+", found), set(re.findall(r"[A-Z][\w'’-]+", part))
        if sum(word in theirs for word in ours) >= 2:
            return True
    return _alike(found, whole)


def _alike(found: str, whole: str) -> bool:
    if not any("а" <= letter <= "ї" for letter in found.lower()):
        return False
    ours = [word for word in _WORD.findall(_latin(found)) if len(word) >= 5]
    theirs = [word for word in whole.split() if len(word) >= 5]
    return any(SequenceMatcher(None, one, other).ratio() >= 0.8 for one in ours for other in theirs)


def is_unattributed(label: str) -> bool:
    """Return whether the reader says that the text names nobody."""
    return label.startswith("unattributed") or "narrator" in label


def is_description(name: str) -> bool:
    """Return whether words say what an intermediary is and not who: "agencies (unnamed)", "Ukrainian outlet"."""
    words = [word for word in _WORD.findall(name.lower()) if word not in _FILLERS]
    return all(word in _DESCRIBING or word in _NATIONS for word in words)


def _letters(text: str) -> str:
    return "".join(letter for letter in _latin(text) if letter.isalnum())


def host_of(url: str) -> str:
    """Return the host of an address, "www." left out."""
    return (urlsplit(url).hostname or "").removeprefix("www.")


def is_outlet(name: str, url: str | None) -> bool:
    """Return whether a name is that of the outlet at an address.

    It is where the host without its endings begins like the name, the name like the host, or both are alike in seven
    tenths of their letters.
    """
    if not url:
        return False
    host = host_of(url)
    labels = host.split(".")[:-1]
    own = "".join(label for label in labels if label not in _SECOND_LEVEL) or host
    main = next((label for label in reversed(labels) if label not in _SECOND_LEVEL), host)
    name = _letters(name.lower().removeprefix("the "))
    for address in {_letters(own), _letters(main), _letters(host)}:
        if len(address) >= 3 and len(name) >= 3 and (name.startswith(address) or address.startswith(name)):
            return True
        if SequenceMatcher(None, name, address).ratio() >= 0.7:
            return True
    return False


def thing_of(words: str, *, on_rails: bool) -> str | None:
    """Return the group of what is counted; a bare "car" is a railcar in a story of the railway, else a vehicle.

    A measure of time or length is a group of its own, and matters only where nothing is counted. None: no group.
    """
    text = words.lower()
    tokens = text.replace("/", " ").split()
    for table in (_THINGS, _MEASURES):
        for group, beginnings in table:
            if any(_begins(text, tokens, one) for one in beginnings):
                return ("railcar" if on_rails else "vehicle") if group == "car" else group
    return None


def _begins(text: str, tokens: list[str], beginning: str) -> bool:
    if " " in beginning:
        return beginning in text
    if len(beginning) <= 2:
        return beginning in tokens or (not beginning.isascii() and beginning in text)
    return any(token.startswith(beginning) for token in tokens) or (ord(beginning[0]) > 0x3000 and beginning in text)
