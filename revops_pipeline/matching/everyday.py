"""The words that many companies share, and what it means when only one of two names has them.

Written as names look after normalising: lower case, without accents, abbreviations written out.
What is common in the lists that are matched is counted there (`weights.py`); these words are
common before anything is counted, so that two short lists are judged as two long ones are.
"""

from __future__ import annotations

# Joints of a name. Never a difference.
LIGHT = frozenset(
    {
        *("of", "for", "in", "at", "on", "by", "to", "de", "del", "della", "di", "do", "da", "dos"),
        *("des", "du", "la", "le", "les", "el", "los", "las", "der", "die", "das", "fur", "van"),
        *("et", "och", "og", "en"),
    }
)

# One company has several of these: a name with one more, or with another one, is another company.
PLACES = frozenset(
    {
        *("uk", "us", "usa", "eu", "emea", "apac", "latam", "anz", "mena", "europe", "european"),
        *("asia", "asian", "africa", "african", "america", "americas", "american", "pacific"),
        *("atlantic", "north", "south", "east", "west", "northern", "southern", "eastern"),
        *("western", "central", "midwest", "nordic", "nordics", "benelux", "iberia", "dach"),
        *("overseas", "britain", "british", "england", "scotland", "scottish", "wales", "ireland"),
        *("irish", "france", "germany", "deutschland", "german", "spain", "espana", "italy"),
        *("italia", "portugal", "netherlands", "nederland", "belgium", "switzerland", "schweiz"),
        *("suisse", "austria", "sweden", "sverige", "norway", "norge", "denmark", "danmark"),
        *("finland", "suomi", "poland", "polska", "romania", "greece", "turkey", "turkiye"),
        *("russia", "ukraine", "israel", "egypt", "nigeria", "kenya", "dubai", "uae", "saudi"),
        *("arabia", "qatar", "kuwait", "india", "indian", "pakistan", "bangladesh", "china"),
        *("chinese", "beijing", "shanghai", "shenzhen", "taiwan", "japan", "japanese", "tokyo"),
        *("korea", "korean", "vietnam", "thailand", "malaysia", "singapore", "indonesia"),
        *("philippines", "hongkong", "hong", "kong", "australia", "australian", "zealand"),
        *("canada", "canadian", "mexico", "brazil", "brasil", "argentina", "chile", "colombia"),
        *("peru", "york", "texas", "california", "florida", "london", "paris", "berlin"),
    }
)

# Lines that companies are split into: "Siemens Energy" is not Siemens.
LINES = frozenset(
    {
        *("energy", "power", "defence", "defense", "aerospace", "aviation", "marine", "renewables"),
        *("capital", "finance", "credit", "leasing", "bank", "ventures", "investment"),
        *("investments", "acquisition", "acquisitions", "fund", "funds", "trust", "reit", "realty"),
        *("property", "properties", "estate", "estates", "hospitality", "broadband", "retail"),
        *("healthcare", "health", "care", "medical", "mobility", "security", "digital", "cloud"),
        *("infrastructure", "logistics", "construction", "catering", "facilities", "foundation"),
        *("academy", "school", "college", "university", "institute", "hospital", "club"),
        *("pension", "pensions", "charity", "studios", "museum", "gold", "mining", "minerals"),
        *("resources", "royalty", "oil", "gas", "petroleum", "water", "solar", "green"),
        *("materials", "chemical", "chemicals", "metals", "steel", "agriculture", "markets"),
        *("asset", "assets", "wealth", "management", "developments", "development"),
    }
)

# How far a company reaches. Left out as often, but subsidiaries are named so too.
REACH = frozenset({"international", "worldwide", "global"})

# What a company says it does or makes. People leave it out: "Uber" is "Uber Technologies".
CALLINGS = frozenset(
    {
        *("technologies", "systems", "platforms", "solutions", "services", "software", "networks"),
        *("enterprises", "industries", "products"),
        *("brands", "stores", "wholesale", "foods", "beverage", "beverages", "restaurants"),
        *("semiconductor", "semiconductors", "electronics", "instruments", "devices", "controls"),
        *("pharmaceuticals", "pharma", "therapeutics", "biosciences", "biotech", "sciences"),
        *("biopharma", "biotherapeutics", "biotechnology", "diagnostics", "genomics", "oncology"),
        *("laboratories", "financial", "insurance", "assurance", "bancorp", "bancshares"),
        *("bankshares", "communications", "telecommunications", "telecom", "wireless", "mobile"),
        *("media", "entertainment", "interactive", "games", "gaming", "pictures", "publishing"),
        *(
            "motors",
            "motor",
            "automotive",
            "airlines",
            "airways",
            "air",
            "lines",
            "line",
            "freight",
        ),
        *("transportation", "railway", "shipping", "resorts", "hotels", "cruises", "casinos"),
        *("manufacturing", "engineering", "machines", "machinery", "tools", "equipment"),
        *("packaging", "paper", "plastics", "glass", "textiles", "apparel"),
        *("partners", "associates", "consulting", "advisors", "brothers", "sons", "labs"),
        *("medicines", "surgical", "robotics", "optics", "analytics", "data", "information"),
        *("association", "society", "organisation", "organization", "corporation", "business"),
        *("national", "federal", "general", "united", "first", "new", "royal", "center"),
        *("research", "rentals", "supply", "trading", "distribution", "building", "homes"),
        *("companies", "group", "holding", "holdings", "exchange", "elevator", "utilities"),
    }
)

COMMON = LIGHT | PLACES | LINES | REACH | CALLINGS
