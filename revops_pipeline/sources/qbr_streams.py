"""What the QBR API holds, as a stream."""

from __future__ import annotations

from revops_pipeline.sources.stream import Mode, Stream

RECORDS = "records"

# What the API is known to send, and our models read.
_STANDARD = (
    "record_id company_id company_name industry size contract_value contract_start_date "
    "contract_expiration_date qbr_quarter qbr_year deal_stage renewal_probability "
    "upsell_opportunity active_users feature_adoption_rate custom_integrations "
    "pending_feature_requests ticket_volume avg_resolution_time_hours csat_score "
    "sla_compliance_rate success_metrics_defined roi_calculated estimated_roi_value health_score "
    "champion_identified champion_level champion_engagement_score pain_points_documented "
    "pain_impact_level urgency_level competitive_situation competitive_position "
    "decision_maker_level"
)
STANDARD = frozenset(_STANDARD.split())

STREAMS = (
    Stream(
        *("qbr", RECORDS, Mode.UPSERT, "One row per quarterly business review of a company."),
        resumable=True,
        standard=STANDARD,
    ),
)
