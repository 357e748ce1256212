"""Flattened pages of many layouts, drawn from our own articles, with the body known line by line.

Three sets: ``drawn(held_out=False)`` was in view when the rules were written; ``drawn(held_out=True)`` was written at the
same time and scored once before one rule was changed; ``last()`` was written when the rules stood, and only scored.
A line's label is True for the article, False for what is not, None for what could be either (captions, bylines in a
sentence), which is not scored.
"""

# ruff: noqa: ARG001, E501, RUF005 - layouts share a signature; the rows of a page stand together
from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

from tests.coverage.texts.articles import ENGLISH, HEADLINES, OTHERS, REMARKS, TEASERS, Article

Row = tuple[str, bool | None]
Layout = Callable[[Article, random.Random], list[Row]]


@dataclass(frozen=True)
class Drawn:
    """A page: its layout's name, its language, its lines with their labels."""

    layout: str
    language: str
    rows: tuple[Row, ...]

    @property
    def text(self) -> str:
        return "\n".join(line for line, _ in self.rows)


def body(article: Article) -> list[Row]:
    return [(line, True) for line in article.paragraphs]


def other(*lines: str) -> list[Row]:
    return [(line, False) for line in lines]


def spaced(rows: list[Row]) -> list[Row]:
    """An empty line after each."""
    return [one for row in rows for one in (row, ("", None))]


def headlines(article: Article, rng: random.Random, count: int) -> list[str]:
    pool = list(HEADLINES.get(article.language, HEADLINES["en"]))
    return [
        pool[rng.randrange(len(pool))] if count > len(pool) else pool.pop(rng.randrange(len(pool)))
        for _ in range(count)
    ]


def teasers(article: Article, rng: random.Random, count: int) -> list[str]:
    pool = TEASERS.get(article.language, TEASERS["en"])
    return [rng.choice(pool) for _ in range(count)]


# ------------------------------------------------------------------------------------------------ tuned, any language


def wordpress(article: Article, rng: random.Random) -> list[Row]:
    rows = other("Skip to content", "The Daily Courier", "Home", "World", "Politics", "Sports", "Contact")
    rows += [(article.title, True)]
    rows += other("Posted on March 5, 2023 by admin", "Share this:", "Click to share on Twitter (Opens in new window)",
                  "Click to share on Facebook (Opens in new window)")  # fmt: skip
    rows += body(article)
    rows += other("Like this:", "Like Loading...", "Related", *headlines(article, rng, 3), f"Tagged {', '.join(article.tags)}",
                  "Post navigation", f"Previous Post: {headlines(article, rng, 1)[0]}", "Leave a Reply Cancel reply",
                  "Your email address will not be published. Required fields are marked *", "Comment *", "Name *", "Email *",
                  "Save my name, email, and website in this browser for the next time I comment.", "Search", "Recent Posts",
                  *headlines(article, rng, 5), "Archives", "March 2023", "February 2023", "Proudly powered by WordPress")  # fmt: skip
    return rows


def agency_scraper(article: Article, rng: random.Random) -> list[Row]:
    rows = other(f"Current:Home > Business{article.title} -Moneyline")
    rows += [(article.title, True)]
    rows += other("View", "Date:2025-06-02 09:14:51")
    rows += body(article)
    rows += other("veryGood! (71)", "Related", *(f"- {line}" for line in headlines(article, rng, 8)), "Ranking",
                  *(f"- {line}" for line in headlines(article, rng, 8)), "Recommendation", *headlines(article, rng, 6))  # fmt: skip
    return rows


def magazine_ago(article: Article, rng: random.Random) -> list[Row]:
    rows = other("World")
    rows += [(article.title, True), *body(article)]
    rows += other(f"Also read: {headlines(article, rng, 1)[0]}", article.author, "Recent Posts")
    for minutes in (7, 18, 44):
        rows += other(headlines(article, rng, 1)[0], teasers(article, rng, 1)[0], f"{minutes} mins ago")
    return spaced(rows)


def newspaper(article: Article, rng: random.Random) -> list[Row]:
    rows = other("Subscribe", "Sign In", "News | Sport | Business | Opinion | Weather", "ADVERTISEMENT", "World")
    rows += [(article.title, True)]
    rows += other(
        f"By {article.author}",
        "March 5, 2023 at 6:12 a.m. EST",
        "Comment",
        "Share",
        "Listen to this article",
        "4 min read",
    )
    paragraphs = body(article)
    rows += paragraphs[:2] + other("ADVERTISEMENT", "Story continues below advertisement") + paragraphs[2:4]
    rows += other("MORE FROM WORLD", *headlines(article, rng, 3)) + paragraphs[4:]
    rows += other("Most Read", *(f"{n}. {line}" for n, line in enumerate(headlines(article, rng, 5), 1)),
                  "© 2023 The Morning Ledger. All rights reserved.", "Terms of Service", "Privacy Policy")  # fmt: skip
    return rows


def forum(article: Article, rng: random.Random) -> list[Row]:
    rows = other("Forums", "New posts", "Search forums", "Log in", "Register", "What's new")
    rows += [(article.title, None)]
    rows += other("Thread starter", "hawkeye", "Start date", "Mar 5, 2023", "hawkeye", "Well-known member", "Joined", "Jan 3, 2011",
                  "Messages", "4,210", "Reaction score", "812", "#1")  # fmt: skip
    rows += body(article)
    rows += other(
        "Reply",
        "Report",
        "Similar threads",
        *headlines(article, rng, 3),
        "Share:",
        "Facebook Twitter Reddit WhatsApp Email Link",
    )
    return rows


def russian(article: Article, rng: random.Random) -> list[Row]:
    rows = other("Главная » Новости » Мир", "5 марта 2023, 14:02", "Просмотров: 1204")
    rows += [(article.title, True), *body(article)[:3]]
    rows += other(f"Читайте также: {headlines(article, rng, 1)[0]}")
    rows += body(article)[3:]
    rows += other("Подписывайтесь на наш канал в Telegram", "Фото: Pixabay", "Поделиться:", "Если вы нашли ошибку, выделите её и нажмите Ctrl+Enter.",
                  "Новости по теме", *headlines(article, rng, 3), "Комментарии (2)", "Оставить комментарий", "Последние новости",
                  "14:31", headlines(article, rng, 1)[0], "14:20", headlines(article, rng, 1)[0])  # fmt: skip
    return rows


def spanish(article: Article, rng: random.Random) -> list[Row]:
    rows = other("Portada > Internacional", "Suscríbete", "Iniciar sesión")
    rows += [(article.title, True)]
    rows += other(
        f"Por {article.author}", "5 de marzo de 2023 a las 10:41", "Compartir en Facebook", "Compartir en WhatsApp"
    )
    rows += body(article)[:3] + other(f"Te puede interesar: {headlines(article, rng, 1)[0]}") + body(article)[3:]
    rows += other("Etiquetas: " + ", ".join(article.tags), "Lo más leído", *headlines(article, rng, 4), "Deja un comentario",
                  "Utilizamos cookies propias y de terceros para mejorar nuestros servicios y mostrarle publicidad.", "Aceptar", "Política de privacidad")  # fmt: skip
    return rows


def cookie_first(article: Article, rng: random.Random) -> list[Row]:
    rows = other("We use cookies and similar technologies to run this website, to measure how it is used and to show you advertising that fits you.",
                 "Accept all", "Manage preferences", "Menu", "Search", "Live", "World", "US", "Climate", "Video")  # fmt: skip
    rows += [(article.title, True)]
    rows += other("By", article.author, "Updated", "8:14 PM, March 5, 2023")
    rows += body(article)
    rows += other("Sign up for our newsletter to get the day's top stories in your inbox every morning, before anybody else is awake.",
                  "Top Stories", *headlines(article, rng, 4), "About", "Careers", "Advertise", "Sitemap")  # fmt: skip
    return rows


def with_comments(article: Article, rng: random.Random) -> list[Row]:
    rows = [(article.title, True)]
    rows += other("Mar. 5, 2023") + body(article) + other("23 Comments", "Sort by newest")
    for number in range(5):
        rows += other(f"reader{number}", f"{number + 2} hours ago", REMARKS[number], "Reply", "3 likes")
    return rows


# ------------------------------------------------------------------------------------------------ held out


def blogger(article: Article, rng: random.Random) -> list[Row]:
    rows = other("Notes From a Small Desk", "Sunday, March 5, 2023")
    rows += [(article.title, True), *body(article)]
    rows += other(f"Posted by {article.author} at 7:40 PM", "Email ThisBlogThis!Share to TwitterShare to FacebookShare to Pinterest",
                  f"Labels: {', '.join(article.tags)}", "No comments:", "Post a Comment", "Newer Post", "Older Post", "Home",
                  "Subscribe to: Post Comments (Atom)", "About Me", "View my complete profile", "Blog Archive", "▼ 2023 (41)", "▼ March (6)",
                  *headlines(article, rng, 3), "► February (11)", "Picture Window theme. Powered by Blogger.")  # fmt: skip
    return rows


def regional_tv(article: Article, rng: random.Random) -> list[Row]:
    rows = other(
        "56°",
        "Join Insider for Free",
        "Weather",
        "Traffic",
        "Sports",
        "Watch Live",
        "NEWS",
        "Contests",
        "Right Now",
        f"{headlines(article, rng, 1)[0]}",
    )
    rows += [(article.title, True)]
    rows += other(
        f"{article.author}, Digital Producer",
        "Published: March 5, 2023 at 5:15 PM",
        "Updated: March 5, 2023 at 9:02 PM",
        "Tags: " + ", ".join(article.tags),
    )
    rows += [*body(article)]
    rows += other("Copyright 2023 by WXYZ Channel 9 - All rights reserved.", "About the Author", f"{article.author}",
                  f"{article.author} joined the station in 2014 after six years at a radio station in Ohio. When not at work, likes hiking with two dogs.",
                  "Recommended Videos", *headlines(article, rng, 3), "TV Listings", "Email Newsletters", "RSS Feeds", "Closed Captioning / Audio Description")  # fmt: skip
    return rows


def teasers_first(article: Article, rng: random.Random) -> list[Row]:
    rows = other("Breaking News")
    for _ in range(4):
        rows += other(
            headlines(article, rng, 1)[0], teasers(article, rng, 1)[0].rstrip("…") + " nobody knows why.", "Read More »"
        )
    rows += [(article.title, True)]
    rows += other(f"{article.author} -", "March 5, 2023", "0", "312")
    rows += body(article)
    rows += other("Facebook", "Twitter", "Pinterest", "WhatsApp", f"Previous article{headlines(article, rng, 1)[0]}",
                  f"Next article{headlines(article, rng, 1)[0]}", "RELATED ARTICLES", "MORE FROM AUTHOR", "NO COMMENTS", "LEAVE A REPLY", "EDITOR PICKS",
                  "POPULAR POSTS", *headlines(article, rng, 3), "POPULAR CATEGORY", "World 1204", "Business 871")  # fmt: skip
    return spaced(rows)


def german(article: Article, rng: random.Random) -> list[Row]:
    rows = other("Startseite › Politik › Ausland", "Anmelden", "Abo testen")
    rows += [(article.title, True)]
    rows += other(f"Von {article.author}", "Stand: 05.03.2023, 17:20 Uhr", "Lesezeit: 3 Min.", "Drucken", "Teilen")
    rows += body(article)[:2] + other("Anzeige", f"Lesen Sie auch: {headlines(article, rng, 1)[0]}") + body(article)[2:]
    rows += other("Mit Material der dpa", "Mehr zum Thema", *headlines(article, rng, 3), "Meistgelesen",
                  *(f"{n} {line}" for n, line in enumerate(headlines(article, rng, 3), 1)), "12 Kommentare", "Impressum", "Datenschutz", "AGB")  # fmt: skip
    return rows


def french(article: Article, rng: random.Random) -> list[Row]:
    rows = other(
        "Accueil > International",
        "Se connecter",
        "S'abonner",
        "Publié le 05/03/2023 à 18h02",
        "Mis à jour le 05/03/2023 à 19h40",
    )
    rows += [(article.title, True), *body(article)[:2]]
    rows += other(f"À lire aussi : {headlines(article, rng, 1)[0]}") + body(article)[2:]
    rows += other("Partager sur Facebook", "Avec AFP", "Sur le même sujet", *headlines(article, rng, 3), "Réagir", "Les plus lus",
                  *headlines(article, rng, 3), "Nous utilisons des cookies afin de mesurer l’audience de ce site et de vous proposer des offres adaptées.")  # fmt: skip
    return rows


def korean(article: Article, rng: random.Random) -> list[Row]:
    rows = other("뉴스홈 > 국제", "입력 2023.03.05 17:20", "수정 2023.03.05 18:02", "가 가", "공유")
    rows += [(article.title, True), *body(article)]
    rows += other(f"{article.author} 기자 haneul@news.example", "ⓒ 새벽일보, 무단 전재 및 재배포 금지", "관련기사", *headlines(article, rng, 3), "많이 본 뉴스",
                  *(f"{n} {line}" for n, line in enumerate(headlines(article, rng, 3), 1)), "댓글 3")  # fmt: skip
    return rows


def chinese(article: Article, rng: random.Random) -> list[Row]:
    rows = other("首页 > 新闻 > 国际")
    rows += [(article.title, True)]
    rows += other("2023年03月05日 17:20 来源：晨报", "字号：大 中 小")
    rows += body(article)
    rows += other(
        "（责任编辑：王华）",
        "分享到：",
        "相关新闻",
        *headlines(article, rng, 3),
        "热门推荐",
        *headlines(article, rng, 3),
        "网友评论",
    )
    return rows


def one_block(article: Article, rng: random.Random) -> list[Row]:
    """All paragraphs on one line, with a tail of related items."""
    rows = other("Home / News / World")
    rows += [(article.title, True), (" ".join(article.paragraphs), True)]
    rows += other("Share on:", f"Tags: {', '.join(article.tags)}", *headlines(article, rng, 5))
    return rows


def live_summaries(article: Article, rng: random.Random) -> list[Row]:
    """Full sentences on other things follow the article without a heading."""
    rows = [(article.title, True)]
    rows += other("Reuters", "2 minute read", "March 5, 2023 5:12 PM GMT") + body(article)
    rows += other(
        "Reporting by Ann Lee and Joe Katz; Editing by Sam Roe",
        "Our Standards: The Thomson Reuters Trust Principles.",
        "Read Next",
    )
    for line in TEASERS.get(article.language, TEASERS["en"])[:3]:
        rows += other("Business", line.rstrip("…") + " then it stopped.", "4:02 PM GMT")
    return rows


# ------------------------------------------------------------------------------------------------ written last, only scored


def endless(article: Article, rng: random.Random) -> list[Row]:
    """Another article follows, as on pages that load the next one below."""
    following = ENGLISH[(ENGLISH.index(article) + 2) % len(ENGLISH)] if article in ENGLISH else ENGLISH[0]
    rows = other(
        "Skip Navigation", "Markets", "Business", "Investing", "Tech", "Watch Livestream", "Menu", "WORLD NEWS"
    )
    rows += [(article.title, True)]
    rows += other("PUBLISHED SUN, MAR 5 2023 6:40 AM EST", article.author, "@newsdesk", "WATCH LIVE") + body(article)
    rows += other("In this article", "Up Next", following.title, following.author, "an hour ago", *following.paragraphs)
    return rows


def inline_related(article: Article, rng: random.Random) -> list[Row]:
    """A promotion after every second paragraph."""
    rows = other(
        "☰", "Sections", "E-Paper", "Premium", "Trending", headlines(article, rng, 1)[0], headlines(article, rng, 1)[0]
    )
    rows += [(article.title, True)]
    rows += other("Updated - March 05, 2023 11:20 pm IST", "NEW DELHI", "READ LATER", "PRINT", "SEE ALL")
    for number, row in enumerate(body(article)):
        rows += [row]
        if number % 2:
            rows += other(f"ALSO READ | {headlines(article, rng, 1)[0]}")
    rows += other("(With inputs from agencies)", "Related Topics", " / ".join(article.tags), "Top News Today", *(f"{n}/ {one}" for n, one in enumerate(headlines(article, rng, 4))),
                  "Comments have to be in English, and in full sentences. They cannot be abusive or personal. Please abide by our community guidelines.")  # fmt: skip
    return rows


def discussion(article: Article, rng: random.Random) -> list[Row]:
    """Readers speak of the same subject below."""
    rows = other("Home", "•", "World", "•", "5 Mar 2023, 17:20") + [(article.title, True)] + body(article)
    rows += other("Join the discussion")
    for number, tag in enumerate((*article.tags, *article.tags)):
        rows += other(
            f"guest_{number}",
            f"I do not believe a word of this story about {tag}, and neither does anybody else who lives near there.",
            "Upvote",
            "Share",
        )
    return rows


def category_list(article: Article, rng: random.Random) -> list[Row]:
    """A list of entries with dates before and after."""
    rows = other("PRESS REVIEW", "all | politics | economy | culture")
    for _ in range(3):
        rows += other("04.03.2023", headlines(article, rng, 1)[0], teasers(article, rng, 1)[0], "more")
    rows += other("05.03.2023") + [(article.title, True), *body(article)]
    rows += other("Translated by the editors", "print version", "top")
    for _ in range(3):
        rows += other("06.03.2023", headlines(article, rng, 1)[0], teasers(article, rng, 1)[0], "more")
    return rows


def portuguese_frame(article: Article, rng: random.Random) -> list[Row]:
    """Furniture in another language than the article."""
    rows = other("Início » Mundo", "Assine", "05/03/2023 às 14h30", "Atualizado há 2 horas") + [(article.title, True)]
    rows += body(article)[:2] + other("PUBLICIDADE", f"Leia também: {HEADLINES['es'][0]}") + body(article)[2:]
    rows += other(
        "Fonte: Agências",
        "Compartilhe:",
        "Facebook",
        "WhatsApp",
        "Veja também",
        *HEADLINES["es"][:3],
        "Mais lidas",
        *HEADLINES["es"][3:],
        "Deixe um comentário",
        "O seu endereço de e-mail não será publicado.",
    )
    return rows


def turkish_frame(article: Article, rng: random.Random) -> list[Row]:
    """Furniture in another language than the article."""
    rows = other(
        "Anasayfa / Dünya", "Giriş Tarihi: 5 Mart 2023 17:20", "Son Güncelleme: 5 Mart 2023 18:05", "ABONE OL"
    ) + [(article.title, True)]
    rows += body(article) + other(
        "Kaynak: Ajanslar",
        "İlgili Haberler",
        *HEADLINES["de"][:3],
        "En Çok Okunanlar",
        *HEADLINES["de"][3:],
        "Yorumlar (0)",
        "Yorum Yap",
        "Künye",
        "İletişim",
    )
    return rows


LAST: Final[tuple[Layout, ...]] = (endless, inline_related, discussion, category_list, portuguese_frame, turkish_frame)
ANY: Final[tuple[Layout, ...]] = (
    wordpress,
    agency_scraper,
    magazine_ago,
    newspaper,
    forum,
    cookie_first,
    with_comments,
)
ANY_HELD_OUT: Final[tuple[Layout, ...]] = (blogger, regional_tv, teasers_first, one_block, live_summaries)
TUNED_BY_LANGUAGE: Final[dict[str, Layout]] = {"ru": russian, "es": spanish}
HELD_OUT_BY_LANGUAGE: Final[dict[str, Layout]] = {"de": german, "fr": french, "ko": korean, "zh": chinese}


def last(seed: int = 3) -> Iterator[Drawn]:
    """Yield a page for each article, in any language, and each of the layouts that were written last."""
    rng = random.Random(seed)  # noqa: S311 - draws pages, not secrets
    for layout in LAST:
        for article in (*ENGLISH, *OTHERS):
            yield Drawn(layout.__name__, article.language, tuple(layout(article, rng)))


def drawn(*, held_out: bool, seed: int = 3) -> Iterator[Drawn]:
    """Yield a page for each article and each layout that suits it."""
    rng = random.Random(seed)  # noqa: S311 - draws pages, not secrets
    by_language = HELD_OUT_BY_LANGUAGE if held_out else TUNED_BY_LANGUAGE
    for layout in ANY_HELD_OUT if held_out else ANY:
        for article in ENGLISH:
            yield Drawn(layout.__name__, "en", tuple(layout(article, rng)))
    for article in OTHERS:
        for layout in [by_language[article.language]] if article.language in by_language else []:
            for _ in range(3):
                yield Drawn(layout.__name__, article.language, tuple(layout(article, rng)))
        # A translated page: the article in one language, its furniture in English.
        layout = blogger if held_out else wordpress
        yield Drawn(f"translated {layout.__name__}", article.language, tuple(layout(article, rng)))
