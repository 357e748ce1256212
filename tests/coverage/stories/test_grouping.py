"""Which documents tell one story."""

from __future__ import annotations

import itertools
import random
from datetime import date, timedelta
from typing import Any

import pytest

from wayside.coverage.stories.features import KINDS, Features, Rarities, features
from wayside.coverage.stories.grouping import candidates, grouped
from wayside.coverage.stories.scoring import Scorer
from wayside.coverage.stories.tracing import stories_of, trace

SHIPS = "{147 tankers|thing=ship n=147 place=Port_Varda by=Harrow_Institute}"


def test_rewrites_without_common_words_are_one_story(pile: Any) -> None:
    pile.add("a", f"Anchored off Port Varda were {SHIPS}, said the Harrow Institute on Friday.", "2024-03-01")
    pile.add(
        "b",
        "Roughly {147 oil carriers|thing=ship n=147 place=Varda by=Harrow_Institute} wait at Varda,"
        " according to analysts"
        " from Harrow.",
        "2024-03-02",
    )
    pile.add(
        "c",
        "A museum in Lisbon opened with {35 paintings|thing=painting n=35 by=Rui_Costa} by Rui Costa.",
        "2024-03-01",
    )
    assert pile.stories() == {frozenset("ab"), frozenset("c")}


def test_two_documents_of_two_stories_stay_apart(pile: Any) -> None:
    pile.add(
        "a", "Officials in Kestrel said {62 trucks|thing=vehicle n=62 place=Kestrel} crossed the border.", "2024-05-01"
    )
    pile.add("b", "Officials in Kestrel said the mayor of the town would not stand again in June.", "2024-05-20")
    assert pile.stories() == {frozenset("a"), frozenset("b")}


def test_languages_meet_in_figures_names_and_sources(pile: Any) -> None:
    pile.add(
        "en", "The Harrow Institute counted {147 tankers|thing=ship n=147 by=Harrow_Institute} off Varda.", "2024-03-01"
    )
    pile.add(
        "ru",
        "Возле порта Варда институт Harrow насчитал {147 танкеров|thing=ship n=147 by=Harrow_Institute}.",
        "2024-03-02",
        language="ru",
    )
    pile.add(
        "es",
        "El Instituto Harrow contó {147 petroleros|thing=ship n=147 by=Harrow_Institute} ante Varda.",
        language="es",
    )
    pile.add(
        "ru2",
        "В Москве прошел концерт, на который пришли {3000 зрителей|thing=people n=3000}.",
        "2024-03-02",
        language="ru",
    )
    assert pile.stories() == {frozenset({"en", "ru", "es"}), frozenset({"ru2"})}


def test_a_follow_up_from_the_same_place_is_another_story(pile: Any) -> None:
    first = (
        "Satellite pictures show {147 tankers|thing=ship n=147 place=Varda by=Harrow} waiting off Varda, Harrow said."
    )
    later = (
        "Satellite pictures show {12 frigates|thing=warship n=12 place=Varda by=Marlow} and {31 tents|thing=tent n=31"
    )
    later += " place=Varda by=Marlow} at Varda, Marlow said."
    for name in "abc":
        pile.add(name, first, "2024-03-01")
    for name in "xyz":
        pile.add(name, later, "2024-04-15")
    assert pile.stories() == {frozenset("abc"), frozenset("xyz")}


def test_a_chain_of_single_links_does_not_join_two_stories(pile: Any) -> None:
    """Two events, and one round-up that mentions both: it may belong to either, and must not join them."""
    for name in ("a1", "a2", "a3", "a4"):
        pile.add(name, f"Off Port Varda lie {SHIPS}, the Harrow Institute said.", "2024-03-01")
    for name in ("b1", "b2", "b3", "b4"):
        pile.add(
            name,
            "In Ostrel {2350 tents|thing=tent n=2350 place=Ostrel by=Marlow_Watch} were put up, Marlow Watch wrote.",
            "2024-03-01",
        )
    pile.add(
        "both",
        f"Two reports this week: {SHIPS} off Port Varda, says the Harrow Institute, and"
        " {2350 tents|thing=tent n=2350 place=Ostrel by=Marlow_Watch} in Ostrel, writes Marlow Watch.",
        "2024-03-02",
    )
    groups = pile.stories()
    assert not any({"a1", "b1"} <= group for group in groups)
    assert any({"a1", "a2", "a3", "a4"} <= group for group in groups)


def test_every_document_is_in_one_story_whatever_the_order(pile: Any) -> None:
    for at in range(8):
        pile.add(f"s{at}", f"Off Port Varda lie {SHIPS}, said the Harrow Institute; ship {at} burns.", "2024-03-01")
        pile.add(f"o{at}", f"The village of Nr{at}ka has {{{at + 340} cows|thing=cow n={at + 340}}} on its meadow.")
    expected = {frozenset(story.documents) for story in stories_of(pile.documents, pile.claims)}
    assert sorted(itertools.chain.from_iterable(expected)) == sorted(one.id for one in pile.documents)
    shuffled = list(pile.documents)
    random.Random(4).shuffle(shuffled)  # noqa: S311  (drawn, not secret)
    assert {frozenset(story.documents) for story in stories_of(shuffled, pile.claims)} == expected
    traced = trace(pile.documents, pile.claims).stories
    assert [story.id for story in traced] == [f"s{number}" for number in range(1, len(traced) + 1)]


def test_a_story_has_its_days_and_its_usual_headline(pile: Any) -> None:
    pile.add("b", f"At Varda lie {SHIPS}, Harrow said.", "2024-03-04", title="Tankers wait off Varda")
    pile.add("a", f"At Varda lie {SHIPS}, Harrow said.", "2024-03-01", title="Tankers wait in numbers off Varda")
    pile.add("n", f"At Varda lie {SHIPS}, Harrow said.")
    (story,) = pile.trace().stories
    assert story.documents == ("a", "b", "n")
    assert (story.begins, story.ends) == (date(2024, 3, 1), date(2024, 3, 4))
    assert story.title in {"Tankers wait off Varda", "Tankers wait in numbers off Varda"}


@pytest.mark.parametrize("count", [80, 200])
def test_the_index_finds_what_all_pairs_find(count: int, piles: Any) -> None:
    """In a set too large for all pairs, the candidates hold every pair with log odds above zero in small stories."""
    pile, drawn = piles(), random.Random(count)  # noqa: S311  (drawn, not secret)
    for at in range(count):
        story = at // 4
        number = 1000 + 37 * story
        place = f"{'BCDFGHJKLM'[story % 10]}a{'bdfgklmnpr'[(story // 10) % 10]}o{'stvzx'[story % 5]}ek"
        words = drawn.choice(["counted", "saw", "reported", "noted"])
        pile.add(
            f"d{at}", f"People {words} {{{number} sheep|thing=sheep n={number} place={place}}} near {place} today."
        )
    some = features(pile.documents, pile.claims)
    rarities = Rarities(some)
    scorer = Scorer(some, rarities)
    found = set(candidates(some, rarities))
    assert len(found) < count * count / 4
    above = {pair for pair in itertools.combinations(range(count), 2) if scorer.log_odds(*pair) > 0}
    assert above <= found
    assert [[at // 4 for at in group] for group in grouped(scorer, sorted(found))] == [
        [at] * 4 for at in range(count // 4)
    ]


def test_log_odds_are_the_sum_of_their_parts_and_symmetric(pile: Any) -> None:
    pile.add("a", f"At Varda lie {SHIPS}, “the worst queue in many years of trade”, Harrow said.", "2024-03-01")
    pile.add("b", f"“The worst queue in many years of trade”: {SHIPS} at Varda.", "2024-03-03")
    some = features(pile.documents, pile.claims)
    scorer = Scorer(some, Rarities(some))
    parts = scorer.parts(0, 1)
    assert {"prior", "figure", "quotation", "gap"} <= parts.keys()
    assert scorer.log_odds(0, 1) == pytest.approx(sum(parts.values()))
    assert scorer.log_odds(0, 1) == pytest.approx(scorer.log_odds(1, 0))


def test_features_are_bounded_in_size(pile: Any) -> None:
    text = " ".join(
        f"Word{at} said {at} {{{at} things|thing=thing{at} n={at}}} “one two three four {at}”" for at in range(400)
    )
    pile.add("a", text)
    (one,) = features(pile.documents, pile.claims)
    assert all(len(kept) <= 64 for kept in one.kept)
    assert len(one.kept) == len(KINDS)


def test_a_word_that_opens_a_sentence_is_a_name_only_if_nobody_writes_it_small(pile: Any) -> None:
    pile.add("a", "Railcars stood there. Drumlin was quiet.").add("b", "Many railcars were there.")
    first = features(pile.documents, ())[0]
    names = first.kept[KINDS.index("name")]
    assert "drmln" in names
    assert len(names) == 1


def test_no_documents_and_no_words() -> None:
    assert trace((), ()).stories == ()
    rarities = Rarities([Features("a", None, ((),) * len(KINDS))])
    assert rarities.weight(0, "x|1|73") > 0


def test_publication_far_apart_speaks_against(pile: Any) -> None:
    for at, days in enumerate((0, 1, 30, 400)):
        pile.add(f"d{at}", f"At Varda lie {SHIPS}.", str(date(2024, 1, 1) + timedelta(days)))
    some = features(pile.documents, pile.claims)
    scorer = Scorer(some, Rarities(some))
    odds = [scorer.log_odds(0, other) for other in (1, 2, 3)]
    assert odds == sorted(odds, reverse=True)
    assert odds[0] - odds[2] > 3
