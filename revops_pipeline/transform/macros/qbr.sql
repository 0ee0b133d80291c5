{#
    The fields of a quarterly business review and the kind of value each holds. A field that the
    API does not send is a NULL column.
#}
{% macro qbr_contract() -%}
    {{ return({
        'record_id': 'id', 'company_id': 'key', 'company_name': 'text', 'industry': 'text',
        'size': 'text', 'contract_value': 'money', 'contract_start_date': 'day',
        'contract_expiration_date': 'day', 'qbr_quarter': 'quarter', 'qbr_year': 'year',
        'deal_stage': 'text', 'renewal_probability': 'percent', 'upsell_opportunity': 'money',
        'active_users': 'count', 'feature_adoption_rate': 'share', 'custom_integrations': 'count',
        'pending_feature_requests': 'count', 'ticket_volume': 'count',
        'avg_resolution_time_hours': 'hours', 'csat_score': 'csat', 'sla_compliance_rate': 'share',
        'success_metrics_defined': 'flag', 'roi_calculated': 'flag', 'estimated_roi_value': 'money',
        'health_score': 'health', 'champion_identified': 'flag', 'champion_level': 'text',
        'champion_engagement_score': 'engagement', 'pain_points_documented': 'text',
        'pain_impact_level': 'text', 'urgency_level': 'text', 'competitive_situation': 'text',
        'competitive_position': 'text', 'decision_maker_level': 'text',
    }) }}
{%- endmacro %}

{# Fields that come besides and are kept in other_fields; any more are news. #}
{% macro qbr_further_fields() -%}
    {{ return([
        'economic_buyer_identified', 'executive_sponsor_engaged', 'decision_process_documented',
        'next_steps_defined', 'decision_timeline_clear', 'technical_criteria_met',
        'business_criteria_met', 'success_criteria_defined',
    ]) }}
{%- endmacro %}

{# One row per live review as text, blank as NULL. `id` is the raw table's, record_id the review's own. #}
{% macro qbr_texts() -%}
    {%- set fields = {} -%}
    {%- for field in qbr_contract() -%}{%- do fields.update({field: [field]}) -%}{%- endfor -%}
    {{ read_documents(source('raw', 'qbr_records'), fields) }}
{%- endmacro %}

{# True for records that came without an id, or with one that another record has: the loader gave them
   one for the raw table only. #}
{% macro qbr_is_set_aside(id) -%}
    ({{ id }} like 'no-id:%' or {{ id }} like 'twice:%')
{%- endmacro %}

{# The scale that a score is given on, as set; another one than those known would be a mistake. #}
{% macro qbr_scale(name, default) -%}
    {%- set scale = var(name, default) -%}
    {%- if scale not in [1, 5, 10, 100] -%}
        {{ exceptions.raise_compiler_error("Setting " ~ name ~ " is " ~ scale ~ "; it must be 1, 5, 10 or 100") }}
    {%- endif -%}
    {{ return(scale) }}
{%- endmacro %}

{# A score on the scale that is set, from 0 to 100. #}
{% macro qbr_health(score) -%}
    cast({{ score }} * {{ 100 // qbr_scale('qbr_health_scale', 100) }} as decimal(18, 4))
{%- endmacro %}

{# A field as its type; NULL for what it cannot be. #}
{% macro qbr_value(field) -%}
    {%- set kind = qbr_contract()[field] -%}
    {%- if kind == 'text' -%} {{ field }}
    {%- elif kind == 'id' -%} {{ to_id(field) }}
    {%- elif kind == 'key' -%}
        case when lower({{ trimmed(field) }}) not in {{ placeholders() }} then {{ to_id(field) }} end
    {%- elif kind == 'money' -%} {{ to_money(field) }}
    {%- elif kind == 'flag' -%} {{ to_flag(field) }}
    {%- elif kind == 'day' -%} {{ qbr_day(field) }}
    {%- elif kind == 'count' -%} {{ qbr_count(field) }}
    {%- elif kind == 'year' -%} {{ within(qbr_count(field), 1900, 2999) }}
    {%- elif kind == 'percent' -%} {{ within(qbr_count(field), 0, 100) }}
    {%- elif kind == 'engagement' -%} {{ within(qbr_count(field), 1, 5) }}
    {%- elif kind == 'hours' -%} {{ within(qbr_number(field), 0, 1000000) }}
    {%- elif kind == 'share' -%} {{ within(qbr_number(field), 0, 1) }}
    {%- elif kind == 'csat' -%} {{ within(qbr_number(field), 0, qbr_scale('qbr_csat_scale', 5)) }}
    {%- elif kind == 'health' -%} {{ within(qbr_number(field), 0, qbr_scale('qbr_health_scale', 100)) }}
    {%- elif kind == 'quarter' -%}
        case when upper({{ trimmed(field) }}) in ('Q1', 'Q2', 'Q3', 'Q4') then upper({{ trimmed(field) }}) end
    {%- endif -%}
{%- endmacro %}

{# What can be wrong with a review, for `rejects`: field → [typed, reason]. #}
{% macro qbr_checks() -%}
    {%- set reasons = {
        'money': 'not an amount', 'flag': 'neither true nor false', 'day': 'not a date',
        'count': 'not a whole number from 0', 'year': 'not a year', 'quarter': 'not Q1 to Q4',
        'percent': 'not a whole number from 0 to 100', 'engagement': 'not a whole number from 1 to 5',
        'hours': 'not a number of hours', 'share': 'not a share from 0 to 1',
        'csat': 'not a score from 0 to ' ~ qbr_scale('qbr_csat_scale', 5),
        'health': 'not a score from 0 to ' ~ qbr_scale('qbr_health_scale', 100),
        'key': 'a placeholder, no id',
    } -%}
    {%- set checks = {} -%}
    {%- for field, kind in qbr_contract().items() if kind not in ['text', 'id'] -%}
        {%- do checks.update({field: [qbr_value(field), reasons[kind]]}) -%}
    {%- endfor -%}
    {{ return(checks) }}
{%- endmacro %}
