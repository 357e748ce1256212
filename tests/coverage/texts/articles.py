"""Articles of our own, and what stands around articles on pages: headlines of other things, teasers, readers' words."""

# ruff: noqa: E501 - a paragraph stands on one line, as it does on a page
from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True)
class Article:
    """Headline and paragraphs; ``tags`` are words that a site would file it under."""

    language: str
    title: str
    paragraphs: tuple[str, ...]
    tags: tuple[str, ...]
    author: str


ENGLISH: Final = (
    Article(
        "en",
        "Barge Traffic at Norvik Lock Rises to Highest Level in Years, Researchers Say",
        (
            "NORVIK (AP) — Barge traffic at the Norvik lock has risen to its highest level in years, according to researchers who study pictures taken from space.",
            "The Harbour Study Group, a research body based in Oslo, said it counted approximately 64 barges waiting on the upper side of the lock on March 3.",
            "“We have looked at every clear picture since 2017, and we have never seen more than 18 there,” said Ingrid Solheim, who led the work.",
            "It was not clear what the barges were carrying. Most were covered with grey sheets.",
            "The company that runs the lock did not answer questions.",
            "Norvik lies on the only waterway that links the coast with the copper mines of the interior. The mines were closed for two years after a fire, and their owners said in January that they would start digging again before the summer.",
            "Two officials of the transport ministry, who asked not to be named because they may not speak to reporters, said the barges belonged to a firm that has been fined over safety before.",
            "The ministry has promised a report within 30 days.",
        ),
        ("barges", "Norvik", "shipping"),
        "Peter Halloran",
    ),
    Article(
        "en",
        "Tents Multiply Beside Old Airfield as Floods Drive Families From Valley",
        (
            "Rows of white tents now cover a third of the old Karsa airfield, new aerial photographs show, as families leave the flooded valley below.",
            "At least 1,200 tents stood there on Sunday, up from about 300 a week before, the relief agency Open Roof said in a bulletin.",
            "Water is the main worry, it said. One truck comes each day.",
            "“My children drink first,” said Amina Doro, 34, who walked for two days to reach the camp.",
            "What families need, according to the agency:",
            "- 40,000 litres of clean water a day;",
            "- 900 more latrines before the rains return;",
            "- fuel for the clinic’s generator.",
            "The governor visited on Monday and said the army would build a road. He gave no date.",
            "The river has risen four times in ten years, but never as high as this month, according to the water office.",
        ),
        ("floods", "Karsa", "aid"),
        "Lucia Marsh",
    ),
    Article(
        "en",
        "City Council Votes to Close Ageing Tram Depot by 2027",
        (
            "The council voted 9 to 4 on Wednesday night to close the tram depot on Mill Street, ending a fight that has lasted for three years.",
            "About 70 trams are kept at the depot, which was opened in 1911. They will move to a new building at the edge of town that is expected to cost no more than 55 million dollars.",
            "Opponents said the plan would lengthen journeys for early passengers. Supporters pointed to cracks in the roof.",
            "“You can see daylight through it,” said councillor Dale Brooks.",
            "A history of repairs",
            "The roof was mended in 1978, in 1994 and again in 2011, each time for longer than planned and for more money than the council had set aside.",
            "An engineer’s report in June found that 31 of the 48 beams had rusted through.",
            "Work on the new depot is to begin in the spring.",
        ),
        ("trams", "council", "transport"),
        "Erin Wolfe",
    ),
    Article(
        "en",
        "Think Tank: Fishing Fleet Off Dorra Islands Twice as Large as Declared",
        (
            "A fishing fleet working off the Dorra Islands is about twice as large as its government has declared, a think tank said in a report published on Thursday.",
            "The Ocean Ledger project matched radar pictures with the signals that ships must send, and found some 410 vessels where 207 had been declared.",
            "“The difference is not a rounding error,” the report said. “It is a second fleet.”",
            "The fisheries ministry called the findings speculative. It said in a statement that many of the ships were merely passing through, and that it would publish its own figures in the autumn.",
            "Catches around the islands have fallen by roughly 40 percent since 2015, according to a regional council that sets the quotas.",
            "Reuters could not independently verify the report.",
            "Ships without signals are hard to count, and the authors gave a range of 380 to 450.",
        ),
        ("fishing", "Dorra Islands", "oceans"),
        "Tom Achebe",
    ),
    Article(
        "en",
        "Lorries Queue for Nine Miles at Border After New Checks Begin",
        (
            "Lorries stood in a queue of nine miles at the Tessen crossing on Friday, a day after new checks on food began.",
            "Drivers said they had waited for up to 16 hours. Some slept in their cabs; some turned back.",
            "Tessen handles around 1,100 lorries a day in a normal week, more than any other crossing on the eastern road.",
            "A spokesman for the customs service, Jan Oster, said the delays would last “days, not weeks”.",
            "Not everyone agreed. The hauliers’ federation said only five of the twelve new lanes were open, and that three of the scanners had never been switched on.",
            "Perishable goods worth an estimated 3 million euros have been thrown away, it said.",
            "The government will hold talks on Monday.",
        ),
        ("border", "trade", "Tessen"),
        "Magda Kern",
    ),
    Article(
        "en",
        "Photos Show Dozens of Fighter Jets at Remote Base, Analysts Say",
        (
            "Dozens of fighter jets have appeared at a remote base in the country’s north, commercial satellite photos reviewed by this newspaper show.",
            "Analysts at the Meridian Centre counted 42 jets parked along the main runway in photos from last week, compared with six in photos from the spring.",
            "The base was built in the 1960s and had been used mostly for training, said Col. Ravi Nair, a retired air force officer.",
            "“Somebody is preparing for something, or wants it to look that way,” he said.",
            "The defence ministry said the jets were taking part in a planned exercise called Northern Shield, which ends on the 30th. It did not say how many were involved.",
            "Neighbouring countries have asked for an explanation.",
            "Satellite photos cannot show whether the jets are armed, the analysts warned, because the shelters beside the runway were closed in all of them.",
        ),
        ("military", "satellite images", "air force"),
        "Staff Reporter",
    ),
)

OTHERS: Final = (
    Article(
        "es",
        "El tráfico de barcazas en la esclusa de Norvik alcanza su nivel más alto en años",
        (
            "El tráfico de barcazas en la esclusa de Norvik ha alcanzado su nivel más alto en varios años, según un grupo de investigadores que estudia imágenes tomadas desde el espacio.",
            "El grupo contó unas 64 barcazas que esperaban en la parte alta de la esclusa el 3 de marzo, frente a un máximo de 18 en los seis años anteriores.",
            "«Nunca habíamos visto tantas», afirmó Ingrid Solheim, que dirigió el trabajo.",
            "La empresa que administra la esclusa no respondió a las preguntas de este diario.",
            "Norvik se encuentra en la única vía fluvial que une la costa con las minas de cobre del interior, cerradas durante dos años después de un incendio.",
            "El ministerio ha prometido un informe en un plazo de 30 días.",
        ),
        ("barcazas", "Norvik"),
        "Carmen Ibáñez",
    ),
    Article(
        "de",
        "Zahl der Lastkähne an der Schleuse Norvik so hoch wie seit Jahren nicht",
        (
            "An der Schleuse Norvik warten so viele Lastkähne wie seit Jahren nicht mehr, wie aus einer Auswertung von Satellitenbildern hervorgeht, die am Freitag veröffentlicht wurde.",
            "Die Forscher zählten am 3. März rund 64 Kähne oberhalb der Schleuse. In den sechs Jahren davor waren es höchstens 18.",
            "„So etwas haben wir noch nie gesehen“, sagte Ingrid Solheim, die Leiterin der Untersuchung.",
            "Was die Kähne geladen haben, ist unklar.",
            "Die Betreiberfirma äußerte sich auf Anfrage nicht. Norvik liegt am einzigen Wasserweg, der die Küste mit den Kupferminen im Landesinneren verbindet.",
            "Das Ministerium kündigte einen Bericht binnen 30 Tagen an.",
        ),
        ("Schifffahrt", "Norvik"),
        "Jens Albers",
    ),
    Article(
        "ru",
        "Число барж у шлюза Норвик стало рекордным за последние годы",
        (
            "У шлюза Норвик скопилось рекордное за последние годы число барж, следует из анализа спутниковых снимков, который опубликовали исследователи из Осло.",
            "По их подсчётам, 3 марта выше шлюза стояли примерно 64 баржи, тогда как за предыдущие шесть лет их число ни разу не превышало 18.",
            "«Мы никогда не видели ничего подобного», — сказала руководитель работы Ингрид Сульхейм.",
            "Что перевозят баржи, неизвестно: большинство из них накрыты серыми тентами.",
            "Компания, которая управляет шлюзом, на вопросы не ответила.",
            "Норвик стоит на единственном водном пути, который связывает побережье с медными рудниками во внутренних районах страны.",
        ),
        ("баржи", "Норвик"),
        "Илья Громов",
    ),
    Article(
        "fr",
        "Le trafic de péniches à l’écluse de Norvik au plus haut depuis des années",
        (
            "Le trafic de péniches à l’écluse de Norvik a atteint son plus haut niveau depuis des années, selon des chercheurs qui étudient des images prises depuis l’espace.",
            "Le groupe a compté environ 64 péniches en amont de l’écluse le 3 mars, contre 18 au maximum au cours des six années précédentes.",
            "« Nous n’avions jamais vu cela », a déclaré Ingrid Solheim, qui a dirigé les travaux.",
            "La société qui exploite l’écluse n’a pas répondu aux questions.",
            "Norvik se trouve sur la seule voie d’eau qui relie la côte aux mines de cuivre de l’intérieur, fermées pendant deux ans après un incendie.",
        ),
        ("péniches", "Norvik"),
        "Claire Dumas",
    ),
    Article(
        "ko",
        "노르비크 갑문에 바지선 몰려… 수년 만에 최대",
        (
            "우주에서 찍은 사진을 분석하는 연구진에 따르면 노르비크 갑문의 바지선 통행이 수년 만에 가장 높은 수준으로 늘었다.",
            "연구진은 3월 3일 갑문 위쪽에서 기다리는 바지선 약 64척을 확인했다고 밝혔다. 지난 6년 동안에는 많아야 18척이었다.",
            "“이런 일은 본 적이 없다”고 연구를 이끈 잉그리드 솔헤임이 말했다.",
            "바지선이 무엇을 싣고 있는지는 분명하지 않다. 대부분 회색 덮개로 덮여 있었다.",
            "갑문을 운영하는 회사는 질문에 답하지 않았다.",
        ),
        ("바지선", "노르비크"),
        "김하늘",
    ),
    Article(
        "zh",
        "诺维克船闸驳船数量升至多年来最高水平",
        (
            "研究太空照片的人员说，诺维克船闸的驳船数量已经上升到多年来的最高水平。",
            "研究小组三月三日在船闸上游数到大约六十四艘驳船，而此前六年中最多只有十八艘。",
            "“我们从来没有见过这种情况，”负责这项工作的索尔海姆说。",
            "目前还不清楚这些驳船运载什么货物，大多数驳船都盖着灰色的篷布。",
            "经营船闸的公司没有回答提问。",
        ),
        ("驳船", "诺维克"),
        "李明",
    ),
)

HEADLINES: Final = {
    "en": (
        "Ten cakes that you can bake in under 30 minutes without an oven",
        "Actress stuns in $2 million gown at film gala",
        "Police: Man hid 14 snakes in his trousers",
        "Why your phone battery dies at 20%",
        "Governor signs bill to lower property tax",
        "Rookie scores four as Hawks beat Lions 31-7",
        "5 cruises that cost less than staying at home",
        "Court rules against chain in wage dispute",
        "Scientists find 90-million-year-old frog",
        "Stock markets slide as banks report losses",
        "Save 60% on mattresses this weekend only",
        "She lost 40 pounds with this one simple trick",
        "Teen sailor rounds Cape Horn alone",
        "Mortgage rates climb to 7.2 percent",
        "Singer cancels tour after throat surgery",
        "What we know about the new virus variant",
        "Two dead after hot-air balloon hits power line",
        "Old brewery to become 200 apartments",
    ),
    "es": ("Diez postres sin horno para el verano", "La selección gana 3-0 y se clasifica", "Sube un 12% el precio de la luz", "Muere a los 91 años el actor que hizo reír a todo un país", "Detenido con 14 serpientes en la maleta", "El truco para gastar menos batería"),
    "de": ("Zehn Kuchen ohne Backofen", "Bayern gewinnt 3:0 gegen Aufsteiger", "Strompreise steigen um 12 Prozent", "Schauspieler mit 91 Jahren gestorben", "Mann schmuggelt 14 Schlangen im Koffer", "So hält der Akku länger"),
    "ru": ("Десять пирогов без духовки", "Сборная победила со счётом 3:0", "Цены на свет выросли на 12%", "Умер актёр, которого любила вся страна", "Мужчина вёз в чемодане 14 змей", "Как сберечь заряд телефона"),
    "fr": ("Dix gâteaux sans four pour l'été", "Les Bleus gagnent 3-0 et se qualifient", "Le prix du courant bondit de 12 %", "Un homme arrêté avec 14 serpents", "Mort à 91 ans d'un acteur très aimé", "L'astuce pour ménager sa batterie"),
    "ko": ("오븐 없이 만드는 케이크 열 가지", "대표팀 3-0 승리로 본선 진출", "전기 요금 12% 오른다", "가방에 뱀 14마리 넣은 남성 체포", "배터리 오래 쓰는 법", "원로 배우 91세로 별세"),
    "zh": ("不用烤箱的十种蛋糕", "国家队三比零取胜晋级", "电价上涨百分之十二", "男子行李箱藏十四条蛇", "让手机电池更耐用的方法", "老演员去世享年九十一岁"),
}  # fmt: skip

TEASERS: Final = {
    "en": (
        "Bakers around the world have long looked for ways to make a cake without heating the kitchen, and…",
        "The gown, sewn by hand over nine months, was worn for less than an hour before it was returned to…",
        "Officers stopped the man at the airport after they noticed that his trousers were moving and…",
        "Most batteries are lost not to games or films but to screens that are brighter than anyone needs…",
        "The bill passed both chambers last month and lowers the rate for some 400,000 homes in the…",
        "He had not started a single match before Sunday, and ended it with the ball under his arm…",
    ),
    "es": ("Cocineros de todo el mundo buscan desde hace años la forma de hacer un pastel sin calentar la cocina y…", "El equipo necesitaba un punto y consiguió los tres gracias a una primera parte en la que…"),
    "de": ("Seit Jahren suchen Bäcker nach einem Weg, Kuchen zu backen, ohne die Küche zu heizen, und…", "Der Mann fiel am Flughafen auf, weil sich sein Koffer bewegte, bis die Beamten…"),
    "ru": ("Пекари всего мира давно ищут способ испечь пирог, не включая духовку, и вот…", "Мужчину остановили в аэропорту, когда его чемодан начал шевелиться, а потом…"),
    "fr": ("Les pâtissiers cherchent depuis longtemps à faire un gâteau sans chauffer la cuisine et…", "L'homme a été arrêté à l'aéroport parce que sa valise bougeait toute seule avant…"),
    "ko": ("전 세계 제빵사들은 오래전부터 부엌을 데우지 않고 케이크를 만드는 방법을…", "남성의 가방이 움직이는 것을 본 공항 직원들이 그를 멈춰 세우고…"),
    "zh": ("世界各地的面包师一直在寻找不用加热厨房就能做蛋糕的办法……", "机场工作人员发现男子的行李箱在动，于是把他拦下……"),
}  # fmt: skip

REMARKS: Final = (
    "I have lived there for thirty years and I can tell you that nobody who matters has ever cared about it.",
    "Typical. They only write about it when somebody with a satellite tells them what to think, and then it is forgotten.",
    "Great article, thank you!",
    "First",
    "Has anybody asked what this will cost the rest of us? I pay enough as it is, and the roads are still full of holes.",
    "@Bob you are wrong, read it again before you post.",
)
