"""The words that a name can carry without being named by them.

Kept apart from the rules in `normalise.py`, so that adding a word is a change of data. All are
written as they look after folding: lower case, no accents, no dots ("s.a." is "sa").
"""

from __future__ import annotations

# What people type when they know no name; compared with the whole folded name, and with what is
# left of it once the legal form is gone ("Unknown, Inc.").
NO_NAMES = frozenset(
    {
        *("unknown", "unknown company", "unknown name", "company unknown", "unnamed", "undefined"),
        *("no name", "no company", "no company name", "not available", "not applicable"),
        *("not known", "not provided", "not set", "not specified", "none", "null", "nil", "nan"),
        *("na", "n a", "tbd", "tba", "tbc", "unbekannt", "inconnu", "desconocido"),
    }
)

# Spellings of one legal form or country, under the shortest. Several words are one key.
LEGAL_SYNONYMS = {
    "incorporated": "inc",
    "limited": "ltd",
    "corporation": "corp",
    "company": "co",
    "private": "pvt",
    "aktiengesellschaft": "ag",
    "gesellschaft mit beschrankter haftung": "gmbh",
    "gesellschaft mbh": "gmbh",
    "ges mbh": "gmbh",
    "kommanditgesellschaft": "kg",
    "naamloze vennootschap": "nv",
    "besloten vennootschap": "bv",
    "societe anonyme": "sa",
    "sociedad anonima": "sa",
    "sociedade anonima": "sa",
    "societa per azioni": "spa",
    "societa a responsabilita limitata": "srl",
    "societe a responsabilite limitee": "sarl",
    "osakeyhtio": "oy",
    "aktiebolag": "ab",
    "aksjeselskap": "as",
    "aktieselskab": "as",
    "public limited company": "plc",
    "public company limited": "pcl",
    "public company ltd": "pcl",
    "limited liability company": "llc",
    "limited liability partnership": "llp",
    "limited partnership": "lp",
    "kabushiki kaisha": "kk",
    "kabushiki gaisha": "kk",
    "joint stock company": "jsc",
    "public joint stock company": "pjsc",
    "open joint stock company": "ojsc",
    "designated activity company": "dac",
    "community interest company": "cic",
    "national association": "na",
    "sendirian berhad": "sdn bhd",
    "berhad": "bhd",
    "pty limited": "pty ltd",
    "pte limited": "pte ltd",
    "pvt limited": "pvt ltd",
    "private limited": "pvt ltd",
    "sp z oo": "spzoo",
    "united kingdom": "uk",
    "united states": "us",
    "united states of america": "usa",
}

# Stripped from the end, again and again.
LEGAL_ENDINGS = frozenset(
    {
        *("inc", "ltd", "corp", "co", "plc", "pcl", "llc", "llp", "lllp", "pllc", "lp", "pbc"),
        *("na", "pvt", "pty", "pte", "sdn", "bhd", "dac", "cic", "cio", "jsc", "pjsc", "ojsc"),
        *("ag", "gmbh", "ggmbh", "mbh", "kg", "kgaa", "ohg", "gbr", "ug", "se", "ev", "eg"),
        *("sa", "sas", "sasu", "sarl", "sca", "sab", "sapi", "de", "cv", "rl", "srl", "sl", "slu"),
        *("sau", "spa", "sprl", "bvba", "nv", "bv", "vof", "ltda", "lda", "eireli", "sgps"),
        *("as", "asa", "aps", "ab", "publ", "oy", "oyj", "hf", "ehf", "ou"),
        *("spzoo", "sro", "doo", "dd", "ad", "ead", "eood", "ood", "kft", "zrt", "nyrt", "rt"),
        *("tbk", "kk", "fze", "fzco", "fzllc", "wll", "qsc", "qpsc", "saog", "saoc", "ksc"),
        *("ооо", "оао", "зао", "пао", "ао", "בעמ", "cyf", "ccc", "scarl", "scrl"),
    }
)
# These end a name only behind another legal form: "SA de CV" is a form, "Casa de" is cut short.
ONLY_BEHIND_A_FORM = frozenset({"de", "rl", "cv"})

# "PT Astra Tbk", "OOO Romashka": forms that stand in front.
LEGAL_BEGINNINGS = frozenset(
    {"pt", "ooo", "oao", "zao", "pao", "jsc", "pjsc", "ojsc", "uab", "ооо", "оао", "зао", "пао"}
)

# Written without spaces, at either end, so they are cut from the text before it is split.
UNSPACED_LEGAL_FORMS = (
    *("股份有限公司", "有限責任公司", "有限责任公司", "有限公司", "株式会社", "有限会社"),
    *("合同会社", "(株)", "(有)", "주식회사", "유한회사", "(주)"),
)

# "INTERNATIONAL PAPER CO /NEW/", "US BANCORP \\DE\\": a register's own remarks.
FILING_TAILS = (
    *("new", "old", "the", "adr", "fi", "can", "cn", "ci", "cayman", "cayman islands", "bvi"),
    *("bermuda", "marshall islands"),
    *("al", "ak", "az", "ar", "ca", "co", "ct", "dc", "de", "fl", "ga", "hi", "ia", "id"),
    *("il", "in", "ks", "ky", "la", "ma", "md", "me", "mi", "mn", "mo", "ms", "mt", "nc"),
    *("nd", "ne", "nh", "nj", "nm", "nv", "ny", "oh", "ok", "or", "pa", "pr", "ri", "sc"),
    *("sd", "tn", "tx", "ut", "va", "vt", "wa", "wi", "wv", "wy"),
)

# What a listing adds to a name, as expressions over spaced words. All from there on is cut.
SECURITIES = (
    *("common stock", "common shares?", "common units?", "ordinary shares?"),
    *("american deposit[ao]ry (?:shares?|receipts?)", "deposit[ao]ry (?:shares?|receipts?)"),
    *("preferred (?:stock|shares?)", "sponsored adr", "(?:adr|gdr)$"),
    "(?:class|cl|series) [a-z](?: (?:shares?|stock|units?))?$",
)
# Behind these stands another name of the same company. "dba" also stands for "d/b/a", "t/a".
OTHER_NAMES = ("dba", "fka", "formerly", "trading as")

ABBREVIATIONS = {
    "acad": "academy",
    "advsrs": "advisors",
    "amer": "american",
    "assn": "association",
    "assoc": "association",
    "assocs": "associates",
    "bros": "brothers",
    "bldg": "building",
    "centre": "center",
    "cntr": "center",
    "ctr": "center",
    "commun": "communications",
    "communs": "communications",
    "cos": "companies",
    "dept": "department",
    "distr": "distribution",
    "elec": "electric",
    "engg": "engineering",
    "engr": "engineering",
    "engrg": "engineering",
    "ent": "entertainment",
    "entpr": "enterprises",
    "equip": "equipment",
    "fed": "federal",
    "finl": "financial",
    "fncl": "financial",
    "fndtn": "foundation",
    "ft": "fort",
    "govt": "government",
    "grp": "group",
    "hldg": "holding",
    "hldgs": "holdings",
    "hlds": "holdings",
    "hosp": "hospital",
    "inds": "industries",
    "ins": "insurance",
    "inst": "institute",
    "intern": "international",
    "internat": "international",
    "intl": "international",
    "invs": "investments",
    "invt": "investment",
    "labs": "laboratories",
    "mfg": "manufacturing",
    "mfrs": "manufacturers",
    "mgmt": "management",
    "mgt": "management",
    "mkt": "market",
    "mktg": "marketing",
    "mkts": "markets",
    "mt": "mount",
    "mtg": "mortgage",
    "mtr": "motor",
    "mtrs": "motors",
    "mut": "mutual",
    "natl": "national",
    "pharm": "pharmaceuticals",
    "pharma": "pharmaceuticals",
    "pharms": "pharmaceuticals",
    "pharmaceutical": "pharmaceuticals",
    "prods": "products",
    "prop": "property",
    "props": "properties",
    "ptnrs": "partners",
    "pwr": "power",
    "rlty": "realty",
    "rwy": "railway",
    "ry": "railway",
    "sch": "school",
    "soc": "society",
    "st": "saint",
    "svc": "services",
    "svcs": "services",
    "svs": "services",
    "service": "services",
    "sys": "systems",
    "tech": "technologies",
    "technol": "technologies",
    "technology": "technologies",
    "techs": "technologies",
    "telecom": "telecommunications",
    "theatre": "theater",
    "transn": "transportation",
    "transp": "transportation",
    "univ": "university",
    "und": "and",
}

# Left out when nothing closer is found: a group and its parent are one customer. Regions and
# lines of business ("UK", "Energy") are not here: those are other companies.
# Each with what it is called when two names are compared; ".com" is not worth a difference.
GENERIC_ENDINGS = {
    **dict.fromkeys(("group", "groupe", "gruppe", "grupo", "gruppo", "companies"), "group"),
    **dict.fromkeys(("holding", "holdings"), "holding"),
    "com": "",
}
GENERIC_BEGINNINGS = frozenset({"group", "groupe", "grupo", "gruppo"})

# "Acme EU team": what may stand between the company and the word team.
TEAM_WORDS = frozenset(
    {
        *("eu", "emea", "uk", "us", "usa", "apac", "anz", "latam", "amer", "americas", "na"),
        *("dach", "nordics", "benelux", "mena", "europe", "asia", "global", "international"),
        *("sales", "marketing", "support", "success", "finance", "product", "engineering"),
        *("data", "revops", "ops", "operations", "it", "hr", "legal", "research", "design"),
    }
)

# Companies that everybody calls by initials and no register does. Both are readings of one name.
INITIALISMS = {
    "adp": "automatic data processing",
    "aig": "american international group",
    "amd": "advanced micro devices",
    "bmw": "bayerische motoren werke",
    "bny": "bank of new york mellon",
    "bnymellon": "bank of new york mellon",
    "ge": "general electric",
    "gm": "general motors",
    "gsk": "glaxosmithkline",
    "hpe": "hewlett packard enterprise",
    "ibm": "international business machines",
    "icbc": "industrial and commercial bank of china",
    "jandj": "johnson and johnson",
    "jnj": "johnson and johnson",
    "lvmh": "lvmh moet hennessy louis vuitton",
    "pandg": "procter and gamble",
    "pwc": "pricewaterhousecoopers",
    "rbs": "royal bank of scotland",
    "tsmc": "taiwan semiconductor manufacturing",
    "ups": "united parcel service",
    "vw": "volkswagen",
}
