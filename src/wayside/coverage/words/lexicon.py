"""The tables that the rules read: words for numbers, bounds, units, sources, page furniture.

A table is data: to teach the reader a phrase,
    add it here. English first; ``PHRASES`` has what carries to other languages.
"""

from __future__ import annotations

from typing import Final


def word_list(text: str) -> tuple[str, ...]:
    """Return the words of a table that is written as a line of text."""
    return tuple(text.split())


__all__ = [
    "ABBREVIATIONS", "ACCORDING", "AFTER", "ANONYMOUS", "BEFORE", "CALIBRES", "COMPARISONS", "DATA_NOUNS",
    "FACILITIES", "FLOWS", "FURNITURE", "HOLDING", "IMAGERY", "INSTITUTIONS", "INVERTING",
    "IRREGULAR_PLURALS", "MEDIA", "MONEY", "MONEY_WORDS", "MONTHS", "MONTH_STEMS", "NOT_COUNTED",
    "NUMBER_WORDS", "ORDINALS", "PERIODS", "PHRASES_AFTER", "PHRASES_BEFORE", "RAIL", "RATES", "REPORTING",
    "SCALES", "SPEECH", "STOP", "STOP_WORDS", "THINGS", "TIME_UNITS", "UNITS", "VAGUE", "WEEKDAYS",
    "word_list",
]  # fmt: skip

ABBREVIATIONS: Final = frozenset(
    word_list(
        "mr mrs ms dr prof gen col lt sgt capt gov sen rep st no vs jan feb mar apr jun jul aug sep sept oct"
        " nov dec inc co corp"
        " ltd approx est etc"
    )
)

MONTHS: Final = {
    name: number
    for number, names in enumerate(
        ("january jan", "february feb", "march mar", "april apr", "may", "june jun", "july jul", "august aug",
         "september sep sept", "october oct", "november nov", "december dec"), 1)
    for name in names.split()
}  # fmt: skip

WEEKDAYS: Final = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")

NUMBER_WORDS: Final = {
    word: value
    for value, word in enumerate(
        word_list("zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen"
                  " fifteen sixteen seventeen"
        " eighteen nineteen"))
} | {
    word: 10 * (index + 2)
    for index, word in enumerate(word_list("twenty thirty forty fifty sixty seventy eighty ninety"))
}  # fmt: skip

SCALES: Final = {
    "hundred": 1e2, "thousand": 1e3, "million": 1e6, "billion": 1e9, "trillion": 1e12, "lakh": 1e5, "crore": 1e7,
    "millones": 1e6, "millón": 1e6, "milioni": 1e6, "millionen": 1e6, "millions": 1e6, "milhões": 1e6, "mil": 1e3,
    "mila": 1e3, "tausend": 1e3, "mille": 1e3, "тысяч": 1e3, "тысячи": 1e3, "тис": 1e3, "тыс": 1e3, "тисяч": 1e3,
    "миллионов": 1e6, "млн": 1e6, "мільйонів": 1e6,
}  # fmt: skip

VAGUE: Final = {"dozens": 24, "scores": 40, "hundreds": 200, "thousands": 2000, "tens": 20, "millions": 2_000_000}

ORDINALS: Final = {
    word: value
    for value, word in enumerate(
        word_list("first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth"), 1)
}  # fmt: skip

# Phrases before a number, longest match wins: words -> approximation.
BEFORE: Final = {
    "at least": "at least", "no fewer than": "at least", "no less than": "at least", "not less than": "at least",
    "a minimum of": "at least", "minimum of": "at least", "the minimum": "at least",
    "more than": "more than", "over": "more than", "exceeding": "more than", "upwards of": "more than",
    "above": "more than", "in excess of": "more than", "greater than": "more than",
    "no more than": "no more than", "not more than": "no more than", "at most": "no more than",
    "a maximum of": "no more than", "maximum of": "no more than", "the maximum": "no more than",
    "the maximum of": "no more than", "a maximum": "no more than", "at the most": "no more than",
    "up to": "up to", "as many as": "up to",
    "fewer than": "fewer than", "less than": "fewer than", "under": "fewer than", "below": "fewer than",
    "about": "approximately", "around": "approximately", "approximately": "approximately", "roughly": "approximately",
    "some": "approximately", "nearly": "approximately", "almost": "approximately", "close to": "approximately",
    "circa": "approximately", "an estimated": "approximately", "estimated": "approximately",
    "estimated at": "approximately", "projected": "approximately", "projected at": "approximately",
    "forecast at": "approximately", "forecasted": "approximately", "an approximate": "approximately",
    "in the region of": "approximately", "something like": "approximately", "near": "approximately",
    "nearing": "approximately", "entering": "approximately", "an average of": "approximately",
    "on average": "approximately",
    "totaling": "exact", "totalling": "exact", "a total of": "exact", "exactly": "exact", "precisely": "exact",
}  # fmt: skip

# Phrases after the counted thing, within a few words: words -> approximation.
AFTER: Final = {
    "or so": "approximately", "or thereabouts": "approximately", "at most": "no more than",
    "at the most": "no more than",
    "or fewer": "no more than", "or less": "no more than", "or more": "at least", "at least": "at least",
    "in number": "exact", "in total": "exact", "in all": "exact", "on average": "approximately",
}  # fmt: skip

# The same for other languages: language -> words -> approximation.
PHRASES_BEFORE: Final = {
    "es": {"al menos": "at least", "por lo menos": "at least", "más de": "more than", "no hay más de": "no more than",
           "no más de": "no more than", "un máximo de": "no more than", "como máximo": "no more than",
           "hasta": "up to",
           "aproximadamente": "approximately", "unos": "approximately", "unas": "approximately",
           "alrededor de": "approximately", "cerca de": "approximately", "casi": "approximately",
           "en promedio": "approximately",
           "en promedio , no hay más de": "no more than"},
    "pt": {"pelo menos": "at least", "ao menos": "at least", "mais de": "more than", "não mais de": "no more than",
           "no máximo": "no more than", "até": "up to", "cerca de": "approximately",
           "aproximadamente": "approximately",
           "quase": "approximately", "uns": "approximately"},
    "it": {"almeno": "at least", "più di": "more than", "oltre": "more than", "non più di": "no more than",
           "al massimo": "no more than", "un massimo di": "no more than", "fino a": "up to", "circa": "approximately",
           "quasi": "approximately", "approssimativamente": "approximately"},
    "fr": {"au moins": "at least", "plus de": "more than", "pas plus de": "no more than",
    "au maximum": "no more than",
           "un maximum de": "no more than", "jusqu'à": "up to", "environ": "approximately",
           "près de": "approximately",
           "quelque": "approximately", "une moyenne de": "approximately"},
    "de": {"mindestens": "at least", "wenigstens": "at least", "mehr als": "more than", "über": "more than",
           "höchstens": "no more than", "maximal": "no more than", "nicht mehr als": "no more than",
           "bis zu": "up to",
           "rund": "approximately", "etwa": "approximately", "ungefähr": "approximately", "circa": "approximately",
           "ca": "approximately", "knapp": "approximately", "fast": "approximately"},
    "ru": {"по меньшей мере": "at least", "не менее": "at least", "как минимум": "at least", "более": "more than",
           "больше": "more than", "не более": "no more than", "максимум": "no more than", "до": "up to",
           "около": "approximately", "примерно": "approximately", "приблизительно": "approximately",
           "порядка": "approximately"},
    "uk": {"щонайменше": "at least", "принаймні": "at least", "не менше": "at least", "понад": "more than",
           "більше": "more than", "більш як": "more than", "не більше": "no more than", "максимум": "no more than",
           "до": "up to", "близько": "approximately", "приблизно": "approximately", "орієнтовно": "approximately"},
}  # fmt: skip
PHRASES_AFTER: Final = {
    "es": {"como máximo": "no more than", "en total": "exact"},
    "it": {"in totale": "exact", "al massimo": "no more than"},
    "pt": {"no total": "exact", "no máximo": "no more than"},
    "fr": {"au total": "exact", "au maximum": "no more than"},
    "de": {"insgesamt": "exact"},
}  # fmt: skip

TIME_UNITS: Final = {
    "second": "second", "minute": "minute", "hour": "hour", "day": "day", "week": "week", "month": "month",
    "year": "year",
    "decade": "decade", "annum": "year",
}  # fmt: skip
RATES: Final = {
    "daily": "day",
    "weekly": "week",
    "monthly": "month",
    "yearly": "year",
    "annually": "year",
    "hourly": "hour",
}

UNITS: Final = {
    "percent": ("%", "percentage"), "%": ("%", "percentage"), "percentage": ("%", "percentage"),
    "metre": ("m", "length"), "meter": ("m", "length"), "kilometre": ("km", "length"), "kilometer": ("km", "length"),
    "km": ("km", "length"), "m": ("m", "length"), "mile": ("mi", "length"), "foot": ("ft", "length"),
    "feet": ("ft", "length"), "ft": ("ft", "length"), "yard": ("yd", "length"),
    "ton": ("ton", "mass"), "tonne": ("t", "mass"), "kg": ("kg", "mass"), "kilogram": ("kg", "mass"),
    "acre": ("acre", "length"), "hectare": ("ha", "length"),
    "time": ("1", "multiple"), "fold": ("1", "multiple"),
}  # fmt: skip
MONEY: Final = {"$": "USD", "€": "EUR", "£": "GBP", "¥": "JPY", "₩": "KRW", "rs": "INR", "₹": "INR"}
MONEY_WORDS: Final = {
    "dollar": "USD",
    "euro": "EUR",
    "won": "KRW",
    "ruble": "RUB",
    "rouble": "RUB",
    "rupee": "INR",
    "pound": "GBP",
}
CALIBRES: Final = frozenset({"mm", "millimeter", "millimetre", "cm", "caliber", "calibre"})

# What a number may count under one name; the first is the name of the group.
THINGS: Final = {
    word: name
    for name, words in {
        "railcar": "railcar car wagon boxcar vagon vagón vagone vagão waggon güterwaggon güterwagen wagen вагон"
        " вагона вагонов"
                   " вагони вагонів vagones vagões vagoni 량 wagons waggons güterwaggons gerbong vagonů vagónů 両"
                   " 车厢 節 节",
        "round": "round shell munition projectile",
        "container": "container box crate контейнер контейнерів контейнеров conteneur contenedor contenedores",
        "ship": "ship vessel schiff schiffe freighter",
        "train": "train",
        "tent": "tent",
        "vehicle": "vehicle truck lorry",
    }.items()
    for word in words.split()
}  # fmt: skip

# Nouns whose figure over a period stands without the thing itself: "shell output … to 2.5 million".
FLOWS: Final = frozenset({"output", "production", "exports", "imports", "shipments", "deliveries", "supply"})

IRREGULAR_PLURALS: Final = frozenset(
    {"people", "aircraft", "men", "women", "children", "troops", "horses", "personnel", "artillery"}
)

# Words that cannot be part of what is counted.
STOP: Final = frozenset(
    word_list(
        "a an the this that these those of in on at to from by for with without into onto over under between"
        " among across near"
        " is are was were be been being has have had do does did will would can could may might must shall"
        " should not no"
        " and or but nor so yet while when where who whom whose which what as than then if because since until"
        " after before during"
        " per each every more less fewer most least about around only just also still now there here it its they"
        " them their he she"
        " his her we our you your i seen observed spotted documented stationed parked present visible recorded"
        " captured detected"
        " counted found said says went took were left stood arrived ago earlier later away apart daily weekly"
        " monthly yearly"
        " annually hourly compared including last past previous next other such all both some any many few several"
    )
)

# A number before these is a time, an age, a part of a name; not a claim of its own.
NOT_COUNTED: Final = frozenset(
    word_list("nation country side leader ally man thing way hand party people's neighbour neighbor am pm min")
)

SPEECH: Final = frozenset(
    word_list(
        "say says said saying report reports reported note notes noted state states stated claim claims claimed"
        " announce announces"
        " announced estimate estimates estimated assert asserts asserted asserting confirm confirms confirmed add"
        " adds added tell"
        " tells told write writes wrote argue argues argued reveal reveals revealed suggest suggests suggested"
        " indicate indicates"
        " indicated elaborate elaborated find finds found show shows showed shown highlight highlights highlighted"
        " warn warns warned"
        " call calls called judge judged caution cautioned believe believes believed cite cites cited spoke spoken"
        " speaking"
        " document documents documented observe observes observed identify identified see sees saw examined"
        " counted tallied put puts tracked analysed analyzed published posted released acknowledged insisted"
        " stressed testified"
        " concluded assessed determined tell learned explained claim"
        " dijo informó reporta revela muestra berichtete berichtet sagte schreibt zeigt teilte rapporte écrit"
        " révèle riporta scrive rivela"
        " disse informou revela сообщает пишет заявил зафиксировал повідомляє пише заявив виявив"
    )
)

# Common nouns that stand for a source; "the group" without a name before it is flagged.
INSTITUTIONS: Final = frozenset(
    word_list(
        "group report reports think-tank tank thinktank website project institute institution analysts analyst"
        " researchers center"
        " centre monitor organization organisation study authors experts observers agency ministry newspaper channel"
    )
)
ANONYMOUS: Final = frozenset(word_list("official officials source sources officer officers diplomat diplomats"))

MEDIA: Final = {
    "ap": "AP", "associated press": "AP", "the associated press": "AP", "reuters": "Reuters", "afp": "AFP",
    "agence france-presse": "AFP", "yonhap": "Yonhap", "yonhap news": "Yonhap", "yonhap news agency": "Yonhap",
    "cbs": "CBS News", "cbs news": "CBS News", "cnn": "CNN", "bbc": "BBC", "fox news": "Fox News", "voa": "VOA",
    "nbc": "NBC News", "nbc news": "NBC News", "abc news": "ABC News", "kyodo": "Kyodo", "efe": "EFE", "tass": "TASS",
    "ria novosti": "RIA Novosti", "interfax": "Interfax", "ukrinform": "Ukrinform", "bloomberg": "Bloomberg",
    "the hill": "The Hill",
    "politico": "Politico", "the guardian": "The Guardian", "nk news": "NK News", "rfe": "RFE/RL", "rfa": "RFA",
    "dpa": "dpa",
    "ansa": "ANSA", "nhk": "NHK", "xinhua": "Xinhua", "new york times": "The New York Times",
    "the new york times": "The New York Times", "washington post": "The Washington Post",
    "the washington post": "The Washington Post", "wall street journal": "The Wall Street Journal",
    "the wall street journal": "The Wall Street Journal", "financial times": "Financial Times",
    "agencies": "agencies",
}  # fmt: skip

# Nouns after a name that make it a place where things stand.
FACILITIES: Final = frozenset(
    word_list(
        "facility station yard railyard port terminal crossing depot base camp harbor harbour airport airfield bridge"
        " bahnhof border"
    )
)

COMPARISONS: Final = frozenset({"unprecedented", "record-breaking"})

# Lines that are furniture wherever they stand: the line starts with one of these (lower case).
FURNITURE: Final = (
    "please enter your", "recent posts", "must read", "read the full article", "also read", "read more", "read also",
    "trending", "connect with us", "related", "ranking", "recommendation", "share this", "share on", "sign in",
    "sign up",
    "log in", "subscribe", "advertisement", "sponsored", "leave a reply", "leave a comment", "cookie",
    "copyright", "©",
    "all rights reserved", "follow us", "newsletter", "view comments", "comments", "tags:", "categories",
    "previous article",
    "next article", "you may also like", "skip to", "menu", "home >", "verygood!", "popular", "latest news",
    "most read",
    "sources by", "source:", "published on", "posted on", "click here", "download", "privacy policy", "terms of",
    "current:home", "breaking news", "editor's picks", "more from", "this audio is created",
)  # fmt: skip

# The commonest words of a language; three of them in a hundred words tell it.
STOP_WORDS: Final = {
    "en": "the of and to in that is was for with as by on it from are at this have has said",
    "es": "de la que el en y los se del las por un con una para al es más",
    "pt": "de que e do da em um para com não uma os no se na por mais as dos ao são",
    "it": "di che e il la in un per del una con non le si da della sono è dei nel gli",
    "fr": "de la le et les des en un une du que est pour dans qui par sur au plus avec",
    "de": "der die und in den von zu das mit sich des auf für ist im dem nicht ein eine",
    "nl": "de het een van en in is dat op te voor met zijn niet aan",
    "no": "og i det på som er en til å av for at med fra har ikke",
    "cs": "a v se na je že o s z do pro za podle by které jako než",
    "pl": "w i na z do się że nie o jest przez dla po od za",
    "id": "yang dan di dari untuk dengan pada ini itu tidak dalam ke akan",
    "tr": "ve bir bu için ile da de olarak çok daha olan",
    "ru": "и в на с по что не за от из для это к о как между",
    "uk": "і в на з що та до від за у про як це між не",
    "be": "і ў на з што да па не за пра як паміж",
}  # fmt: skip

# First letters of the names of the months in other languages, long enough to mean nothing else.
MONTH_STEMS: Final = (
    "octubre", "ottobre", "oktober", "octobre", "outubro", "октябр", "жовтн", "кастрычнік", "oktobe", "říj",
    "październik",
    "septiembre", "settembre", "septembre", "setembro", "сентябр", "вересн", "агост", "август", "серпн",
    "agosto", "août",
    "noviembre", "novembre", "novembro", "ноябр", "листопад", "diciembre", "dicembre", "décembre", "dezember",
    "dezembro", "декабр",
    "грудн", "januar", "enero", "gennaio", "janvier", "январ", "січн", "februar", "febrero", "febbraio", "февра",
    "лютого", "апрел",
    "квітн", "abril", "avril", "aprile",
)  # fmt: skip

# Words that lead to a source, in several languages.
ACCORDING: Final = tuple(
    tuple(words.split())
    for words in (
        "according to", "laut", "según", "de acuerdo con", "secondo", "selon", "d'après", "segundo", "согласно",
        "по данным",
        "за даними", "згідно з", "сообщает", "пишет", "повідомляє", "пише",
    )
)  # fmt: skip
IMAGERY: Final = frozenset(
    word_list(
        "image images imagery picture pictures photo photos photograph photographs footage satellite satellites"
        " traffic trains train"
        " images"
    )
)
DATA_NOUNS: Final = frozenset({"figures", "data", "estimates", "statistics", "numbers"})
# Words that show that a source has published something to take from.
REPORTING: Final = frozenset(
    word_list("report reports study analysis project website tank imagery images image pictures satellite findings")
)
# Words that tell that a bound is over a period.
PERIODS: Final = frozenset({"historically", "ever", "hitherto"})
HOLDING: Final = frozenset({"hold", "holds", "carry", "accommodate", "capacity", "contain", "fit"})
# Verbs of saying that may stand before their subject: "…, said the group".
INVERTING: Final = frozenset(
    word_list(
        "said says reported reports added adds wrote writes noted announced stated states claimed explained"
        " dijo según informó reporta"
        " berichtete berichtet sagte schreibt teilte rapporte écrit riporta scrive ha_detto disse informou сообщает"
        " пишет заявил"
        " повідомляє пише заявив"
    )
)
# Words that tell that a text speaks of a railway, so that its "cars" are railcars.
RAIL: Final = frozenset(
    {"rail", "railway", "railroad", "railcar", "railcars", "railyard", "train", "trains", "freight", "locomotive"}
)
