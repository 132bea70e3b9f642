"""The words by which private persons are told from everybody else, as parts of regular expressions.

Given names are those that were given most in the countries whose channels are read; Slavic ones are stems that take an
ending of a case. Names that are also common names of places or words stand only where they are followed by a name.
"""

from __future__ import annotations

# Before a number: what follows is a phone, however short.
PHONE = (
    r"тел|телефон\w*|моб|гаряч\w+ лінi\w+|горяч\w+ лини\w+|дзвоні\w+|звони\w+|phone|tel|call|mobile|hotline|whatsapp|"
    r"viber|téléphone|telefon\w*|teléfono|llame\w*|appele\w*|هاتف|اتصل\w*|للتواصل|واتساب"
)

# Before a name: whoever is named is a person to whom one turns, and not an official who speaks.
CONTACT = (
    r"водій|водія|водієм|водитель|водителя|волонтер\w*|волонтёр\w*|координатор\w*|контактна особа|контактное лицо|"
    r"звертатися до|обращаться к|запитати|спросить|driver|volunteer|coordinator|contact(?: person)?|ask for|"
    r"chauffeur|bénévole|conductor|voluntari[oa]|fahrer(?:in)?|kierowca|wolontariusz\w*|şoför|gönüllü|autista|"
    r"mr|mrs|ms|m\.|mme|herr|frau|señor|señora|sr|sra"
)

# Before a name: an official, who may be named with the office.
OFFICE = (
    r"президент|прем['’ʼ]?єр|премьер|міністр|министр|віце|вице|голов[аиіоу]|глав[аыуео]|"
    r"мер(?:а|у|ом|и)?(?!\w)|мэр(?:а|у|ом|ы)?(?!\w)|міськ\w+ голов|губернатор|"
    r"начальник|речни[кц]|спікер|спикер|представни[кц]|представител|омбудсмен|уповноважен|уполномочен|секретар|"
    r"командувач|командующ|генерал|полковник|депутат|радник|советник|директор|посол(?!\w)|очільни[кц]|керівник|"
    r"president|prime minister|minister|deputy|mayor|governor|head of|chief|spokes\w+|ombuds\w+|commissioner|secretary|"
    r"general|colonel|commander|ambassador|director|envoy|representative|"
    r"président|ministre|maire|gouverneur|porte-parole|secrétaire|presidente|ministro|alcalde|gobernador|portavoz|"
    r"präsident|bürgermeister|sprecher|prezydent|burmistrz|rzeczni|cumhurbaşkan|bakan|vali(?!\w)|sözcü|"
    r"الرئيس|رئيس|وزير|محافظ|المتحدث|الناطق|الأمين"
)

ENDINGS = (
    *("а", "у", "ом", "ові", "еві", "е", "и", "ою", "і", "ю", "я", "ем", "єм", "ею", "єю", "ы", "ой", "ей", "ії", "ії"),
    *("ія", "ію", "ії", "ією", "ия", "ию", "ии", "ией", "ій", "ий", "ія", "ієві", "ієм", "ієві", "о", "a", "ą", "em"),
)

_UKRAINIAN = (
    "Іван Петр Олександр Андрі Серг Сергі Микол Василь Василл Володимир Віктор Юрі Олег Ігор Дмитр Максим Богдан "
    "Тарас Роман Павл Артем Євген Анатолі Валері Михайл Степан Ярослав Віталі Ростислав Назар Денис Антон Кирил "
    "Олен Оксан Ірин Натал Наталі Марі Ганн Анн Юлі Світлан Тетян Людмил Галин Катерин Вікторі Анастасі Дар Дарь "
    "Соломі Наді Ларис Любов Валентин Ольг Соф Софі Інн Аліс Олекс Олексі Петро Микола Павло Дмитро"
)
_RUSSIAN = (
    "Иван Пётр Александр Андре Серге Никола Васили Владимир Виктор Юри Игор Дмитри Алексе Михаил Константин "
    "Евгени Анатоли Валери Витали Кирилл Елен Оксан Ирин Натали Наталь Мари Юли Светлан Татьян Галин Екатерин "
    "Виктори Анастаси Надежд Ларис Валентин Тимофе Никит Матве Григори Фёдор Фед Алин Арин"
)
_LATIN = (
    "Ivan Petro Oleksandr Andrii Andriy Serhii Serhiy Mykola Vasyl Volodymyr Viktor Yurii Oleh Ihor Dmytro Maksym "
    "Bohdan Taras Pavlo Olena Oksana Iryna Natalia Nataliya Svitlana Tetiana Liudmyla Halyna Kateryna Anastasia "
    "Alexander Sergei Dmitry Mikhail Nikolai Elena Irina Tatiana John James Robert Michael William David Richard "
    "Joseph Thomas Daniel Matthew Anthony Mark Paul Steven Andrew Kevin Brian Mary Patricia Jennifer Linda "
    "Elizabeth Barbara Susan Jessica Sarah Karen Emma Anna Maria Laura Jean Pierre Michel Philippe Alain Nicolas "
    "Marie Nathalie Isabelle Sophie Claire José Juan Carlos Luis Jorge Miguel Pedro Carmen Ana Lucía Hans Peter "
    "Klaus Jürgen Wolfgang Sabine Petra Monika Jan Andrzej Piotr Krzysztof Tomasz Marcin Katarzyna Agnieszka "
    "Małgorzata Joanna Mehmet Mustafa Ahmet Ali Hüseyin Fatma Ayşe Emine Hatice Giovanni Giuseppe Marco Luca "
    "Paolo Giulia Francesca João António Ion Gheorghe Andrei Mohammed Muhammad Mohamed Ahmed Ahmad Mahmoud "
    "Ibrahim Khaled Yousef Omar Fatima Aisha Mariam Khadija Abdullah Hassan"
)
GIVEN = frozenset(f"{_UKRAINIAN} {_RUSSIAN} {_LATIN}".split())

GIVEN_ARABIC = (
    *("محمد", "أحمد", "محمود", "إبراهيم", "خالد", "يوسف", "عمر", "فاطمة", "عائشة", "مريم", "خديجة", "حسن", "حسين"),
    *("مصطفى", "سعيد", "عبد الله", "عبدالله", "عبد الرحمن"),
)
