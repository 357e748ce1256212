"""Sentences of our own in many languages, as newspapers write them."""

from __future__ import annotations

from typing import Final

SENTENCES: Final[dict[str, tuple[str, ...]]] = {
    "en": (
        "The harbour master said on Tuesday that at least 40 barges were waiting outside the lock.",
        "Nobody was hurt, but the bridge will stay closed until the engineers have looked at its piers.",
        "Pictures taken from space show rows of tents beside the old airfield.",
    ),
    "es": (
        "El capitán del puerto declaró el martes que al menos 40 barcazas esperaban fuera de la esclusa.",
        "Nadie resultó herido, pero el puente seguirá cerrado hasta que los ingenieros examinen sus pilares.",
        "Las fotografías tomadas desde el espacio muestran hileras de tiendas junto al viejo aeródromo.",
    ),
    "pt": (
        "O capitão do porto disse na terça-feira que pelo menos 40 barcaças esperavam fora da eclusa.",
        "Ninguém ficou ferido, mas a ponte continuará fechada até que os engenheiros examinem os pilares.",
        "As fotografias tiradas do espaço mostram fileiras de tendas ao lado do velho aeródromo.",
    ),
    "it": (
        "Il comandante del porto ha detto martedì che almeno 40 chiatte aspettavano fuori dalla chiusa.",
        "Nessuno è rimasto ferito, ma il ponte resterà chiuso finché gli ingegneri non avranno visto i piloni.",
        "Le fotografie scattate dallo spazio mostrano file di tende accanto al vecchio aeroporto.",
    ),
    "fr": (
        "Le capitaine du port a déclaré mardi qu'au moins 40 péniches attendaient devant l'écluse.",
        "Personne n'a été blessé, mais le pont restera fermé jusqu'à ce que les ingénieurs aient examiné ses piles.",
        "Les photographies prises depuis l'espace montrent des rangées de tentes près du vieil aérodrome.",
    ),
    "de": (
        "Der Hafenmeister sagte am Dienstag, dass mindestens 40 Kähne vor der Schleuse warteten.",
        "Niemand wurde verletzt, aber die Brücke bleibt gesperrt, bis die Ingenieure ihre Pfeiler geprüft haben.",
        "Aufnahmen aus dem All zeigen Reihen von Zelten neben dem alten Flugplatz.",
    ),
    "nl": (
        "De havenmeester zei dinsdag dat er minstens 40 binnenschepen buiten de sluis lagen te wachten.",
        "Niemand raakte gewond, maar de brug blijft dicht tot de ingenieurs naar de pijlers hebben gekeken.",
        "Foto's vanuit de ruimte tonen rijen tenten naast het oude vliegveld.",
    ),
    "no": (
        "Havnesjefen sa tirsdag at minst 40 lektere ventet utenfor slusen.",
        "Ingen ble skadet, men broen forblir stengt til ingeniørene har sett på pilarene.",
        "Bilder tatt fra verdensrommet viser rader av telt ved siden av den gamle flyplassen.",
    ),
    "cs": (
        "Kapitán přístavu v úterý řekl, že před zdymadlem čeká nejméně 40 člunů.",
        "Nikdo nebyl zraněn, ale most zůstane uzavřen, dokud inženýři neprohlédnou jeho pilíře.",
        "Snímky pořízené z vesmíru ukazují řady stanů vedle starého letiště.",
    ),
    "pl": (
        "Kapitan portu powiedział we wtorek, że przed śluzą czeka co najmniej 40 barek.",
        "Nikt nie został ranny, ale most pozostanie zamknięty, dopóki inżynierowie nie obejrzą jego filarów.",
        "Zdjęcia wykonane z kosmosu pokazują rzędy namiotów obok starego lotniska.",
    ),
    "id": (
        "Kepala pelabuhan mengatakan pada hari Selasa bahwa sedikitnya 40 tongkang menunggu di luar pintu air.",
        "Tidak ada yang terluka, tetapi jembatan itu akan tetap ditutup sampai para insinyur memeriksa tiangnya.",
        "Foto yang diambil dari luar angkasa menunjukkan deretan tenda di samping lapangan terbang lama.",
    ),
    "tr": (
        "Liman başkanı salı günü en az 40 mavnanın kanal kapısının dışında beklediğini söyledi.",
        "Kimse yaralanmadı ancak mühendisler ayakları inceleyene kadar köprü kapalı kalacak.",
        "Uzaydan çekilen fotoğraflar eski havaalanının yanında sıra sıra çadırlar olduğunu gösteriyor.",
    ),
    "ru": (
        "Капитан порта сообщил во вторник, что перед шлюзом ожидают не менее 40 барж.",
        "Никто не пострадал, но мост останется закрытым, пока инженеры не осмотрят его опоры.",
        "На снимках из космоса видны ряды палаток рядом со старым аэродромом.",
    ),
    "uk": (
        "Капітан порту повідомив у вівторок, що перед шлюзом чекають щонайменше 40 барж.",
        "Ніхто не постраждав, але міст залишиться закритим, доки інженери не оглянуть його опори.",
        "На знімках із космосу видно ряди наметів поруч зі старим летовищем.",
    ),
    "be": (
        "Капітан порта паведаміў у аўторак, што перад шлюзам чакаюць не менш за 40 барж.",
        "Ніхто не пацярпеў, але мост застанецца закрытым, пакуль інжынеры не агледзяць яго апоры.",
        "На здымках з космасу бачныя шэрагі палатак побач са старым аэрадромам.",
    ),
    "ko": (
        "항만 관계자는 화요일에 최소 40척의 바지선이 수문 밖에서 기다리고 있다고 말했다.",
        "다친 사람은 없지만 기술자들이 교각을 살펴볼 때까지 다리는 폐쇄된다.",
        "우주에서 찍은 사진에는 옛 비행장 옆에 줄지어 선 천막이 보인다.",
    ),
    "ja": (
        "港湾当局は火曜日、少なくとも40隻のはしけが水門の外で待っていると述べた。",
        "けが人はいないが、技術者が橋脚を調べるまで橋は通行止めとなる。",
        "宇宙から撮影された写真には、古い飛行場の隣に並ぶテントが写っている。",
    ),
    "zh": (
        "港务局长星期二说，至少有四十艘驳船在船闸外等候。",
        "没有人受伤，但是在工程师检查桥墩之前，这座桥将继续关闭。",
        "从太空拍摄的照片显示，旧机场旁边有一排排的帐篷。",
    ),
    "ar": (
        "قال مدير الميناء يوم الثلاثاء إن ما لا يقل عن أربعين بارجة تنتظر خارج الهويس.",
        "لم يصب أحد بأذى لكن الجسر سيبقى مغلقا حتى يفحص المهندسون دعائمه.",
        "تظهر الصور الملتقطة من الفضاء صفوفا من الخيام بجانب المطار القديم.",
    ),
    "he": (
        "מנהל הנמל אמר ביום שלישי כי לפחות ארבעים דוברות ממתינות מחוץ לסכר.",
        "איש לא נפגע אבל הגשר יישאר סגור עד שהמהנדסים יבדקו את העמודים שלו.",
        "תמונות שצולמו מהחלל מראות שורות של אוהלים ליד שדה התעופה הישן.",
    ),
    "el": (
        "Ο λιμενάρχης δήλωσε την Τρίτη ότι τουλάχιστον 40 φορτηγίδες περίμεναν έξω από την υδατοφράκτη.",
        "Κανείς δεν τραυματίστηκε, αλλά η γέφυρα θα μείνει κλειστή μέχρι οι μηχανικοί να δουν τα βάθρα της.",
        "Φωτογραφίες από το διάστημα δείχνουν σειρές από σκηνές δίπλα στο παλιό αεροδρόμιο.",
    ),
}

ENCODINGS: Final[tuple[tuple[str, str], ...]] = (
    ("es", "cp1252"), ("pt", "cp1252"), ("it", "cp1252"), ("fr", "cp1252"), ("de", "cp1252"), ("no", "cp1252"),
    ("fr", "iso8859-15"), ("cs", "cp1250"), ("cs", "iso8859-2"), ("pl", "cp1250"), ("pl", "iso8859-2"),
    ("tr", "cp1254"), ("ru", "cp1251"), ("ru", "koi8-r"), ("ru", "cp866"), ("ru", "iso8859-5"), ("uk", "cp1251"),
    ("uk", "koi8-u"), ("be", "cp1251"), ("ko", "euc_kr"), ("ja", "shift_jis"), ("ja", "euc_jp"), ("ja", "iso2022_jp"),
    ("zh", "gb18030"), ("ar", "cp1256"), ("ar", "iso8859-6"), ("he", "cp1255"), ("he", "iso8859-8"),
    ("el", "cp1253"), ("el", "iso8859-7"),
)  # fmt: skip
"""Language and encoding in which its sentences can be written."""

TRADITIONAL: Final = (
    "港務局長星期二說，至少有四十艘駁船在船閘外等候。",
    "沒有人受傷，但是在工程師檢查橋墩之前，這座橋將繼續關閉。",
)
