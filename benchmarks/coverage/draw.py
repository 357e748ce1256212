"""Draws news articles of about 5 kB: stories of invented places, told by several outlets, with figures and sources.

Every story has one report with its own figures; each article retells it in its own words, order and completeness. Most
sentences are not about figures at all, as in real articles.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from html import escape
from random import Random
from typing import Final

__all__ = ["Article", "articles"]

_FIRST: Final = (
    "Al",
    "Bar",
    "Cor",
    "Dun",
    "El",
    "Fal",
    "Gor",
    "Hal",
    "Is",
    "Jar",
    "Kel",
    "Lor",
    "Mar",
    "Nor",
    "Or",
    "Pel",
)
_SECOND: Final = (
    "bek",
    "chuk",
    "dale",
    "esk",
    "fjord",
    "gate",
    "haven",
    "ino",
    "mouth",
    "ovo",
    "port",
    "sund",
    "ton",
    "vik",
)
_FACILITIES: Final = (
    "rail yard",
    "container port",
    "border station",
    "fuel depot",
    "naval base",
    "open-pit mine",
    "camp",
)
_THINGS: Final = (
    ("freight railcars", "wagons"),
    ("containers", "boxes"),
    ("tank cars", "tankers"),
    ("tents", "shelters"),
    ("cargo ships", "vessels"),
    ("trucks", "lorries"),
)
_GROUPS: Final = ("Institute", "Observatory", "Monitor", "Research Centre", "Project", "Initiative")
_AGENCIES: Final = ("Reuters", "the Associated Press", "AFP", "Yonhap", "dpa", "EFE")
_PEOPLE: Final = ("Anna Berg", "Tomas Reyes", "Mina Okafor", "Piet de Vries", "Sana Malik", "Hugo Lind", "Ewa Nowak")
_ROLES: Final = ("director", "senior analyst", "spokeswoman", "defence minister", "harbour master", "researcher")
_APPROXIMATE: Final = (
    "about",
    "around",
    "approximately",
    "some",
    "roughly",
    "at least",
    "more than",
    "up to",
    "nearly",
)
_SAYS: Final = ("said", "told reporters", "wrote", "noted", "added", "reported", "estimated", "claimed")
_DAYS: Final = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday")
_ADJECTIVES: Final = (
    "narrow",
    "long",
    "quiet",
    "northern",
    "older",
    "heavy",
    "regional",
    "seasonal",
    "temporary",
    "public",
)
_NOUNS: Final = (
    "road",
    "market",
    "winter",
    "council",
    "harvest",
    "bridge",
    "river",
    "school",
    "company",
    "season",
    "budget",
)
_VERBS: Final = ("reached", "crossed", "changed", "followed", "closed", "supported", "delayed", "surrounded", "served")


@dataclass(frozen=True, slots=True)
class Article:
    """A drawn article.

    Attributes:
        name: file name without ending.
        title: headline.
        paragraphs: of the body.
        outlet: who publishes it.
        published: day of publication.
        story: number of its story.
    """

    name: str
    title: str
    paragraphs: tuple[str, ...]
    outlet: str
    published: date
    story: int

    def plain(self) -> bytes:
        """Return it as a text file."""
        return "\n\n".join((self.title, *self.paragraphs)).encode()

    def html(self) -> bytes:
        """Return it as a page with navigation, teasers of other articles and a foot around it."""
        links = "".join(f'<li><a href="/{n}">{n.title()}</a></li>' for n in _NOUNS)
        teasers = "".join(
            f'<div class="teaser"><h3>The {a} {n}</h3><p>2 hours ago</p></div>'
            for a, n in zip(_ADJECTIVES, _NOUNS, strict=False)
        )
        body = "".join(f"<p>{escape(one)}</p>\n" for one in self.paragraphs)
        return (
            f'<!DOCTYPE html><html lang="en"><head><meta charset="utf-8">'
            f"<title>{escape(self.title)} | {self.outlet}</title>"
            f'<meta property="og:site_name" content="{self.outlet}">'
            f'<meta property="article:published_time" content="{self.published.isoformat()}"></head>'
            f"<body><nav><ul>{links}</ul></nav><article><h1>{escape(self.title)}</h1>{body}</article>"
            f"<aside>{teasers}</aside><footer>All rights reserved. Subscribe to our newsletter.</footer></body></html>"
        ).encode()


@dataclass(frozen=True, slots=True)
class _Story:
    place: str
    facility: str
    things: tuple[str, str]
    group: str
    now: int
    before: int
    sum_of: int
    rate: int
    person: str
    role: str
    begins: date


def _name(random: Random) -> str:
    return random.choice(_FIRST) + random.choice(_SECOND)


def _story(random: Random) -> _Story:
    before = random.randint(5, 60)
    return _Story(
        place=_name(random),
        facility=random.choice(_FACILITIES),
        things=random.choice(_THINGS),
        group=f"{_name(random)} {random.choice(_GROUPS)}",
        now=before * random.randint(2, 6) + random.randint(0, 9),
        before=before,
        sum_of=random.randint(10, 90) * 100,
        rate=random.randint(2, 90) * 100,
        person=random.choice(_PEOPLE),
        role=random.choice(_ROLES),
        begins=date(2023, 1, 1) + timedelta(days=random.randrange(700)),
    )


_SENTENCES: Final = (
    "Satellite images taken on {day} {month} show {about} {now} {thing} at {where}, the {group} {says} on {weekday}.",
    "Over the past five years no more than {before} {thing} had been seen there at a time, according to the group.",
    "“The number is unprecedented, even beside earlier winters,” {person}, a {role} at the {group}, told {agency}.",
    "{agency} reported that a U.S. official, who was not named, put the total at {sum_of:,} {thing} since {month}.",
    "The site can handle up to {rate:,} tonnes a day, {other} estimated, or roughly {yearly:,} thousand tonnes a year.",
    "Activity began to rise {lag} days after the summit, and {share} percent of the {thing} were covered by tarps.",
    "It was not immediately clear what the {thing} held, and no agreement has been signed, the {role} {says}.",
)
_FILLER: Final = "The {a1} {n1} {v1} the {a2} {n2} while the {n3} {v2} a {a3} {n4} near {place} {tail}."


def _figures(story: _Story, random: Random) -> list[str]:
    words = {
        "day": story.begins.day,
        "month": story.begins.strftime("%B"),
        "about": random.choice(_APPROXIMATE),
        "now": story.now,
        "before": story.before,
        "thing": random.choice(story.things),
        "where": f"the {story.place} {story.facility}",
        "group": story.group,
        "says": random.choice(_SAYS),
        "weekday": random.choice(_DAYS),
        "person": story.person,
        "role": story.role,
        "agency": random.choice(_AGENCIES),
        "sum_of": story.sum_of,
        "rate": story.rate,
        "yearly": story.rate * 365 // 1000,
        "other": random.choice(_PEOPLE),
        "lag": random.randint(3, 12),
        "share": random.randint(20, 80),
    }
    filled = (sentence.format(**words) for sentence in _SENTENCES)
    return [sentence[0].upper() + sentence[1:] for sentence in filled]


def _filler(random: Random) -> str:
    tails = ("in recent years", f"before {random.choice(_DAYS)}", "as before", f"in {random.randint(1990, 2022)}")
    words = {f"a{at}": random.choice(_ADJECTIVES) for at in (1, 2, 3)}
    words |= {f"n{at}": random.choice(_NOUNS) for at in (1, 2, 3, 4)}
    words |= {f"v{at}": random.choice(_VERBS) for at in (1, 2)}
    return _FILLER.format(place=_name(random), tail=random.choice(tails), **words)


def _article(story: _Story, number: int, of: int, random: Random, size: int) -> Article:
    figures = _figures(story, random)
    chosen = [one for one in figures if random.random() < 0.8] or figures[:1]
    paragraphs: list[str] = []
    length = 0
    while length < size:
        sentences = [_filler(random) for _ in range(random.randint(1, 4))]
        if chosen:
            sentences.insert(random.randrange(len(sentences) + 1), chosen.pop(0))
        paragraphs.append(" ".join(sentences))
        length += len(paragraphs[-1]) + 2
    outlet = f"{_name(random)} {random.choice(('Post', 'Times', 'Herald', 'Daily', 'News'))}"
    seen = random.choice(("images", "pictures", "satellites"))
    title = f"{story.now} {random.choice(story.things)} at {story.place}: what the {seen} show"
    day = story.begins + timedelta(days=random.randrange(10))
    return Article(f"{number:06d}", title, tuple(paragraphs), outlet, day, of)


def articles(count: int, *, seed: int = 6, size: int = 4900, per_story: int = 20) -> list[Article]:
    """Return drawn articles; the same for the same arguments.

    Args:
        count: how many.
        seed: of the generator.
        size: characters of the body, at least.
        per_story: articles to a story.
    """
    random = Random(seed)  # noqa: S311  drawn words, no secret
    found: list[Article] = []
    while len(found) < count:
        story = _story(random)
        for _ in range(min(per_story, count - len(found))):
            found.append(_article(story, len(found), len(found) // per_story, random, size))
    return found
