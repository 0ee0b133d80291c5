"""Made-up names. Nobody and no company is meant; every company domain ends in `.example`."""

import unicodedata
from math import gcd


def _words(text: str, separator: str | None = None) -> tuple[str, ...]:
    return tuple(text.split(separator))


_HEADS = _words(
    "Vel Brin Tor Quas Lum Kest Dra Fen Oru Zel Pav Mir Hul Cor Nes Tavi Sul Grel Ondi Yar Wex Ilo "
    "Rund Jas Plo Eber Kiv Snor Amb Dul"
)
_MIDDLES = _words(
    "ma ri do ven ta lo shi qua ne bo ra ki su lan me po vi ga thu de xi na ro fe la mu ti za"
)
_TAILS = _words(
    "rion dale quist mont vane tic lor bridge nova stead wick field crest mark holm dyne lux port"
    " ford gate tron well"
)
SECTORS = (
    # what the company calls itself, HubSpot's industry
    ("Robotics", "INDUSTRIAL_AUTOMATION"),
    ("Logistics", "LOGISTICS_AND_SUPPLY_CHAIN"),
    ("Software", "COMPUTER_SOFTWARE"),
    ("Analytics", "INFORMATION_TECHNOLOGY_AND_SERVICES"),
    ("Foods", "FOOD_BEVERAGES"),
    ("Energy", "RENEWABLES_ENVIRONMENT"),
    ("Health", "HOSPITAL_HEALTH_CARE"),
    ("Textiles", "TEXTILES"),
    ("Media", "ONLINE_MEDIA"),
    ("Finance", "FINANCIAL_SERVICES"),
    ("Aviation", "AVIATION_AEROSPACE"),
    ("Systems", "COMPUTER_NETWORKING"),
    ("Materials", "CHEMICALS"),
    ("Marine", "MARITIME"),
    ("Learning", "E_LEARNING"),
    ("Partners", "MANAGEMENT_CONSULTING"),
)
LEGAL_FORMS = _words(
    "Inc.|LLC|Ltd|GmbH|Inc|S.A.|B.V.|Corp.|Limited|AB|Pty Ltd|Corporation|Co.|Group PLC||",
    "|",
)
FIRST_NAMES = _words(
    "Tessa Brandt Orla Milo Ines Kofi Yuki Lena Omar Priya Zoë Łukasz Søren Anaïs José Mei Ravi"
    " Nadia Theo Freya Hugo Amara Bashir Clara Dario Elif Farid Greta Hana Ivo Jonas Keiko"
)
LAST_NAMES = _words(
    "Ashdown Brekke Calloway Dvořák Eskildsen Fairbairn Granholm Hartono Ibarra Jankowska Kettering"
    " Lindqvist Marchetti Nakagawa Okafor Petrov Quintana Rosenthal Sørensen Thackeray Ueda"
    " Valverde Whitcombe Xanthos Yilmaz Zielinski Aldous Bexley Corrigan Delacroix Everhart"
    " O'Farrell"
)
CITIES = (
    # city, state, country, time zone, language
    ("Portland", "OR", "United States", "US/Pacific", "en"),
    ("Austin", "TX", "United States", "US/Central", "en"),
    ("Boston", "MA", "United States", "US/Eastern", "en"),
    ("Denver", "CO", "United States", "US/Mountain", "en"),
    ("Leeds", "", "United Kingdom", "Europe/London", "en-gb"),
    ("Gdańsk", "", "Poland", "Europe/Warsaw", "pl"),
    ("Malmö", "", "Sweden", "Europe/Stockholm", "sv"),
    ("Lyon", "", "France", "Europe/Paris", "fr"),
    ("Porto", "", "Portugal", "Europe/Lisbon", "pt"),
    ("Graz", "", "Austria", "Europe/Vienna", "de"),
    ("Perth", "WA", "Australia", "Australia/Perth", "en-au"),
    ("Nagoya", "", "Japan", "Asia/Tokyo", "ja"),
    ("Pune", "MH", "India", "Asia/Kolkata", "en-in"),
    ("Toronto", "ON", "Canada", "America/Toronto", "en-ca"),
    ("Accra", "", "Ghana", "Africa/Accra", "en"),
    ("Córdoba", "", "Argentina", "America/Argentina/Cordoba", "es"),
)
STREETS = ("Larch Street", "Mill Lane", "Harbour Road", "Station Avenue", "Quarry Hill")
JOBS = _words(
    "Head of Operations|Account Executive|VP Engineering|Procurement Lead|CFO|Data Analyst|"
    "Marketing Manager|Support Lead|CTO|Founder|Product Manager|Office Manager|RevOps Lead|"
    "Sales Director|Consultant|Buyer",
    "|",
)
DEAL_THINGS = _words(
    "Annual licence|Renewal|Pilot|Expansion|Onboarding package|Platform upgrade|Support plan|"
    "Data migration|Training days|Additional seats|Multi-year agreement|Integration work|"
    "Proof of concept|Regional roll-out|Premium support|Advisory retainer",
    "|",
)

ODD_COMPANIES = (
    # The names that break loaders: empty, apostrophe, emoji, very long, other scripts.
    "",
    "O'Branagh & Daughters' Vellum",
    "Rocket 🚀 Sprocketry",
    "Endless " + "Velarium " * 54 + "Pacted",
    "株式会社アオゾラ架空",
    "Ñandúrion Électrique Łódźka",
)


def _ascii(name: str) -> str:
    """A name as it would stand in an e-mail address."""
    plain = unicodedata.normalize("NFKD", name.lower().translate(str.maketrans("łø", "lo")))
    return "".join(letter for letter in plain if letter.isascii() and letter.isalpha())


FIRST_SLUGS = tuple(_ascii(name) for name in FIRST_NAMES)
LAST_SLUGS = tuple(_ascii(name) for name in LAST_NAMES)

_WORDS = len(_HEADS) * len(_MIDDLES) * len(_TAILS)
_SPACE = _WORDS * len(SECTORS)


class CompanyNames:
    """Distinct company names by index: a walk through all combinations of syllables and sector
    with a step that visits each of them once before it repeats (295,680 names)."""

    def __init__(self, seed: int) -> None:
        self._start = seed * 7_919 % _SPACE
        self._step = 104_729
        while gcd(self._step, _SPACE) != 1:
            self._step += 2

    def at(self, index: int) -> tuple[str, str, str]:
        """First word, sector and HubSpot's industry of the company with this index."""
        lap, within = divmod(index, _SPACE)
        number = (self._start + within * self._step) % _SPACE
        number, sector = divmod(number, len(SECTORS))
        number, tail = divmod(number, len(_TAILS))
        head, middle = divmod(number, len(_MIDDLES))
        word = _HEADS[head] + _MIDDLES[middle] + _TAILS[tail]
        return f"{word}{lap or ''}", *SECTORS[sector]


def slug(first_word: str, sector: str) -> str:
    return f"{first_word}-{sector}".lower()


def email_address(index: int, first: int, last: int, domain: str | None, odd: int) -> str | None:
    """An address nobody has: company domains are reserved ones, and Gmail allows no hyphens.
    Out of 128, four contacts have none, ten use free mail, three were typed carelessly."""
    if index < 4:
        odd = (127, 0, 4, 14)[index]
    if odd < 4:
        return None
    first_name, last_name = FIRST_SLUGS[first], LAST_SLUGS[last]
    if odd < 14 or domain is None:
        return f"{first_name}-{last_name}-{index}@gmail.com"
    address = f"{first_name}.{last_name}.{index}@{domain}"
    return f" {address.title()} " if odd < 17 else address
