"""Registrable domains: "https://www.shop.acme.co.uk/x" and "Bo@acme.co.uk" are both acme.co.uk.

Uses the public suffix list that is bundled with tldextract, never the network and no cache on
disk. Private suffixes count: two sites under github.io are two owners.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable
from functools import cache

# Addresses that anybody can have; they say nothing about an employer.
FREE_MAIL = frozenset(
    {
        *("gmail.com", "googlemail.com", "yahoo.com", "ymail.com", "rocketmail.com", "aol.com"),
        *("yahoo.co.uk", "yahoo.fr", "yahoo.de", "yahoo.es", "yahoo.it", "yahoo.ca", "yahoo.in"),
        *("yahoo.co.in", "yahoo.co.jp", "yahoo.com.br", "yahoo.com.au", "yahoo.com.mx"),
        *("hotmail.com", "hotmail.co.uk", "hotmail.fr", "hotmail.de", "hotmail.es", "hotmail.it"),
        *("outlook.com", "outlook.fr", "outlook.de", "outlook.es", "outlook.jp", "live.com"),
        *("live.co.uk", "live.fr", "live.nl", "live.ca", "live.com.au", "msn.com", "passport.com"),
        *("icloud.com", "me.com", "mac.com", "proton.me", "protonmail.com", "protonmail.ch"),
        *("pm.me", "tutanota.com", "tuta.io", "tuta.com", "hey.com", "fastmail.com", "fastmail.fm"),
        *("zoho.com", "zohomail.com", "mail.com", "email.com", "gmx.com", "gmx.de", "gmx.net"),
        *("gmx.at", "gmx.ch", "web.de", "t-online.de", "freenet.de", "arcor.de", "posteo.de"),
        *("mailbox.org", "orange.fr", "wanadoo.fr", "free.fr", "laposte.net", "sfr.fr", "neuf.fr"),
        *("libero.it", "virgilio.it", "tiscali.it", "alice.it", "telenet.be", "skynet.be"),
        *(
            "ziggo.nl",
            "kpnmail.nl",
            "planet.nl",
            "home.nl",
            "xs4all.nl",
            "bluewin.ch",
            "sunrise.ch",
        ),
        *("btinternet.com", "btopenworld.com", "talktalk.net", "virginmedia.com", "ntlworld.com"),
        *("sky.com", "blueyonder.co.uk", "comcast.net", "verizon.net", "att.net", "sbcglobal.net"),
        *("bellsouth.net", "cox.net", "charter.net", "earthlink.net", "juno.com", "optonline.net"),
        *("shaw.ca", "rogers.com", "sympatico.ca", "bigpond.com", "optusnet.com.au"),
        *(
            "mail.ru",
            "bk.ru",
            "inbox.ru",
            "list.ru",
            "yandex.ru",
            "yandex.com",
            "ya.ru",
            "rambler.ru",
        ),
        *(
            "ukr.net",
            "wp.pl",
            "o2.pl",
            "onet.pl",
            "interia.pl",
            "seznam.cz",
            "centrum.cz",
            "abv.bg",
        ),
        *("qq.com", "163.com", "126.com", "sina.com", "sohu.com", "foxmail.com", "aliyun.com"),
        *("naver.com", "hanmail.net", "daum.net", "kakao.com", "docomo.ne.jp", "ezweb.ne.jp"),
        *("uol.com.br", "bol.com.br", "terra.com.br", "ig.com.br", "rediffmail.com", "duck.com"),
        *("mailinator.com", "guerrillamail.com", "10minutemail.com", "yopmail.com"),
        *("appleid.com", "mozmail.com", "simplelogin.com"),
    }
)
# Sites where the owner of a page is not the owner of the domain.
SHARED_SITES = frozenset(
    {
        *("facebook.com", "fb.com", "linkedin.com", "instagram.com", "twitter.com", "x.com"),
        *("youtube.com", "tiktok.com", "linktr.ee", "about.me", "crunchbase.com", "yelp.com"),
        *("wikipedia.org", "bit.ly", "t.co", "goo.gl", "carrd.co", "xing.com", "medium.com"),
    }
)
_LOCAL = frozenset(
    {"localhost", "local", "localdomain", "internal", "invalid", "lan", "home", "arpa"}
)
_HOME = re.compile(r"^(?:[a-z]{2}(?:[-_][a-z]{2})?|(?:home|index|default|main|pages?)(?:\.\w+)?)$")
_HOST = re.compile(r"^(?:[^\W_](?:[\w-]*[^\W_])?\.)+[^\W\d_][\w-]*$")


@cache
def _split() -> Callable[[str], tuple[str, str]]:
    # Imported when the first domain is read: it costs a tenth of a second that most commands
    # never need.
    import tldextract

    extract = tldextract.TLDExtract(
        suffix_list_urls=(), cache_dir=None, include_psl_private_domains=True
    )

    def split(host: str) -> tuple[str, str]:
        parts = extract.extract_str(host)
        return parts.domain, parts.suffix

    return split


def registrable_domain(text: str | None) -> str | None:
    """Of an address, host or e-mail; None for what belongs to nobody alone or is no domain.

    That is: free mail, shared sites, IP addresses, local names, public suffixes themselves.
    """
    host = _host(text or "")
    if host is None:
        return None
    domain, suffix = _split()(host)
    if suffix and not domain:
        return None
    if not suffix:
        # An unknown top-level domain counts as a suffix of its own, as the list's rules say.
        *_, domain, suffix = host.split(".")
    found = f"{domain}.{suffix}"
    return None if found in FREE_MAIL or found in SHARED_SITES else found


def is_page(text: str) -> bool:
    """Whether an address leads into a site: acme.org/funds/green, but not acme.org/en/index.html.

    Languages, home pages and a single folder are how people copy the address of a whole site.
    """
    path = re.split(r"[?#]", text.split("//", 1)[-1], maxsplit=1)[0].split("/")[1:]
    return len([part for part in path if part and not _HOME.match(part.lower())]) > 1


def _host(text: str) -> str | None:
    text = text.strip().lower()
    if not text:
        return None
    if "//" in text:
        text = text.split("//", 1)[1]
    text = re.split(r"[/?#\\]", text, maxsplit=1)[0].rsplit("@", 1)[-1]
    text = text.split(":", 1)[0].strip(" .<>,;\"'")
    if "xn--" in text:
        try:
            text = text.encode("ascii").decode("idna")
        except UnicodeError:
            return None
    if not _HOST.match(text) or text.rsplit(".", 1)[-1] in _LOCAL:
        return None
    return text


def majority_domain(emails: Iterable[str | None]) -> str | None:
    """The domain of more than half of these people, or None.

    Counted are distinct addresses whose domain belongs to an organisation: free mail is neither
    for nor against, so one acme.com among gmail.com addresses decides.
    """
    addresses = {email.strip().lower() for email in emails if email and "@" in email}
    counts = Counter(filter(None, map(registrable_domain, addresses)))
    if not counts:
        return None
    domain, count = counts.most_common(1)[0]
    return domain if 2 * count > counts.total() else None
