"""Which record of one system is which of another: pure functions from records to links."""

from revops_pipeline.matching.accounts import Accounts, Inputs, build_accounts
from revops_pipeline.matching.decide import match_both_ways, match_one_sided
from revops_pipeline.matching.domains import majority_domain
from revops_pipeline.matching.party import Link, MatchError, MatchResult, Override, Party, Review
from revops_pipeline.matching.settings import (
    AccountSettings,
    MatchSettings,
    PipelineMatchSettings,
)

__all__ = [
    "AccountSettings",
    "Accounts",
    "Inputs",
    "Link",
    "MatchError",
    "MatchResult",
    "MatchSettings",
    "Override",
    "Party",
    "PipelineMatchSettings",
    "Review",
    "build_accounts",
    "majority_domain",
    "match_both_ways",
    "match_one_sided",
]
