"""Write roster.csv beside this file: 1,000 made-up learners with names in many scripts; the same bytes each time."""

import csv
import io
import unicodedata
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

LEARNERS = 1000
COLUMNS = ("learner", "name", "achievement", "result", "evidence", "evidence_name", "holder", "awarded")

# Common given and family names, how they are joined: the family name comes first where that is the custom.
NAMES = (
    ("{given} {family}", "Amélie Noémie Zoé Benoît Clément Hélène Jérôme Margaux", "Lefèvre Garçon Bérard Châtelain Forêt Gérard Noël Prévost"),
    ("{given} {family}", "Jörg Käthe Günther Anneliese Jürgen Bärbel Sören Frieda", "Müller Größler Schäfer Köhler Böttcher Weiß Krüger Döring"),
    ("{given} {family}", "Łukasz Małgorzata Grażyna Wojciech Agnieszka Paweł Zofia Michał", "Król Żak Pająk Gołąb Nowak Wójcik Kaczmarek Dąbek"),
    ("{given} {family}", "Jiří Zdeněk Ondřej Tomáš Matěj Vojtěch Lukáš Kryštof", "Dvořák Černý Němec Říha Kučera Šťastný Zeman Vaněk"),
    ("{given} {family}", "Çağla Işıl Oğuz Gökçe Şebnem Umut Ayşe İlker", "Yılmaz Şahin Öztürk Çelik Güneş Kılıç Aydın Koç"),
    ("{given} {family}", "Þórdís Guðrún Sigríður Ásta Hrafnhildur Ingibjörg Jóhanna Kristín", "Jónsdóttir Gunnarsdóttir Þórsdóttir Ólafsdóttir Árnadóttir Bjarnadóttir Einarsdóttir Óskarsdóttir"),
    ("{family} {given}", "Thị Hương|Văn Dũng|Minh Châu|Quốc Bảo|Thùy Linh|Đức Thắng|Ngọc Ánh|Hữu Phước", "Nguyễn Trần Phạm Hoàng Vũ Đặng Bùi Đỗ"),
    ("{given} {family}", "Adébáyọ̀ Ọláyínká Yétúndé Olúwaṣeun Àdùnní Kọ́ládé Fúnmiláyọ̀ Ayọ̀délé", "Adéyẹmí Akíndélé Ọlátúnjí Fálọlá Adéṣínà Ajàyí Ọládélé Babátúndé"),
    ("{given} {family}", "Ελένη Γιώργος Κατερίνα Δημήτρης Σοφία Νίκος Άννα Πέτρος", "Παπαϊωάννου Ιωάννου Γεωργίου Νικολάου Κωνσταντίνου Αλεξίου Χρήστου Θεοδώρου"),
    ("{given} {family}", "Оксана Тарас Соломія Богдан Ярина Андрій Леся Остап", "Шевчук Коваленко Бондар Мельник Ткач Кравець Гончар Лисенко"),
    ("{given} {family}", "Цветана Невена Росица Милена Десислава Йорданка Елица Калина", "Иванова Петрова Тодорова Димитрова Колева Христова Маринова Стефанова"),
    ("{given} {family}", "Անահիտ Արամ Լուսինե Գևորգ Նարե Տիգրան Մարիամ Վահե", "Պետրոսյան Հակոբյան Գրիգորյան Սարգսյան Մկրտչյան Կարապետյան Ավագյան Դանիելյան"),
    ("{given} {family}", "ნინო გიორგი თამარ ლევან ქეთევან დავით ეკატერინე ზურაბ", "ბერიძე კაპანაძე გელაშვილი მაისურაძე გიორგაძე ლომიძე წიკლაური ხუციშვილი"),
    ("{given} {family}", "נועה איתן תמר יונתן שירה אורי מיכל דניאל", "כהן לוי מזרחי פרץ ביטון אברהם פרידמן שפירא"),
    ("{given} {family}", "فاطمة يوسف مريم خالد ليلى عمر نور حسن", "الحداد المصري النجار الخطيب القاسم الشامي العمري الصباغ"),
    ("{given} {family}", "شیرین آرش نرگس کیوان پریسا بهرام مهسا سیاوش", "احمدی رستمی کریمی موسوی جعفری صادقی یزدانی حاجی\u200cزاده"),
    ("{given} {family}", "अनन्या रोहन प्रिया अर्जुन कविता विक्रम मीरा संजय", "शर्मा वर्मा गुप्ता मिश्रा जोशी पाटील देशमुख चतुर्वेदी"),
    ("{given} {family}", "অনিন্দিতা সৌমিত্র রুমানা তানভীর শর্মিলা আরিফ নুসরাত দেবাশিস", "চক্রবর্তী মুখোপাধ্যায় হোসেন রহমান সেনগুপ্ত ইসলাম দাস বিশ্বাস"),
    ("{given} {family}", "கயல்விழி முருகன் மீனாட்சி செந்தில் தமிழ்ச்செல்வி அருண் வள்ளி கார்த்திக்", "சுப்பிரமணியன் இராமசாமி கிருஷ்ணன் பழனிசாமி வேலாயுதம் நடராஜன் சண்முகம் கணேசன்"),
    ("{given} {family}", "లక్ష్మి వెంకట శ్రీదేవి రాజేష్ పద్మజ సురేష్ అనూష కిరణ్", "రెడ్డి నాయుడు రావు శాస్త్రి చౌదరి ప్రసాద్ మూర్తి కుమార్"),
    ("{given} {family}", "සඳුනි කසුන් නිලූෂා චමින්ද තරුෂි ලහිරු දිල්හානි නුවන්", "පෙරේරා සිල්වා ප්‍රනාන්දු ජයසිංහ බණ්ඩාර විජේසිංහ ගුණරත්න රත්නායක"),
    ("{given} {family}", "สมชาย มาลี ณัฐพล สุดารัตน์ ธนากร พิมพ์ชนก วีระ กัญญา", "ศรีสุข ทองดี แก้วมณี บุญมา วงศ์ใหญ่ จันทร์เพ็ญ รุ่งเรือง สุวรรณ"),
    ("{family} {given}", "សុខា ចាន់ណា វិចិត្រ ស្រីពៅ ដារ៉ា រតនា សុភាព មករា", "សុខ ចាន់ ហេង លី កែវ ឈឹម ប៉ែន នួន"),
    ("{family}{given}", "지우 서연 민준 하은 도윤 수빈 현우 예린", "김 이 박 최 정 강 윤 한"),
    ("{family}{given}", "雨桐 子轩 欣怡 浩然 梓涵 俊杰 思远 晓梅", "王 李 张 刘 陈 杨 赵 黄"),
    ("{family}{given}", "怡君 志明 淑芬 家豪 雅婷 冠宇 詩涵 宗翰", "林 陳 張 黃 吳 劉 蔡 楊"),
    ("{family} {given}", "陽菜 蓮 さくら 大翔 結衣 湊 あかり 悠真", "佐藤 鈴木 高橋 田中 渡辺 山本 小林 斎藤"),
    ("{given}・{family}", "マリア カルロス ルシア ジョアン アナ ペドロ イザベル ラファエル", "サントス オリベイラ シルバ ペレイラ コスタ ロドリゲス アルベス リマ"),
    ("{given} {family}", "ሰላም ዳዊት ህይወት ኃይሌ ትግስት አበበ ማርታ ዮሐንስ", "ተስፋዬ በቀለ ገብረማርያም ወልደሥላሴ አለሙ ደስታ መኮንን ከበደ"),
    ("{given} {family}", "ਹਰਪ੍ਰੀਤ ਗੁਰਪ੍ਰੀਤ ਸਿਮਰਨ ਜਸਪ੍ਰੀਤ ਅਮਨਦੀਪ ਮਨਪ੍ਰੀਤ ਰਾਜਵਿੰਦਰ ਬਲਜੀਤ", "ਗਿੱਲ ਸੰਧੂ ਢਿੱਲੋਂ ਬਾਜਵਾ ਧਾਲੀਵਾਲ ਸਿੱਧੂ ਗਰੇਵਾਲ ਬਰਾੜ"),
)  # fmt: skip


def rows() -> Iterator[dict[str, str]]:
    """Make the rows one by one; a hash of the number stands in for chance, so that no random generator's version matters."""
    for number in range(LEARNERS):
        pattern, given, family = NAMES[number % len(NAMES)]
        turn = number // len(NAMES)
        chance = sha256(b"laurea example roster" + number.to_bytes(4, "big")).digest()
        name = pattern.format(given=_pick(given, turn), family=_pick(family, turn + turn // 8))
        in_sql = chance[0] < 150
        yield {
            "learner": f"L-{100_000 + number}",
            "name": unicodedata.normalize("NFC", name),
            "achievement": "sql-for-analysts" if in_sql else "python-for-data",
            "result": str(60 + chance[1] % 41) if in_sql else "ABCD"[chance[1] % 4],
            "evidence": f"https://example.edu/evidence/{chance[2:12].hex()}",
            "evidence_name": "Project report" if in_sql else "Four programs and their tests",
            "holder": "",
            "awarded": f"2025-06-{1 + chance[12] % 30:02}",
        }


def roster() -> str:
    """Return the whole file."""
    file = io.StringIO()
    writer = csv.DictWriter(file, COLUMNS, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows())
    return file.getvalue()


def _pick(names: str, turn: int) -> str:
    choices = names.split("|") if "|" in names else names.split()
    return choices[turn % len(choices)]


if __name__ == "__main__":
    Path(__file__).with_name("roster.csv").write_text(roster(), encoding="utf-8", newline="")
